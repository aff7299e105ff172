package dev.catstore.http.server.observability;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import dev.catstore.http.server.jetty.RequestIds;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * The log for programs: each event is a JSON object on its own line, in ASCII, so that nothing in
 * it ends a line. (Logback's own encoder writes numbers as strings, and key-value pairs as a list
 * of objects.)
 */
final class JsonLogLayout extends LayoutBase<ILoggingEvent> {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  @Override
  public String doLayout(ILoggingEvent event) {
    var line = new StringWriter(512);
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), line)) {
      json.writeStartObject();
      json.writeStringProperty("time", TextLogLayout.time(event));
      json.writeStringProperty("level", event.getLevel().toString());
      json.writeStringProperty("logger", event.getLoggerName());
      json.writeStringProperty("thread", event.getThreadName());
      @Nullable String request = event.getMDCPropertyMap().get(RequestIds.MDC_KEY);
      if (request != null) {
        json.writeStringProperty("request", request);
      }
      json.writeStringProperty("message", event.getFormattedMessage());
      List<KeyValuePair> pairs = event.getKeyValuePairs();
      if (pairs != null) {
        pairs.forEach(it -> write(json, it));
      }
      if (event.getThrowableProxy() != null) {
        json.writeStringProperty("error", ThrowableProxyUtil.asString(event.getThrowableProxy()));
      }
      json.writeEndObject();
    }
    // The one control character that Jackson lets through.
    return line.toString().replace("\u007f", "\\u007f") + "\n";
  }

  private static void write(JsonGenerator json, KeyValuePair pair) {
    if (pair.value instanceof Number number) {
      json.writeNumberProperty(pair.key, new BigDecimal(number.toString()));
    } else {
      json.writeStringProperty(pair.key, String.valueOf(pair.value));
    }
  }
}
