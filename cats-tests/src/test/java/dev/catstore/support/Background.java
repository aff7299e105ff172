package dev.catstore.support;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Work in threads of its own: the common pool has too few for work that blocks. */
final class Background {
  private Background() {}

  static <T> CompletableFuture<T> call(Callable<T> work) {
    var result = new CompletableFuture<T>();
    var thread =
        new Thread(
            () -> {
              try {
                result.complete(work.call());
              } catch (Exception e) {
                result.completeExceptionally(e);
              }
            },
            "test-background");
    thread.setDaemon(true);
    thread.start();
    return result;
  }
}
