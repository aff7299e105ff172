package dev.catstore.http.wire;

import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.InvalidValueException;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The Idempotency-Key of a request: in quotes, as a structured field (RFC 9651), or bare. */
public final class IdempotencyKeyHeader {
  private static final String HEADER = "Idempotency-Key";
  private static final Pattern QUOTED = Pattern.compile("\"(?:[^\"\\\\]|\\\\[\"\\\\])*+\"");

  private IdempotencyKeyHeader() {}

  /**
   * Reads the header.
   *
   * @throws ProblemException if there is one, and it is wrong
   */
  public static Optional<IdempotencyKey> of(HttpServletRequest request) {
    List<String> lines = Collections.list(request.getHeaders(HEADER));
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    String value = lines.get(0).strip();
    if (lines.size() > 1 || (value.startsWith("\"") && !QUOTED.matcher(value).matches())) {
      throw malformed();
    }
    String key =
        value.startsWith("\"")
            ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1")
            : value;
    try {
      return Optional.of(new IdempotencyKey(key));
    } catch (InvalidValueException e) {
      throw malformed();
    }
  }

  /** The key as the header has it, in quotes. */
  public static String quoted(IdempotencyKey key) {
    return '"' + key.value().replaceAll("[\"\\\\]", "\\\\$0") + '"';
  }

  private static ProblemException malformed() {
    return new ProblemException(
        ProblemType.MALFORMED_REQUEST,
        "%s must have 1 to %d visible ASCII characters, in quotes or bare."
            .formatted(HEADER, IdempotencyKey.MAX_LENGTH));
  }
}
