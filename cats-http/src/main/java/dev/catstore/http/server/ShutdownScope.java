package dev.catstore.http.server;

import dev.catstore.http.server.config.StartupException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a command has opened. It is closed in reverse order when the command ends or a signal stops
 * it, even before everything is open. Shared with the thread that handles the signal.
 */
final class ShutdownScope implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ShutdownScope.class);

  /** Opens a resource; a stop waits for it. */
  @FunctionalInterface
  interface Opening<T> {
    T open() throws StartupException;
  }

  private final Deque<Runnable> closers = new ArrayDeque<>();
  private final Thread hook = new Thread(this::stop, "stop");
  private boolean closed;
  private volatile boolean stopped;
  private volatile Runnable afterStop = () -> {};

  private ShutdownScope() {}

  /** An empty scope, which a signal closes too. */
  static ShutdownScope untilStop() {
    var scope = new ShutdownScope();
    Runtime.getRuntime().addShutdownHook(scope.hook);
    return scope;
  }

  /**
   * Opens a resource. A stop waits for it, so that none is left open unnoticed.
   *
   * @throws StartupException if it cannot be opened, or the scope was closed by a stop
   */
  synchronized <T> T open(Opening<T> opening, Consumer<T> closer) throws StartupException {
    if (closed) {
      throw new StartupException("stopped");
    }
    T resource = opening.open();
    closers.push(() -> closer.accept(resource));
    return resource;
  }

  /** Runs this at the end of a stop. */
  void afterStop(Runnable task) {
    afterStop = task;
  }

  /** Whether a stop closes the scope, which then may be why something fails. */
  boolean isStopped() {
    return stopped;
  }

  /** Closes everything that is open; during a stop, waits for its end. */
  @Override
  public void close() {
    closeAll();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("the process is about to end", e);
    }
  }

  private void stop() {
    stopped = true;
    closeAll();
    afterStop.run();
  }

  private synchronized void closeAll() {
    closed = true;
    while (!closers.isEmpty()) {
      try {
        closers.pop().run();
      } catch (RuntimeException e) {
        LOG.error("a resource was not closed", e);
      }
    }
  }
}
