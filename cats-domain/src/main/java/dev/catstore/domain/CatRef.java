package dev.catstore.domain;

import static java.util.Objects.requireNonNull;

import java.util.OptionalLong;

/**
 * Which cat is meant, and optionally the revision that the caller expects it to have.
 *
 * @param id a positive number
 * @param revision the expected revision, 1 or more; empty for whatever revision the cat has
 */
public record CatRef(long id, OptionalLong revision) {
  /**
   * @throws InvalidValueException naming the id, the revision, or both
   */
  public CatRef {
    requireNonNull(revision);
    var violations = new Violations();
    checkId(violations, id);
    revision.ifPresent(value -> checkRevision(violations, value));
    violations.throwIfAny();
  }

  /** The cat with this id, at whatever revision. */
  public static CatRef of(long id) {
    return new CatRef(id, OptionalLong.empty());
  }

  /** The cat with this id, at this revision alone. */
  public static CatRef of(long id, long revision) {
    return new CatRef(id, OptionalLong.of(revision));
  }

  /** Whether a cat of this id at this revision is the one meant. */
  public boolean accepts(long actualRevision) {
    return revision.isEmpty() || revision.getAsLong() == actualRevision;
  }

  static void checkId(Violations violations, long id) {
    if (id < 1) {
      violations.add("id", Violations.ID_RULE);
    }
  }

  static void checkRevision(Violations violations, long revision) {
    if (revision < 1) {
      violations.add("revision", "must be a whole number from 1 to " + Long.MAX_VALUE);
    }
  }
}
