package dev.catstore.domain;

import java.io.Serial;

/** The key has been used for something else; nothing was done. Take a new key. */
public final class KeyReusedException extends CatStoreException {
  @Serial private static final long serialVersionUID = 1;

  private final transient IdempotencyKey key;

  public KeyReusedException(IdempotencyKey key) {
    super("the idempotency key " + key + " was used for something else", null);
    this.key = key;
  }

  /** The key that was used before. */
  public IdempotencyKey key() {
    return key;
  }
}
