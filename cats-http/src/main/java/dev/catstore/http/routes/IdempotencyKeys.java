package dev.catstore.http.routes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.catstore.domain.IdempotencyKey;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.wire.IdempotencyKeyHeader;
import jakarta.servlet.http.HttpServletRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The Idempotency-Key of a request. Where clients have tokens, each has keys of its own: the store
 * sees a hash of the client and its key.
 */
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
    return RequestAttributes.CLIENT_ID
        .get(request)
        .map(client -> owned(client, key.get()))
        .or(() -> key);
  }

  /** A client's identifier has no line break, so that no two pairs are the same text. */
  private static IdempotencyKey owned(String client, IdempotencyKey key) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((client + "\n" + key.value()).getBytes(UTF_8));
      return new IdempotencyKey(HexFormat.of().formatHex(hash));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
