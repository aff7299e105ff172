package dev.catstore.http.server.database;

import dev.catstore.domain.CatStoreException;
import dev.catstore.persistence.jooq.JooqCatStore;
import java.time.Duration;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Clears old idempotency keys away, as long as the server runs. Each server does so for itself. */
public final class ExpiredKeyCleaner extends TimerTask implements AutoCloseable {
  /** The promised day, and an hour for transactions that took long to commit their key. */
  private static final Duration AGE = Duration.ofHours(25);

  private static final Logger LOG = LoggerFactory.getLogger(ExpiredKeyCleaner.class);

  /** How long a stop waits for the clearing at work, which has less to do than most. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Timer timer = new Timer("key-clearing", true);
  private final Semaphore free = new Semaphore(1);
  private final JooqCatStore store;

  private ExpiredKeyCleaner(JooqCatStore store) {
    this.store = store;
  }

  /** Clears keys away now, and again and again with this pause between. */
  public static ExpiredKeyCleaner start(JooqCatStore store, Duration pause) {
    var clearing = new ExpiredKeyCleaner(store);
    clearing.timer.schedule(clearing, 0, pause.toMillis());
    return clearing;
  }

  @Override
  public void run() {
    free.acquireUninterruptibly();
    try {
      LOG.debug("{} idempotency keys are cleared away", store.deleteExpiredKeys(AGE));
    } catch (CatStoreException e) {
      LOG.info("idempotency keys are cleared away later", e);
    } catch (RuntimeException e) {
      LOG.error("idempotency keys are not cleared away", e);
    } finally {
      free.release();
    }
  }

  /** Begins no more, and waits a while for the one at work; after that it ends with the pool. */
  @Override
  public void close() {
    timer.cancel();
    try {
      if (!free.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.info("idempotency keys are still cleared away at the stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
