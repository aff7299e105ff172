package dev.catstore.http;

import java.io.Serial;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request that was not answered, or not by the store. It never leaves this package. */
final class FailedTry extends Exception {
  @Serial private static final long serialVersionUID = 1;

  private final boolean nothingDone;
  private final Duration retryAfter;

  /**
   * @param nothingDone false where nobody knows what was done
   * @param retryAfter how long the server asks to wait; zero where it does not say
   */
  FailedTry(boolean nothingDone, String reason, @Nullable Throwable cause, Duration retryAfter) {
    super(reason, cause, false, false);
    this.nothingDone = nothingDone;
    this.retryAfter = retryAfter;
  }

  /** Nothing was done. */
  static FailedTry harmless(String reason, @Nullable Throwable cause) {
    return new FailedTry(true, reason, cause, Duration.ZERO);
  }

  /** Nobody knows what was done. */
  static FailedTry lost(String reason, @Nullable Throwable cause) {
    return new FailedTry(false, reason, cause, Duration.ZERO);
  }

  boolean nothingDone() {
    return nothingDone;
  }

  Duration retryAfter() {
    return retryAfter;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
