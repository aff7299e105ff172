package dev.catstore.http.server.jetty;

import dev.catstore.http.routes.GuardedRoute;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import spark.RouteImpl;
import spark.Service;
import spark.embeddedserver.EmbeddedServer;
import spark.embeddedserver.EmbeddedServers;
import spark.embeddedserver.jetty.websocket.WebSocketHandlerWrapper;
import spark.routematch.RouteMatch;
import spark.ssl.SslStores;

/** The routes of a Spark service, without the server that Spark would start for them. */
public final class SparkRoutes {
  private static final String NO_SERVER = "dev.catstore.none";

  static {
    // Spark keeps factories for ever, in a map that is not safe for threads: so there is only one.
    EmbeddedServers.add(NO_SERVER, (routes, files, errors, multipleHandlers) -> new NoServer());
  }

  private SparkRoutes() {}

  /** The routes that are mounted. Whatever fails in one, it ends in a problem. */
  public static RouteIndex of(Consumer<Service> mount) {
    Service http = Service.ignite();
    http.embeddedServerIdentifier(NO_SERVER);
    mount.accept(http);
    var routes = new RouteIndex();
    for (RouteMatch it : http.routes()) {
      var guarded = new GuardedRoute((RouteImpl) it.getTarget());
      routes.add(it.getHttpMethod(), RouteImpl.create(it.getMatchUri(), guarded));
    }
    return routes;
  }

  private static final class NoServer implements EmbeddedServer {
    @Override
    public int ignite(
        @Nullable String host,
        int port,
        boolean http2,
        @Nullable SslStores sslStores,
        int maxThreads,
        int minThreads,
        int idleMillis) {
      return port;
    }

    @Override
    public void configureWebSockets(
        Map<String, WebSocketHandlerWrapper> handlers, Optional<Long> idleMillis) {}

    @Override
    public void join() {}

    @Override
    public void extinguish() {}

    @Override
    public int activeThreadCount() {
      return 0;
    }

    @Override
    public void useVThread(boolean use) {}
  }
}
