package dev.catstore.http.server.jetty;

import dev.catstore.http.server.config.ClientLimits;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks every connection periodically, and ends what takes too long on it. */
public final class SlowClientMonitor extends AbstractLifeCycle {
  private static final Logger LOG = LoggerFactory.getLogger(SlowClientMonitor.class);
  private static final Duration INTERVAL = Duration.ofMillis(100);

  private final ServerConnector connector;
  private final ClientLimits limits;
  private volatile Scheduler.Task next = () -> false;

  public SlowClientMonitor(ServerConnector connector, ClientLimits limits) {
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
    next =
        connector.getScheduler().schedule(this::check, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void check() {
    try {
      long now = System.nanoTime();
      for (EndPoint client : connector.getConnectedEndPoints()) {
        if (client.getConnection() instanceof StrictConnectionFactory.StrictConnection connection) {
          check(connection, now);
        }
      }
    } finally {
      // Whatever happens: without the next check, no limit would hold.
      if (isRunning()) {
        schedule();
      }
    }
  }

  private void check(StrictConnectionFactory.StrictConnection connection, long now) {
    try {
      connection.rate().check(now, limits);
    } catch (RuntimeException | Error e) {
      LOG.error("a connection could not be checked", e);
    }
  }
}
