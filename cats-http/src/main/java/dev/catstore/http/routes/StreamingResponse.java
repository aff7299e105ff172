package dev.catstore.http.routes;

import dev.catstore.http.wire.CatJson;
import dev.catstore.http.wire.RowWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A response of many rows, written as they come. It begins with the first row, so that a store that
 * fails before is still answered with a problem; and it ends only after the last one, so that no
 * client takes a part for the whole.
 */
final class StreamingResponse<T> {
  private final Exchange exchange;
  private final Function<OutputStream, RowWriter<T>> format;
  private @Nullable RowWriter<T> rows;

  private StreamingResponse(Exchange exchange, Function<OutputStream, RowWriter<T>> format) {
    this.exchange = exchange;
    this.format = format;
  }

  /** Shows every row to {@link #write}. */
  @FunctionalInterface
  interface Source<T> {
    void showTo(StreamingResponse<T> response) throws IOException;
  }

  /** Responds with all rows of the source; to HEAD without any. */
  static <T> void send(
      Exchange exchange,
      StreamLimiter streams,
      String contentType,
      Function<OutputStream, RowWriter<T>> format,
      Source<T> source)
      throws IOException {
    exchange.response().setContentType(contentType);
    exchange.response().setHeader("Cache-Control", "no-cache");
    if (!exchange.request().getMethod().equals("HEAD")) {
      var streaming = new StreamingResponse<T>(exchange, format);
      try {
        streams
            .run(
                exchange,
                () -> {
                  source.showTo(streaming);
                  return streaming.rows();
                })
            .end();
      } catch (JacksonException e) {
        throw CatJson.streamFailure(e).orElseThrow(() -> e);
      }
    }
    exchange.response().flushBuffer();
  }

  void write(T row) throws IOException {
    boolean first = rows == null;
    rows().write(row);
    if (first) {
      rows().flush();
      exchange.response().flushBuffer();
    }
  }

  private RowWriter<T> rows() throws IOException {
    if (rows == null) {
      if (exchange.request().getProtocol().equals("HTTP/1.1")) {
        // If the client asks to close the connection Jetty would not use chunks, and an aborted
        // response would look complete.
        exchange.response().setHeader("Transfer-Encoding", "chunked");
      }
      rows = format.apply(exchange.response().getOutputStream());
    }
    return rows;
  }
}
