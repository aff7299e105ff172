package dev.catstore.http.server;

import dev.catstore.domain.CatStore;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of a command that Ctrl-C or SIGTERM may stop. The work is broken off then, unless it
 * has come to its last step: that is waited for. The process ends with the exit code of the signal.
 *
 * <p>All but the stop is for one thread.
 */
final class InterruptibleStore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InterruptibleStore.class);

  /** How long the last step may take. */
  private static final int PATIENCE_SECONDS = 60;

  /** How long work that is broken off may take to undo itself, before its connections are cut. */
  private static final int GRACE_SECONDS = 5;

  private enum State {
    WORKING,
    FINISHING,
    STOPPED
  }

  private final CatStore store;
  private final Runnable closer;
  private final Runnable undo;
  private final AtomicReference<State> state = new AtomicReference<>(State.WORKING);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread worker = Thread.currentThread();
  private final Thread hook = new Thread(this::stop, "stop");

  /**
   * @param closer closes the store, and breaks off what is at work in it
   * @param undo what else there is to do at a stop, and to say
   */
  InterruptibleStore(CatStore store, Runnable closer, Runnable undo) {
    this.store = store;
    this.closer = closer;
    this.undo = undo;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  CatStore store() {
    return store;
  }

  /**
   * Begins the last step. From here on the work is not broken off any more.
   *
   * @throws CancellationException if it has been already
   */
  void finish() {
    state.compareAndSet(State.WORKING, State.FINISHING);
    throwIfStopped();
  }

  /**
   * Asks, between two steps, whether to go on.
   *
   * @throws CancellationException if the work is to be broken off
   */
  void throwIfStopped() {
    if (isStopped()) {
      throw new CancellationException("stopped");
    }
  }

  /** Whether the work was broken off, and so fails for no reason of its own. */
  boolean isStopped() {
    return state.get() == State.STOPPED;
  }

  /** Closes the store; at a stop this is left to the stop. */
  @Override
  public void close() {
    state.compareAndSet(State.WORKING, State.FINISHING);
    if (!isStopped()) {
      closer.run();
    }
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("the process is about to end", e);
    }
  }

  private void stop() {
    try {
      if (state.compareAndSet(State.WORKING, State.STOPPED)) {
        worker.interrupt();
        boolean undone = closed.await(GRACE_SECONDS, TimeUnit.SECONDS);
        LOG.debug("the work has undone itself: {}", undone);
        closer.run();
        undo.run();
      } else if (!closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("the last step did not end within {} s", PATIENCE_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
