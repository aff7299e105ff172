package dev.catstore.http.routes;

import spark.Request;
import spark.Response;
import spark.Route;

/** A route whose failures become problems, or abort the response if it has begun. */
public final class GuardedRoute implements Route {
  private final Route route;

  public GuardedRoute(Route route) {
    this.route = route;
  }

  @Override
  public Object handle(Request request, Response response) throws Exception {
    try {
      return route.handle(request, response);
    } catch (VirtualMachineError e) {
      throw e;
    } catch (Throwable failure) {
      return Responses.failure(request, response, failure);
    }
  }
}
