package dev.catstore.http.server.jetty;

import dev.catstore.http.problem.Problem;
import org.eclipse.jetty.http.HttpException;

/** A request that is refused with a problem before any handler sees it. */
final class ProblemHttpException extends HttpException.RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Problem problem;

  ProblemHttpException(Problem problem) {
    super(problem.type().status(), problem.detail());
    this.problem = problem;
  }

  Problem problem() {
    return problem;
  }
}
