package dev.catstore.domain;

import static java.util.Objects.requireNonNull;

/**
 * A cat to put under its id: it replaces the cat that has the id, or comes back under it.
 *
 * @param which the id, 1 to {@link #MAX_ID}, and optionally the revision that the cat is expected
 *     to have if it is there
 * @param cat what the cat becomes
 * @param position where the caller has it from, the line of a file for example; a refusal names it
 */
public record BulkPut(CatRef which, NewCat cat, long position) {
  /**
   * The highest id and revision that can be put, 2<sup>53</sup>-1: every JSON parser reads it
   * exactly, and the store has enough ids left above it.
   */
  public static final long MAX_ID = (1L << 53) - 1;

  private static final String RULE = "must be a whole number from 1 to " + MAX_ID;

  /**
   * @throws InvalidValueException naming the id, the revision, or both, where they are too high
   */
  public BulkPut {
    requireNonNull(cat);
    var violations = new Violations();
    if (which.id() > MAX_ID) {
      violations.add("id", RULE);
    }
    if (which.revision().orElse(1) > MAX_ID) {
      violations.add("revision", RULE);
    }
    violations.throwIfAny();
  }
}
