package dev.catstore.http.routes;

import dev.catstore.domain.CatStore;
import java.util.Optional;

/** Tells whether a service is ready to serve cats. Shared between threads. */
@FunctionalInterface
public interface Readiness {
  /**
   * What is missing, as a sentence that any client may read; empty if the service is ready. May
   * throw what a {@link CatStore} throws.
   */
  Optional<String> missing();

  /** Ready while the store answers. */
  static Readiness of(CatStore store) {
    long noCat = Long.MAX_VALUE;
    return () -> {
      store.find(noCat);
      return Optional.empty();
    };
  }
}
