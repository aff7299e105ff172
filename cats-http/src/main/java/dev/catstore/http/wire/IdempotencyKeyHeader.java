package dev.catstore.http.wire;

import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.InvalidValueException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The Idempotency-Key header: its value is in quotes, as a structured field (RFC 9651), or bare.
 */
public final class IdempotencyKeyHeader {
  public static final String NAME = "Idempotency-Key";

  private static final Pattern QUOTED = Pattern.compile("\"(?:[^\"\\\\]|\\\\[\"\\\\])*+\"");

  private IdempotencyKeyHeader() {}

  /** The key in a header's value; empty if the value is not a key. */
  public static Optional<IdempotencyKey> parse(String value) {
    String key = value.strip();
    if (key.startsWith("\"")) {
      if (!QUOTED.matcher(key).matches()) {
        return Optional.empty();
      }
      key = key.substring(1, key.length() - 1).replaceAll("\\\\(.)", "$1");
    }
    try {
      return Optional.of(new IdempotencyKey(key));
    } catch (InvalidValueException e) {
      return Optional.empty();
    }
  }

  /** The value of the header for a key, in quotes. */
  public static String format(IdempotencyKey key) {
    return '"' + key.value().replaceAll("[\"\\\\]", "\\\\$0") + '"';
  }
}
