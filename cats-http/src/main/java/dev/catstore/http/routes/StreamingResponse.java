package dev.catstore.http.routes;

import dev.catstore.http.wire.RowFormat;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import spark.Request;
import spark.Response;

/**
 * An answer of many rows, written while they come. It begins with the first row, so that a store
 * that fails before is still answered with a problem; and it is ended only after the last one, so
 * that no client takes a part for the whole.
 */
final class StreamingResponse<T> {
  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final RowFormat<T> format;
  private RowFormat.@Nullable Writer<T> rows;

  private StreamingResponse(Request request, Response response, RowFormat<T> format) {
    this.request = Responses.rawRequest(request);
    this.response = response.raw();
    this.format = format;
  }

  /** Shows every row to {@link #write}. */
  @FunctionalInterface
  interface Source<T> {
    void showTo(StreamingResponse<T> answer) throws IOException;
  }

  /** Answers with all rows of the source; to HEAD with what would come before them. */
  static <T> Object of(Request request, Response response, RowFormat<T> format, Source<T> source)
      throws IOException {
    Responses.describe(response, format.mediaType());
    var answer = new StreamingResponse<>(request, response, format);
    if (!answer.request.getMethod().equals("HEAD")) {
      source.showTo(answer);
      answer.rows().end();
    }
    response.raw().flushBuffer();
    return "";
  }

  void write(T row) throws IOException {
    boolean first = rows == null;
    rows().write(row);
    if (first) {
      rows().flush();
      response.flushBuffer();
    }
  }

  private RowFormat.Writer<T> rows() throws IOException {
    if (rows == null) {
      if (request.getProtocol().equals("HTTP/1.1")) {
        // Jetty would end an answer by closing the connection if the client asked to close it, and
        // one that is broken off would look the same.
        response.setHeader("Transfer-Encoding", "chunked");
      }
      rows = format.opener().open(response.getOutputStream());
    }
    return rows;
  }
}
