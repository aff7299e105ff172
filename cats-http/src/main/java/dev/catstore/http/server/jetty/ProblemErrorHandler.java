package dev.catstore.http.server.jetty;

import dev.catstore.http.problem.Problem;
import dev.catstore.http.wire.CatJson;
import dev.catstore.http.wire.MediaTypes;
import dev.catstore.http.wire.ProblemDocument;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Turns Jetty's own errors into problems that reveal nothing about the server. */
public final class ProblemErrorHandler extends ErrorHandler {
  private static final long MAX_DISCARDED_BYTES = 1 << 20;

  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback) {
    // Jetty offers an upgrade to HTTP/2, which is not supported.
    int status =
        code == HttpStatus.UPGRADE_REQUIRED_426 ? HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505 : code;
    Problem problem =
        cause instanceof ProblemHttpException e ? e.problem() : Problem.ofStatus(status);
    write(problem, request, response, callback);
  }

  /**
   * Responds with this problem before the request is handled. Reads a small body first: the client
   * may not read the response before it has sent all.
   */
  public static void refuse(Problem why, Request request, Response response, Callback callback) {
    if (request.getHeaders().contains(HttpHeader.EXPECT)) {
      close(why, request, response, callback);
    } else {
      discard(request, MAX_DISCARDED_BYTES, () -> close(why, request, response, callback));
    }
  }

  /** Closes the connection if the body has not been read to its end. */
  private static void close(Problem why, Request request, Response response, Callback callback) {
    if (!request.consumeAvailable()) {
      response.getHeaders().put(HttpHeader.CONNECTION, "close");
    }
    write(why, request, response, callback);
  }

  /** Discards so many bytes of the body as they arrive, and then continues. */
  private static void discard(Request request, long max, Runnable next) {
    long left = max;
    while (left >= 0) {
      Content.@Nullable Chunk chunk = request.read();
      if (chunk == null) {
        long rest = left;
        request.demand(() -> discard(request, rest, next));
        return;
      }
      left -= chunk.remaining();
      chunk.release();
      if (chunk.isLast()) {
        break;
      }
    }
    next.run();
  }

  /** Responds with this problem. */
  public static void write(Problem problem, Request request, Response response, Callback callback) {
    byte[] body =
        CatJson.bytes(
            ProblemDocument.of(problem, BasePath.prefixOf(request), RequestIds.idOf(request)));
    response.setStatus(problem.type().status());
    // A failure inside Jetty has no headers yet.
    ResponseHeaders.addTo(response.getHeaders(), request);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    problem.headers().forEach(response.getHeaders()::put);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, MediaTypes.PROBLEM);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
    // Where Jetty refuses a request by itself, it would send a body to HEAD too.
    boolean head = HttpMethod.HEAD.is(request.getMethod());
    response.write(true, head ? BufferUtil.EMPTY_BUFFER : ByteBuffer.wrap(body), callback);
  }
}
