package dev.catstore.http.server.observability;

import dev.catstore.http.problem.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import spark.Request;
import spark.Response;
import spark.Service;

/**
 * What the server measures, for Prometheus. It is answered also when the server has no room for
 * other requests, which is when it is wanted most; so there is little room for it.
 */
public final class MetricsRoute {
  public static final String PATH = "/metrics";

  private static final Logger LOG = LoggerFactory.getLogger(MetricsRoute.class);
  private static final int AT_ONCE = 2;

  private final Metrics metrics;
  private final Semaphore free = new Semaphore(AT_ONCE);

  private MetricsRoute(Metrics metrics) {
    this.metrics = metrics;
  }

  public static void mount(Service http, Metrics metrics) {
    var route = new MetricsRoute(metrics);
    http.get(PATH, route::answer);
  }

  /** Writes all of the answer, so that Spark adds nothing to it; what is returned is for Spark. */
  private Object answer(Request request, Response response) {
    HttpServletRequest raw = request.raw();
    try {
      if (free.tryAcquire()) {
        try {
          write(raw, response.raw());
        } finally {
          free.release();
        }
      } else {
        Problem.unavailable("Others read the metrics at the moment. Try again.")
            .writeTo(raw, response.raw());
      }
    } catch (IOException e) {
      LOG.debug("the client has not waited for its answer", e);
    }
    return "";
  }

  private void write(HttpServletRequest request, HttpServletResponse response) throws IOException {
    // All of its lines; what is Accept alone is kept from Spark.
    String accept = String.join(",", Collections.list(request.getHeaders("Accept")));
    Metrics.Text text = metrics.scrape(accept);
    response.setContentType(text.mediaType());
    response.setContentLength(text.bytes().length);
    response.setHeader("Cache-Control", "no-store");
    response.addHeader("Vary", "Accept");
    response.getOutputStream().write(text.bytes());
    response.flushBuffer();
  }
}
