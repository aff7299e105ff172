package dev.catstore.http.server.database;

import dev.catstore.http.server.config.StartupException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the server's own PostgreSQL again when it ends by itself: killed for memory, for example,
 * or stopped on a full disk, for whose room there is no limit of time.
 */
final class PostgresWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresWatch.class);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(200);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /** So many failures in a row end the attempts: with the pauses, after about half a minute. */
  static final int ATTEMPTS = 10;

  /** What ends sooner after its start than this has not got well. */
  private static final Duration WELL = Duration.ofMinutes(1);

  private final EmbeddedPostgres postgres;
  private final CompletableFuture<StartupException> givenUp = new CompletableFuture<>();
  private final Thread thread = new Thread(this::watch, "postgres-watch");
  private int failures;

  PostgresWatch(EmbeddedPostgres postgres) {
    this.postgres = postgres;
    thread.setDaemon(true);
  }

  /** Returns what is completed with the reason when it is given up. */
  CompletableFuture<StartupException> start() {
    thread.start();
    return givenUp;
  }

  /** Ends the watch, also in the middle of a start. */
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch() {
    try {
      long started = System.nanoTime();
      while (true) {
        Thread.sleep(POLL_INTERVAL.toMillis());
        if (!postgres.isRunning()) {
          if (System.nanoTime() - started >= WELL.toNanos()) {
            failures = 0;
          }
          restart();
          started = System.nanoTime();
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("the server stops", e);
    } catch (StartupException e) {
      givenUp.complete(e);
    } catch (IOException | RuntimeException e) {
      givenUp.complete(new StartupException("PostgreSQL can be watched no more: " + e, e));
    }
  }

  /** Returns once it runs again. */
  private void restart() throws InterruptedException, StartupException {
    LOG.error("PostgreSQL has ended, and is started again; {}", postgres.lastWords());
    while (true) {
      Thread.sleep(pause().toMillis());
      try {
        failures++;
        postgres.restart();
        LOG.warn("PostgreSQL runs again");
        return;
      } catch (IOException | StartupException e) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        if (postgres.hasRoom() && failures >= ATTEMPTS) {
          throw new StartupException(
              "PostgreSQL has ended, and does not start again: %s; %s"
                  .formatted(e.getMessage(), postgres.lastWords()),
              e);
        }
        LOG.warn("PostgreSQL does not start yet: {}", e.getMessage());
      }
    }
  }

  private Duration pause() {
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, ATTEMPTS));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }
}
