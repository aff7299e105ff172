package dev.catstore.http;

import dev.catstore.domain.Violation;
import java.io.Serial;
import java.util.List;
import java.util.Map;

/**
 * A request that is answered with a problem, or a text with which the same is wrong. Its message is
 * the problem's detail.
 */
public final class ProblemException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final transient Problem problem;

  ProblemException(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  ProblemException(ProblemType type, String detail) {
    this(new Problem(type, detail));
  }

  /** A request whose path or query has wrong parameters. */
  static ProblemException ofParameters(List<Violation> violations) {
    List<Problem.WrongValue> errors =
        violations.stream().map(Problem.WrongValue::ofParameter).toList();
    String detail = String.join("; ", errors.stream().map(Problem.WrongValue::detail).toList());
    return new ProblemException(
        new Problem(ProblemType.MALFORMED_REQUEST, detail + ".", errors, 0, Map.of()));
  }

  /** What is wrong. */
  public Problem problem() {
    return problem;
  }
}
