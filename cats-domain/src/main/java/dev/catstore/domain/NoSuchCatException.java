package dev.catstore.domain;

import java.io.Serial;

/** There is no cat with this id; nothing was done. */
public final class NoSuchCatException extends CatStoreException {
  @Serial private static final long serialVersionUID = 1;

  private final long id;

  public NoSuchCatException(long id) {
    super("there is no cat " + id, null);
    this.id = id;
  }

  /** The id that no cat has. */
  public long id() {
    return id;
  }
}
