package dev.catstore.http.server.observability;

import dev.catstore.http.routes.Readiness;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Runs one check at a time, and responds in time. A probe during a check gets the last result at
 * once, or, if the check takes too long, that it does. So however many probes there are, and
 * however long a check takes, it costs one check and one waiting thread.
 */
public final class SingleFlightReadiness implements Readiness {
  private static final Logger LOG = LoggerFactory.getLogger(SingleFlightReadiness.class);

  /** Less than a probe waits for a response. */
  private static final Duration PROBE_TIMEOUT = Duration.ofMillis(4_500);

  /** For how long during a check the last result is still good. */
  private static final Duration FRESH = Duration.ofSeconds(1);

  private static final String UNCHECKED = "The server does not know yet whether it is ready.";
  private static final String LATE = "The server cannot find out in time whether it is ready.";
  private static final String FAILED = "The server could not find out whether it is ready.";

  private final Readiness readiness;
  private final Duration timeout;
  private final Duration fresh;
  private final Executor executor;
  private final AtomicReference<@Nullable Check> current = new AtomicReference<>();
  private volatile Optional<String> last = Optional.of(UNCHECKED);

  public SingleFlightReadiness(Readiness readiness) {
    this(readiness, PROBE_TIMEOUT, FRESH, SingleFlightReadiness::startThread);
  }

  /**
   * @param executor runs a check in another thread, as a check may hang
   */
  SingleFlightReadiness(Readiness readiness, Duration timeout, Duration fresh, Executor executor) {
    this.readiness = readiness;
    this.timeout = timeout;
    this.fresh = fresh;
    this.executor = executor;
  }

  static void startThread(Runnable task) {
    var thread = new Thread(task, "readiness");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public Optional<String> missing() {
    var check = new Check();
    @Nullable Check other = current.compareAndExchange(null, check);
    if (other != null) {
      return other.isFresh() ? last : Optional.of(LATE);
    }
    check.start();
    return check.result();
  }

  private final class Check {
    private final long begin = System.nanoTime();
    private final CompletableFuture<Optional<String>> result = new CompletableFuture<>();

    /** What a check logs belongs to the request that began it. */
    private final @Nullable Map<String, String> context = MDC.getCopyOfContextMap();

    boolean isFresh() {
      return System.nanoTime() - begin < fresh.toNanos();
    }

    void start() {
      try {
        executor.execute(this::run);
      } catch (RuntimeException | Error e) {
        // There may be no more threads.
        LOG.error("a readiness check did not start", e);
        end(Optional.of(FAILED));
        result.complete(Optional.of(FAILED));
      }
    }

    private void run() {
      if (context != null) {
        MDC.setContextMap(context);
      }
      try {
        Optional<String> missing = readiness.missing();
        end(missing);
        result.complete(missing);
      } catch (Throwable e) {
        end(Optional.of(FAILED));
        result.completeExceptionally(e);
      }
    }

    /** Comes before the result is passed on: the prober may check again at once. */
    private void end(Optional<String> missing) {
      last = missing;
      current.set(null);
    }

    Optional<String> result() {
      try {
        return result.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
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
