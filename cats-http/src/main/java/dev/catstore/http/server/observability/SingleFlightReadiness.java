package dev.catstore.http.server.observability;

import dev.catstore.http.routes.Readiness;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Looks once at a time, and answers in time: who asks during a look is told at once what was seen
 * last, or that the look takes too long once it does. So that however many ask, and however long a
 * look takes, one look and one thread that waits for it are all it costs.
 */
public final class SingleFlightReadiness implements Readiness {
  /** Below what a probe waits for an answer. */
  private static final Duration PATIENCE = Duration.ofMillis(4_500);

  /** For how long of a look it goes by what was seen before. */
  private static final Duration FRESH = Duration.ofSeconds(1);

  private static final String LATE = "The server cannot find out in time whether it is ready.";
  private static final String FAILED = "The server could not find out whether it is ready.";

  private final Readiness readiness;
  private final Duration patience;
  private final Duration fresh;
  private final AtomicReference<@Nullable Look> looking = new AtomicReference<>();
  private volatile Optional<String> seen = Optional.empty();

  public SingleFlightReadiness(Readiness readiness) {
    this(readiness, PATIENCE, FRESH);
  }

  public SingleFlightReadiness(Readiness readiness, Duration patience, Duration fresh) {
    this.readiness = readiness;
    this.patience = patience;
    this.fresh = fresh;
  }

  @Override
  public Optional<String> missing() {
    var look = new Look();
    @Nullable Look other = looking.compareAndExchange(null, look);
    if (other != null) {
      return other.isFresh() ? seen : Optional.of(LATE);
    }
    look.start();
    return look.result();
  }

  /** A look in a thread of its own, which may hang for longer than who asks can wait. */
  private final class Look {
    private final long begin = System.nanoTime();
    private final CompletableFuture<Optional<String>> result = new CompletableFuture<>();

    /** What is logged belongs to the request that looks. */
    private final @Nullable Map<String, String> context = MDC.getCopyOfContextMap();

    boolean isFresh() {
      return System.nanoTime() - begin < fresh.toNanos();
    }

    void start() {
      var thread = new Thread(this::look, "readiness");
      thread.setDaemon(true);
      thread.start();
    }

    private void look() {
      if (context != null) {
        MDC.setContextMap(context);
      }
      try {
        Optional<String> now = readiness.missing();
        end(now);
        result.complete(now);
      } catch (Throwable e) {
        end(Optional.of(FAILED));
        result.completeExceptionally(e);
      }
    }

    /** Before its result is told: who is told it may ask again. */
    private void end(Optional<String> now) {
      seen = now;
      looking.set(null);
    }

    Optional<String> result() {
      try {
        return result.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        return Optional.of(LATE);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException(FAILED, e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.of(FAILED);
      }
    }
  }
}
