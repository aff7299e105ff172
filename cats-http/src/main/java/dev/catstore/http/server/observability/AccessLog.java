package dev.catstore.http.server.observability;

import dev.catstore.http.routes.RequestAttributes;
import dev.catstore.http.server.jetty.RequestIds;
import java.math.BigDecimal;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs each completed request, including those that Jetty itself refuses. Leaves out the query,
 * which shows what people search for, and all headers.
 */
public final class AccessLog implements RequestLog {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

  @Override
  public void log(Request request, Response response) {
    long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - request.getBeginNanoTime());
    LoggingEventBuilder event =
        LOG.atInfo()
            .addKeyValue("remote", Request.getRemoteAddr(request))
            .addKeyValue("method", request.getMethod())
            .addKeyValue("path", request.getHttpURI().getPath())
            .addKeyValue("status", response.getStatus())
            .addKeyValue("bytes", Response.getContentBytesWritten(response))
            .addKeyValue("ms", BigDecimal.valueOf(micros, 3));
    LoggingEventBuilder all =
        RequestAttributes.CLIENT
            .get(request)
            .map(it -> event.addKeyValue("client", it))
            .orElse(event);
    RequestIds.logAs(request, () -> all.log("answered"));
  }
}
