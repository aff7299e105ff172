package dev.catstore.domain;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * How a call with many cats is done.
 *
 * @param key makes the call repeatable; empty for a call that is done each time
 * @param dryRun whether everything is read and checked, and nothing is done
 */
public record BulkOptions(Optional<IdempotencyKey> key, boolean dryRun) {
  /** Done each time it is called. */
  public static final BulkOptions NONE = new BulkOptions(Optional.empty(), false);

  /** Checked only. */
  public static final BulkOptions DRY_RUN = new BulkOptions(Optional.empty(), true);

  public BulkOptions {
    requireNonNull(key);
  }

  /** Done once, however often it is called with this key. */
  public static BulkOptions under(IdempotencyKey key) {
    return new BulkOptions(Optional.of(key), false);
  }
}
