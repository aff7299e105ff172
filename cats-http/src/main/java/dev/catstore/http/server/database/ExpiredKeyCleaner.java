package dev.catstore.http.server.database;

import dev.catstore.domain.CatStoreException;
import dev.catstore.persistence.jooq.JooqCatStore;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes expired idempotency keys while the server runs. Each server does so for itself. */
public final class ExpiredKeyCleaner implements AutoCloseable {
  /** The promised day, and an hour for transactions that took long to commit their key. */
  private static final Duration MAX_AGE = Duration.ofHours(25);

  private static final Logger LOG = LoggerFactory.getLogger(ExpiredKeyCleaner.class);

  /** How long a stop waits for a deletion in progress. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var thread = new Thread(task, "expired-keys");
            thread.setDaemon(true);
            return thread;
          });

  private ExpiredKeyCleaner() {}

  /** Deletes expired keys now, and repeatedly with this pause in between. */
  public static ExpiredKeyCleaner start(JooqCatStore store, Duration pause) {
    var cleaner = new ExpiredKeyCleaner();
    var unused =
        cleaner.executor.scheduleWithFixedDelay(
            () -> clean(store), 0, pause.toMillis(), TimeUnit.MILLISECONDS);
    return cleaner;
  }

  private static void clean(JooqCatStore store) {
    try {
      LOG.debug("{} expired idempotency keys are deleted", store.deleteExpiredKeys(MAX_AGE));
    } catch (CatStoreException e) {
      LOG.info("expired idempotency keys are deleted later", e);
    } catch (RuntimeException e) {
      LOG.error("expired idempotency keys are not deleted", e);
    }
  }

  /** Starts no more deletions, and waits a while for the one in progress. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.info("expired idempotency keys are still being deleted at the stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
