package dev.catstore.domain;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Reading took longer than the store allows; nothing was done. The same call will most likely take
 * as long again: ask for less, by a narrower filter for example.
 */
public final class QueryTimeoutException extends CatStoreException {
  @Serial private static final long serialVersionUID = 1;

  public QueryTimeoutException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
