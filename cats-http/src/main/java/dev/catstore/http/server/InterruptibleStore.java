package dev.catstore.http.server;

import dev.catstore.domain.CatStore;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of a command that Ctrl-C or SIGTERM may stop. A stop aborts the work, unless it has
 * reached its last step: then the stop waits for it. Everything but {@link #stop} is for one
 * thread.
 */
final class InterruptibleStore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InterruptibleStore.class);

  /** How long the last step may take. */
  private static final int LAST_STEP_SECONDS = 60;

  /** How long aborted work may take to undo itself, before its connections are closed. */
  private static final int UNDO_SECONDS = 5;

  private enum State {
    WORKING,
    FINISHING,
    STOPPED
  }

  private final CatStore store;
  private final AtomicReference<State> state = new AtomicReference<>(State.WORKING);
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread worker = Thread.currentThread();

  InterruptibleStore(CatStore store) {
    this.store = store;
  }

  CatStore store() {
    return store;
  }

  /**
   * Begins the last step. From here on a stop does not abort the work.
   *
   * @throws CancellationException if it has already
   */
  void finish() {
    state.compareAndSet(State.WORKING, State.FINISHING);
    throwIfStopped();
  }

  /**
   * Checks between two steps whether to continue.
   *
   * @throws CancellationException if the work is aborted
   */
  void throwIfStopped() {
    if (isStopped()) {
      throw new CancellationException("stopped");
    }
  }

  /** Whether a stop has aborted the work, which then fails for no reason of its own. */
  boolean isStopped() {
    return state.get() == State.STOPPED;
  }

  /** Ends the work. Whoever opened the store closes it. */
  @Override
  public void close() {
    state.compareAndSet(State.WORKING, State.FINISHING);
    done.countDown();
  }

  /** Aborts the work, or waits for its last step; called from another thread, or after the work. */
  void stop() {
    try {
      if (state.compareAndSet(State.WORKING, State.STOPPED)) {
        worker.interrupt();
        boolean undone = done.await(UNDO_SECONDS, TimeUnit.SECONDS);
        LOG.debug("the aborted work has undone itself: {}", undone);
      } else if (!done.await(LAST_STEP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn(
            "the last step did not end within {} s: it is unknown whether it is done",
            LAST_STEP_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
