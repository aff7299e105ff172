package dev.catstore.http.server.observability;

import dev.catstore.http.routes.RequestAttributes;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.http.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;

/**
 * Counts and times each completed request, including those that Jetty itself refuses, by method,
 * route and status. No client can add a label value.
 */
final class RequestMetrics implements RequestLog {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30)
  };

  private final MeterRegistry registry;
  private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();

  private record Kind(String method, String route, int status) {}

  RequestMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void log(Request request, Response response) {
    int status = response.getStatus();
    String method = METHODS.contains(request.getMethod()) ? request.getMethod() : "OTHER";
    timers
        .computeIfAbsent(new Kind(method, route(request, status), status), this::register)
        .record(System.nanoTime() - request.getBeginNanoTime(), TimeUnit.NANOSECONDS);
  }

  /** A request refused before routing has no route; the words are Micrometer's. */
  private static String route(Request request, int status) {
    return RequestAttributes.ROUTE.get(request).orElse(status == 404 ? "NOT_FOUND" : "UNKNOWN");
  }

  private Timer register(Kind kind) {
    return Timer.builder("http.server.requests")
        .description("Completed requests, from their first byte to the last byte of the response.")
        .tag("method", kind.method())
        .tag("uri", kind.route().replaceAll(":(\\w+)", "{$1}"))
        .tag("status", Integer.toString(kind.status()))
        .tag("outcome", Outcome.forStatus(kind.status()).name())
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }
}
