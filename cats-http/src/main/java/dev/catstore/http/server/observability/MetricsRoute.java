package dev.catstore.http.server.observability;

import dev.catstore.http.problem.Problem;
import dev.catstore.http.problem.ProblemException;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http.QuotedQualityCSV;
import spark.Request;
import spark.Response;
import spark.Service;

/**
 * The metrics, for Prometheus. They are served even when the server has no room for other requests,
 * which is when they are needed most; so only a few such requests are served at the same time.
 */
public final class MetricsRoute {
  public static final String PATH = "/metrics";

  private static final int MAX_CONCURRENT = 2;
  private static final ExpositionFormatWriter TEXT = PrometheusTextFormatWriter.create();
  private static final ExpositionFormatWriter OPEN_METRICS = OpenMetricsTextFormatWriter.create();

  private final Metrics metrics;
  private final Semaphore permits = new Semaphore(MAX_CONCURRENT);

  private MetricsRoute(Metrics metrics) {
    this.metrics = metrics;
  }

  public static void mount(Service http, Metrics metrics) {
    var route = new MetricsRoute(metrics);
    http.get(PATH, route::get);
  }

  private Object get(Request request, Response response) throws IOException {
    if (!permits.tryAcquire()) {
      throw new ProblemException(
          Problem.unavailable("Others are reading the metrics at the moment. Try again."));
    }
    try {
      write(format(request.raw()), response.raw());
    } finally {
      permits.release();
    }
    return "";
  }

  /** Commits the response, so that Spark adds nothing to it. */
  private void write(ExpositionFormatWriter format, HttpServletResponse response)
      throws IOException {
    var body = new ByteArrayOutputStream(64 * 1024);
    format.write(body, metrics.scrape());
    response.setContentType(format.getContentType());
    response.setContentLength(body.size());
    response.setHeader("Cache-Control", "no-store");
    response.addHeader("Vary", "Accept");
    body.writeTo(response.getOutputStream());
    response.flushBuffer();
  }

  /** The text format that the client prefers; the plain one if it accepts neither. */
  private static ExpositionFormatWriter format(HttpServletRequest request) {
    var accepted = new QuotedQualityCSV();
    // All lines of it: Spark is shown none.
    Collections.list(request.getHeaders("Accept")).forEach(accepted::addValue);
    for (String range : accepted.getValues()) {
      if (OPEN_METRICS.accepts(range)) {
        return OPEN_METRICS;
      }
      if (range.startsWith("text/") || range.startsWith("*/*")) {
        return TEXT;
      }
    }
    return TEXT;
  }
}
