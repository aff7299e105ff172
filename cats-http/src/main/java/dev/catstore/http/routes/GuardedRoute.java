package dev.catstore.http.routes;

import java.io.IOException;
import java.net.StandardSocketOptions;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import spark.HaltException;
import spark.Request;
import spark.Response;
import spark.Route;

/** A route whose failures become problems, or abort the response if it has begun. */
public final class GuardedRoute implements Route {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedRoute.class);

  private final Route route;

  public GuardedRoute(Route route) {
    this.route = route;
  }

  /** Handles an exchange, and commits its response. */
  @FunctionalInterface
  interface Handler {
    void handle(Exchange exchange) throws IOException;
  }

  /** What the handler commits is the whole response: Spark adds nothing to it. */
  static Route of(Handler handler) {
    return new GuardedRoute(
        (request, response) -> {
          handler.handle(new Exchange(request, response));
          return "";
        });
  }

  @Override
  public Object handle(Request request, Response response) throws Exception {
    try {
      return route.handle(request, response);
    } catch (VirtualMachineError | HaltException e) {
      throw e; // a HaltException belongs to the service around the routes
    } catch (Throwable failure) {
      fail(request, response, failure);
      return "";
    }
  }

  private static void fail(Request request, Response response, Throwable failure)
      throws IOException {
    if (response.raw().isCommitted()) {
      abort(request, failure);
    } else {
      // The headers stay, since filters of the service around the routes may have set them.
      response.raw().resetBuffer();
      response.raw().setHeader("Transfer-Encoding", null);
      response.raw().setContentType(null);
      ProblemResponder.respond(
          ProblemMapper.toProblem(failure), Exchange.unwrapped(request), response.raw());
    }
  }

  private static void abort(Request request, Throwable failure) throws IOException {
    if (failure instanceof IOException) {
      LOG.debug("the client disconnected", failure);
    } else {
      LOG.warn("a response is aborted", failure);
    }
    ServletContextRequest jetty = ServletContextRequest.getServletContextRequest(request.raw());
    resetOnClose(jetty.getConnectionMetaData().getConnection().getEndPoint());
    jetty.getServletChannel().abort(failure);
  }

  /**
   * Lets the connection end with a reset. A client of HTTP/1.0 knows the end of a response only by
   * the end of the connection, so an orderly one would make the part look complete.
   */
  private static void resetOnClose(EndPoint client) throws IOException {
    if (client instanceof SocketChannelEndPoint socket) {
      socket.getChannel().setOption(StandardSocketOptions.SO_LINGER, 0);
    }
  }
}
