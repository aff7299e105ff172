package dev.catstore.http.wire;

import dev.catstore.http.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A problem in JSON (RFC 9457). Other servers' problems may lack any of its fields. */
public record ProblemDocument(
    @Nullable String type,
    @Nullable String title,
    @Nullable Integer status,
    @Nullable String detail,
    @Nullable List<Problem.FieldError> errors,
    @Nullable Long more,
    @Nullable String requestId) {
  /**
   * A problem as a client is told of it.
   *
   * @param prefix what precedes the path of the page about its type
   * @param requestId the identifier of the request, where it has one
   */
  public static ProblemDocument of(Problem problem, String prefix, @Nullable String requestId) {
    return new ProblemDocument(
        prefix + problem.type().uri(),
        problem.type().title(),
        problem.type().status(),
        problem.detail(),
        problem.errors().isEmpty() ? null : problem.errors(),
        problem.more() == 0 ? null : problem.more(),
        requestId);
  }
}
