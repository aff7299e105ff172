package dev.catstore.http.server.jetty;

import dev.catstore.http.server.config.Settings;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at every connection again and again, and ends what takes too long there. */
public final class SlowClientMonitor extends AbstractLifeCycle {
  private static final Logger LOG = LoggerFactory.getLogger(SlowClientMonitor.class);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final ServerConnector connector;
  private final Settings.ClientLimits limits;
  private volatile Scheduler.Task next = () -> false;

  public SlowClientMonitor(ServerConnector connector, Settings.ClientLimits limits) {
    this.connector = connector;
    this.limits = limits;
  }

  @Override
  protected void doStart() {
    schedule();
  }

  @Override
  protected void doStop() {
    next.cancel();
  }

  private void schedule() {
    next = connector.getScheduler().schedule(this::look, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      long now = System.nanoTime();
      for (EndPoint client : connector.getConnectedEndPoints()) {
        if (client.getConnection() instanceof StrictConnectionFactory.StrictConnection connection) {
          lookAt(connection, now);
        }
      }
    } finally {
      // Whatever happens: without the next look, no limit would hold any more.
      if (isRunning()) {
        schedule();
      }
    }
  }

  private void lookAt(StrictConnectionFactory.StrictConnection connection, long now) {
    try {
      connection.pace().look(now, limits);
    } catch (RuntimeException | Error e) {
      LOG.error("a connection could not be looked at", e);
    }
  }
}
