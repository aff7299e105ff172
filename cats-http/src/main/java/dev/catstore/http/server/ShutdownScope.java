package dev.catstore.http.server;

import dev.catstore.http.server.config.StartupException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a command has opened, one part after the other. It is closed, the last part first, when the
 * command ends or a signal stops it, be it before all is open. Shared with the thread of the stop.
 */
public final class ShutdownScope implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ShutdownScope.class);

  /** Opens a part, in a time that a stop can wait for. */
  @FunctionalInterface
  public interface Opening<T> {
    T open() throws StartupException;
  }

  private final Deque<Runnable> closers = new ArrayDeque<>();
  private final Thread hook = new Thread(this::stop, "stop");
  private boolean closed;
  private volatile boolean stopped;

  /** Nothing yet. What will be opened is closed also if the process is stopped. */
  static ShutdownScope untilStop() {
    var opened = new ShutdownScope();
    Runtime.getRuntime().addShutdownHook(opened.hook);
    return opened;
  }

  /**
   * Opens a part. A stop waits for it, so that no part is left which nobody knows of yet.
   *
   * @throws StartupException if it cannot be opened, or all has been closed by a stop
   */
  public synchronized <T> T open(Opening<T> opening, Consumer<T> closer) throws StartupException {
    if (closed) {
      throw new StartupException("stopped");
    }
    T part = opening.open();
    closers.push(() -> closer.accept(part));
    return part;
  }

  /** Whether a stop closes it, and so may be why something fails. */
  public boolean isStopped() {
    return stopped;
  }

  /** Leaves a stop to the caller from here on. */
  void leaveStop() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("the process is about to end", e);
    }
  }

  /** Closes all, unless it has been closed; returns once it is. */
  @Override
  public void close() {
    closeAll();
    leaveStop();
  }

  private void stop() {
    stopped = true;
    closeAll();
  }

  private synchronized void closeAll() {
    closed = true;
    while (!closers.isEmpty()) {
      try {
        closers.pop().run();
      } catch (RuntimeException e) {
        LOG.error("a part of the server did not close", e);
      }
    }
  }
}
