package dev.catstore.http.server.jetty;

import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.handler.CrossOriginHandler;

/** What the pages of other origins may send and read (CORS): nothing, unless they are named. */
public final class CorsPolicy extends CrossOriginHandler {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");

  /** Those that the server reads, and those that libraries for tracing and forms add unasked. */
  private static final Set<String> REQUEST_HEADERS =
      Set.of(
          "Accept",
          "Authorization",
          "Baggage",
          "Cache-Control",
          "Content-Type",
          "Idempotency-Key",
          "If-Match",
          "If-None-Match",
          "Sentry-Trace",
          "Traceparent",
          "Tracestate",
          "X-Request-Id",
          "X-Requested-With");

  private static final Set<String> RESPONSE_HEADERS =
      Set.of(
          "Accept-Encoding",
          "Accept-Patch",
          "Allow",
          "ETag",
          "Link",
          "Location",
          "Retry-After",
          "WWW-Authenticate",
          "X-Request-Id",
          "X-Total-Count",
          "X-Total-Count-Estimated",
          "Content-Disposition");

  /** A browser then asks again, as the list of origins may have changed. */
  private static final Duration PREFLIGHT_MAX_AGE = Duration.ofMinutes(10);

  /** Allows the pages of these origins. */
  public CorsPolicy(Set<String> origins) {
    setAllowedOriginPatterns(origins.stream().map(Pattern::quote).collect(Collectors.toSet()));
    setAllowedMethods(METHODS);
    setAllowedHeaders(REQUEST_HEADERS);
    setExposedHeaders(RESPONSE_HEADERS);
    setPreflightMaxAge(PREFLIGHT_MAX_AGE);
    // Tokens are sent by scripts that have them, not by browsers on their own.
    setAllowCredentials(false);
  }
}
