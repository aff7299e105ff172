package dev.catstore.domain;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** The store could not do it now. Nothing was done; trying again later is worth it. */
public final class StoreUnavailableException extends CatStoreException {
  @Serial private static final long serialVersionUID = 1;

  public StoreUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
