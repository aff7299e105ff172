package dev.catstore.domain;

/**
 * A name that a caller gives to one write, so that it can be repeated without being done twice.
 * Make a new one, a random UUID for example, for each cat that is added, and for each call with
 * many cats.
 *
 * @param value 1 to 255 visible ASCII characters, {@code !} to {@code ~}
 */
public record IdempotencyKey(String value) {
  /** The longest key, in characters. */
  public static final int MAX_LENGTH = 255;

  /**
   * @throws InvalidValueException if the value has another form
   */
  public IdempotencyKey {
    boolean visible = value.chars().allMatch(c -> c >= '!' && c <= '~');
    if (value.isEmpty() || value.length() > MAX_LENGTH || !visible) {
      var violations = new Violations();
      violations.add(
          "idempotency key", "must have 1 to " + MAX_LENGTH + " visible ASCII characters");
      violations.throwIfAny();
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
