package dev.catstore.http.server.observability;

import dev.catstore.http.routes.RequestAttributes;
import dev.catstore.http.server.jetty.RequestIds;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A line of the log for each request that has ended, also those that Jetty itself refuses. Without
 * the query, which has what people search for, and without any header.
 */
public final class AccessLog implements RequestLog {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);

  @Override
  public void log(Request request, Response response) {
    long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - request.getBeginNanoTime());
    LoggingEventBuilder line =
        LOG.atInfo()
            .addKeyValue("remote", Request.getRemoteAddr(request))
            .addKeyValue("method", request.getMethod())
            .addKeyValue("path", request.getHttpURI().getPath())
            .addKeyValue("status", response.getStatus())
            .addKeyValue("bytes", Response.getContentBytesWritten(response))
            .addKeyValue("ms", BigDecimal.valueOf(micros, 3));
    Optional<String> client = RequestAttributes.CLIENT.get(request);
    if (client.isPresent()) {
      line = line.addKeyValue("client", client.get());
    }
    // The thread may be at work on this request still, or on another.
    @Nullable String before = MDC.get(RequestIds.MDC_KEY);
    MDC.put(RequestIds.MDC_KEY, RequestIds.identify(request));
    try {
      line.log("answered");
    } finally {
      if (before == null) {
        MDC.remove(RequestIds.MDC_KEY);
      } else {
        MDC.put(RequestIds.MDC_KEY, before);
      }
    }
  }
}
