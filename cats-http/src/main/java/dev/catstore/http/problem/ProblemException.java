package dev.catstore.http.problem;

import java.io.Serial;

/** Ends the handling of a request, which is answered with a problem. */
public final class ProblemException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final transient Problem problem;

  public ProblemException(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  public ProblemException(ProblemType type, String detail) {
    this(new Problem(type, detail));
  }

  public Problem problem() {
    return problem;
  }
}
