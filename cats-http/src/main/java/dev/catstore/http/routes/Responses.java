package dev.catstore.http.routes;

import dev.catstore.domain.Cat;
import dev.catstore.http.problem.Problem;
import dev.catstore.http.wire.CatJson;
import dev.catstore.http.wire.RowFormat;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import spark.HaltException;
import spark.Request;
import spark.Response;
import spark.embeddedserver.jetty.HttpRequestWrapper;

/**
 * How routes answer. Each answer is committed here, so that Spark adds nothing to it; what the
 * methods return is for Spark alone.
 */
final class Responses {
  private static final Logger LOG = LoggerFactory.getLogger(Responses.class);
  private static final String COMMITTED = "";

  private Responses() {}

  /** The request as the client sent it: Spark's wrapper reads the whole body into memory. */
  static HttpServletRequest rawRequest(Request request) {
    return request.raw() instanceof HttpRequestWrapper wrapper
        ? (HttpServletRequest) wrapper.getRequest()
        : request.raw();
  }

  /** Begins an answer of this type, which no cache may give out again without asking. */
  static void describe(Response response, String mediaType) {
    response.raw().setContentType(mediaType);
    response.header("Cache-Control", "no-cache");
  }

  /** A text as JSON: what the tutorial application said to its clients. */
  static Object text(Response response, String text) throws IOException {
    return json(response, CatJson.bytes(json -> json.writeString(text)));
  }

  static Object status(Response response, String status) throws IOException {
    return json(
        response,
        CatJson.bytes(
            json -> {
              json.writeStartObject();
              json.writeStringProperty("status", status);
              json.writeEndObject();
            }));
  }

  static Object cat(Response response, Cat cat) throws IOException {
    return json(response, CatJson.bytes(json -> CatJson.write(json, cat)));
  }

  static Object taggedCat(Response response, Cat cat) throws IOException {
    response.header("ETag", Preconditions.entityTag(cat));
    return cat(response, cat);
  }

  static Object notModified(Response response, Cat cat) throws IOException {
    response.header("ETag", Preconditions.entityTag(cat));
    return withoutBody(response, 304);
  }

  /** A page of rows. */
  static <T> Object rows(Response response, RowFormat<T> format, List<T> rows) throws IOException {
    var body = new ByteArrayOutputStream();
    RowFormat.Writer<T> writer = format.opener().open(body);
    rows.forEach(writer::write);
    writer.end();
    return json(response, body.toByteArray());
  }

  /** How many cats an import added. */
  static Object added(Response response, long count) throws IOException {
    return json(
        response,
        CatJson.bytes(
            json -> {
              json.writeStartObject();
              json.writeNumberProperty("added", count);
              json.writeEndObject();
            }));
  }

  /** Answers OPTIONS with the types that PATCH takes (RFC 5789, 3.1). */
  static Object acceptPatch(Response response, String types) throws IOException {
    response.header("Accept-Patch", types);
    response.raw().setContentLength(0);
    response.raw().flushBuffer();
    return COMMITTED;
  }

  static Object noContent(Response response) throws IOException {
    return withoutBody(response, 204);
  }

  /** Answers with the problem that the failure is, or breaks off the answer that has begun. */
  static Object failure(Request request, Response response, Throwable failure) throws Exception {
    if (failure instanceof HaltException halt) {
      throw halt; // another's, on its way to Spark
    }
    if (response.raw().isCommitted()) {
      if (failure instanceof IOException) {
        LOG.debug("a client went away", failure);
      } else {
        LOG.warn("an answer is broken off", failure);
      }
      ServletContextRequest sent = ServletContextRequest.getServletContextRequest(request.raw());
      resetAtClose(sent.getConnectionMetaData().getConnection().getEndPoint());
      sent.getServletChannel().abort(failure);
      return COMMITTED;
    }
    response.raw().reset();
    try {
      Problem.of(failure).writeTo(request.raw(), response.raw());
    } catch (IOException e) {
      LOG.debug("the client has not waited for its answer", e);
    }
    return COMMITTED;
  }

  /**
   * Lets a connection end by a reset: for a client of HTTP/1.0, which knows the end of an answer by
   * the end of the connection alone, an orderly one would make a part the whole.
   */
  private static void resetAtClose(EndPoint client) throws IOException {
    if (client instanceof SocketChannelEndPoint socket) {
      socket.getChannel().setOption(StandardSocketOptions.SO_LINGER, 0);
    }
  }

  private static Object json(Response response, byte[] body) throws IOException {
    describe(response, ContentNegotiation.JSON);
    HttpServletResponse raw = response.raw();
    raw.setContentLength(body.length);
    raw.getOutputStream().write(body);
    raw.flushBuffer();
    return COMMITTED;
  }

  private static Object withoutBody(Response response, int status) throws IOException {
    response.raw().setStatus(status);
    response.header("Cache-Control", "no-cache");
    response.raw().flushBuffer();
    return COMMITTED;
  }
}
