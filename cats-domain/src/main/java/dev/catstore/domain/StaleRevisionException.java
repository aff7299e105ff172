package dev.catstore.domain;

import java.io.Serial;

/**
 * The cat is not at the revision that the caller expects; nothing was done. Read it again and
 * decide anew.
 */
public final class StaleRevisionException extends CatStoreException {
  @Serial private static final long serialVersionUID = 1;

  private final transient CatRef ref;

  /**
   * @param ref what was expected: an id and a revision
   */
  public StaleRevisionException(CatRef ref) {
    super("cat " + ref.id() + " is not at revision " + ref.revision().orElseThrow(), null);
    this.ref = ref;
  }

  /** What was expected: an id and a revision. */
  public CatRef ref() {
    return ref;
  }
}
