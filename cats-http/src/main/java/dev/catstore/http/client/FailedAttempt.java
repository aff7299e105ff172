package dev.catstore.http.client;

import dev.catstore.domain.OutcomeUnknownException;
import dev.catstore.domain.StoreUnavailableException;
import java.io.Serial;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A request that got no response, none from the store, or one that a store cannot use. */
final class FailedAttempt extends Exception {
  @Serial private static final long serialVersionUID = 1;

  private final boolean nothingDone;
  private final Duration retryAfter;
  private final @Nullable IllegalStateException unusable;

  private FailedAttempt(
      boolean nothingDone,
      String reason,
      @Nullable Throwable cause,
      Duration retryAfter,
      @Nullable IllegalStateException unusable) {
    super(reason, cause, false, false);
    this.nothingDone = nothingDone;
    this.retryAfter = retryAfter;
    this.unusable = unusable;
  }

  /**
   * @param nothingDone false if it is unknown what was done
   * @param retryAfter how long to wait at least before the next attempt
   */
  FailedAttempt(
      boolean nothingDone, String reason, @Nullable Throwable cause, Duration retryAfter) {
    this(nothingDone, reason, cause, retryAfter, null);
  }

  FailedAttempt(boolean nothingDone, String reason, @Nullable Throwable cause) {
    this(nothingDone, reason, cause, Duration.ZERO);
  }

  /** A response that no attempt would better: the caller gets the failure itself. */
  static FailedAttempt ofUnusable(IllegalStateException failure) {
    return new FailedAttempt(
        true, String.valueOf(failure.getMessage()), failure, Duration.ZERO, failure);
  }

  /** The same of a request that was not sent to its end. */
  FailedAttempt withNothingDone() {
    return new FailedAttempt(true, reason(), getCause(), retryAfter, unusable);
  }

  boolean isWorthARetry() {
    return unusable == null;
  }

  boolean nothingDone() {
    return nothingDone;
  }

  Duration retryAfter() {
    return retryAfter;
  }

  /**
   * What the caller is told after the last attempt.
   *
   * @param maybeDone whether this attempt, or one before it, may have done what it was to do
   */
  RuntimeException forCaller(boolean maybeDone) {
    if (maybeDone) {
      return new OutcomeUnknownException(reason(), getCause());
    }
    return unusable != null ? unusable : new StoreUnavailableException(reason(), getCause());
  }

  private String reason() {
    return String.valueOf(getMessage());
  }
}
