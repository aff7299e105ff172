package dev.catstore.http.routes;

import dev.catstore.domain.IdempotencyKey;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.wire.IdempotencyKeyHeader;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The Idempotency-Key of a request. */
final class IdempotencyKeys {
  private IdempotencyKeys() {}

  /**
   * The key of the request, if it has one.
   *
   * @throws ProblemException if it has several, or one of another form
   */
  static Optional<IdempotencyKey> of(HttpServletRequest request) {
    List<String> lines = Collections.list(request.getHeaders(IdempotencyKeyHeader.NAME));
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    Optional<IdempotencyKey> key = IdempotencyKeyHeader.parse(lines.get(0));
    if (lines.size() > 1 || key.isEmpty()) {
      throw new ProblemException(
          ProblemType.MALFORMED_REQUEST,
          "%s must have 1 to %s visible ASCII characters, in quotes or bare."
              .formatted(IdempotencyKeyHeader.NAME, IdempotencyKey.MAX_LENGTH));
    }
    return key;
  }
}
