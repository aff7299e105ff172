package dev.catstore.domain;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The store was lost while it wrote: either all of it was done, or nothing. Look before trying
 * again, or, where the cat was added under a key, repeat under the same key.
 */
public final class OutcomeUnknownException extends CatStoreException {
  @Serial private static final long serialVersionUID = 1;

  public OutcomeUnknownException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
