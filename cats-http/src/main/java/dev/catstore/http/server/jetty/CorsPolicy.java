package dev.catstore.http.server.jetty;

import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.handler.CrossOriginHandler;

/** What the pages of other origins may ask and read (CORS): nothing, unless they are named. */
public final class CorsPolicy {
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
  private static final Set<String> ASKED =
      Set.of(
          "Accept",
          "Authorization",
          "Content-Type",
          "Idempotency-Key",
          "If-Match",
          "If-None-Match",
          "X-Request-Id");
  private static final Set<String> READ =
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
          "X-Total-Count");

  /** A browser asks again after it, should an origin have been named or struck off meanwhile. */
  private static final Duration PREFLIGHT_IS_KEPT = Duration.ofMinutes(10);

  private CorsPolicy() {}

  /**
   * Lets the pages of these origins use a handler. Preflights are answered here: they have no
   * token, and whatever is refused later shall be a problem that the page can read.
   */
  public static Handler allow(Set<String> origins, Handler handler) {
    if (origins.isEmpty()) {
      return handler;
    }
    var allowing = new CrossOriginHandler();
    allowing.setHandler(handler);
    allowing.setAllowedOriginPatterns(
        origins.stream().map(Pattern::quote).collect(Collectors.toSet()));
    allowing.setAllowedMethods(METHODS);
    allowing.setAllowedHeaders(ASKED);
    allowing.setExposedHeaders(READ);
    allowing.setPreflightMaxAge(PREFLIGHT_IS_KEPT);
    // Tokens are sent by scripts that have them, not by browsers by themselves.
    allowing.setAllowCredentials(false);
    return allowing;
  }
}
