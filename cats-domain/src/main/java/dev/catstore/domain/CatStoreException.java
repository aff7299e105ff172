package dev.catstore.domain;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** What can go wrong in a {@link CatStore}: all of it, and nothing else. */
public abstract sealed class CatStoreException extends RuntimeException
    permits NoSuchCatException,
        StaleRevisionException,
        KeyReusedException,
        BulkRefusedException,
        StoreUnavailableException,
        QueryTimeoutException,
        OutcomeUnknownException {
  @Serial private static final long serialVersionUID = 1;

  CatStoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
