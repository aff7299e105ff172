package dev.catstore.http.problem;

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

  public ProblemException(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  public ProblemException(ProblemType type, String detail) {
    this(new Problem(type, detail));
  }

  /** A request whose path or query has wrong parameters. */
  public static ProblemException ofParameters(List<Violation> violations) {
    List<Problem.FieldError> errors =
        violations.stream().map(Problem.FieldError::ofParameter).toList();
    String detail = String.join("; ", errors.stream().map(Problem.FieldError::detail).toList());
    return new ProblemException(
        new Problem(ProblemType.MALFORMED_REQUEST, detail + ".", errors, 0, Map.of()));
  }

  /** What is wrong. */
  public Problem problem() {
    return problem;
  }
}
