package dev.catstore.http.routes;

import dev.catstore.domain.CatStore;
import java.util.Optional;

/** Whether a service can answer for cats now. Shared between threads. */
@FunctionalInterface
public interface Readiness {
  /**
   * What is missing, in a sentence that any client may read; empty if nothing is. May throw what a
   * {@link CatStore} throws.
   */
  Optional<String> missing();

  /** That the store answers. */
  static Readiness of(CatStore store) {
    long noCat = Long.MAX_VALUE;
    return () -> {
      store.find(noCat);
      return Optional.empty();
    };
  }
}
