package dev.catstore.http;

import dev.catstore.domain.Cat;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import tools.jackson.core.JsonGenerator;

/**
 * All cats as one JSON array, written while they come. The answer begins with the first cat, so
 * that a store that fails before is still answered with a problem; only {@link #end} ends the
 * array, so that no client takes a part for the whole.
 */
final class CatArray implements AutoCloseable {
  private final HttpServletResponse response;
  private final JsonGenerator json;
  private final boolean chunked;
  private boolean begun;

  CatArray(HttpServletRequest request, HttpServletResponse response) throws IOException {
    this.chunked = request.getProtocol().equals("HTTP/1.1");
    this.response = response;
    this.json = Json.generator(response.getOutputStream());
  }

  void write(Cat cat) throws IOException {
    if (begun) {
      Json.writeWithoutRevision(json, cat);
    } else {
      begin();
      Json.writeWithoutRevision(json, cat);
      json.flush();
      response.flushBuffer();
    }
  }

  void end() throws IOException {
    if (!begun) {
      begin();
    }
    json.writeEndArray();
    json.flush();
    response.flushBuffer();
  }

  private void begin() {
    begun = true;
    response.setContentType(MediaTypes.JSON);
    if (chunked) {
      // Jetty would end an answer by closing the connection if the client asked to close it, and
      // one that is broken off would look the same.
      response.setHeader("Transfer-Encoding", "chunked");
    }
    json.writeStartArray();
  }

  /** Leaves the answer as it is: what was not written is not made up for. */
  @Override
  public void close() {}
}
