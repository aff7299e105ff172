package dev.catstore.http.server;

import dev.catstore.domain.CatStore;
import dev.catstore.http.CatRoutes;
import dev.catstore.http.Limits;
import dev.catstore.http.Problem;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.compression.gzip.GzipCompression;
import org.eclipse.jetty.compression.server.CompressionConfig;
import org.eclipse.jetty.compression.server.CompressionHandler;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.pathmap.ServletPathSpec;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import spark.ExceptionMapper;
import spark.Service;
import spark.embeddedserver.EmbeddedServer;
import spark.embeddedserver.EmbeddedServers;
import spark.http.matching.MatcherFilter;
import spark.route.Routes;
import spark.ssl.SslStores;
import spark.staticfiles.StaticFilesConfiguration;

/** The routes on a Jetty of our own: its limits, its errors, its end. */
final class HttpServer implements AutoCloseable {
  private static final int MAX_HEADER_BYTES = 8 * 1024;
  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final long STOP_MILLIS = 10_000;
  private static final long IDLE_WHILE_STOPPING_MILLIS = 200;
  private static final int MIN_COMPRESSED_BYTES = 1024;
  private static final int MAX_THREADS = 64;

  private final Server server;
  private final ServerConnector connector;

  private HttpServer(Server server, ServerConnector connector) {
    this.server = server;
    this.connector = connector;
  }

  /** Starts to serve the store. */
  static HttpServer start(Settings settings, CatStore store) throws StartupException {
    return start(settings, store, IDLE);
  }

  /**
   * Starts to serve the store.
   *
   * @param idle how long a client may send nothing, within a request and between two
   */
  static HttpServer start(Settings settings, CatStore store, Duration idle)
      throws StartupException {
    Routes routes = routes(store, new Limits(settings.maxImportBytes()));
    // The last argument: what no route matches is left to us.
    var spark =
        new MatcherFilter(
            routes, StaticFilesConfiguration.create(), new ExceptionMapper(), false, true);
    var server = new Server(new QueuedThreadPool(MAX_THREADS, 8));
    var configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setRequestHeaderSize(MAX_HEADER_BYTES);
    configuration.addCustomizer((request, headers) -> withPath(request));
    var connector = new ServerConnector(server, 1, 1, new HttpConnections(configuration));
    connector.setHost(settings.host().getHostAddress());
    connector.setPort(settings.port());
    connector.setIdleTimeout(idle.toMillis());
    connector.setShutdownIdleTimeout(IDLE_WHILE_STOPPING_MILLIS);
    server.addConnector(connector);

    var context =
        new ServletContextHandler(
            "/", ServletContextHandler.NO_SESSIONS | ServletContextHandler.NO_SECURITY);
    var filter = new ServerFilter(spark, routes, settings.allowedHosts());
    context.addFilter(new FilterHolder(filter), "/*", EnumSet.of(DispatcherType.REQUEST));
    context.setErrorHandler(new ProblemHandler());
    server.setErrorHandler(new ProblemHandler());
    server.setHandler(new GracefulHandler(new RequestIds(compressing(context))));
    server.setStopTimeout(STOP_MILLIS);
    try {
      server.start();
    } catch (Exception e) {
      throw failure(settings, e);
    }
    return new HttpServer(server, connector);
  }

  /**
   * Compresses what is worth it for clients that take it; never a single cat, whose ETag is that of
   * its plain form, and never what came in.
   */
  private static Handler compressing(Handler handler) {
    var compression = new CompressionHandler(handler);
    var gzip = new GzipCompression();
    gzip.setMinCompressSize(MIN_COMPRESSED_BYTES);
    compression.putCompression(gzip);
    compression.putConfiguration(
        new ServletPathSpec("/*"),
        CompressionConfig.builder()
            .defaults()
            .compressIncludeMethod("GET")
            .compressExcludePath("^/cats/.*")
            .decompressExcludePath("/*")
            .build());
    return compression;
  }

  /** Sends {@code OPTIONS *}, which no context would take, the way of {@code /}. */
  private static Request withPath(Request request) {
    HttpURI uri = request.getHttpURI();
    return HttpMethod.OPTIONS.is(request.getMethod()) && "*".equals(uri.getPath())
        ? Request.serveAs(request, HttpURI.build(uri, "/", null, null))
        : request;
  }

  /** Where it listens, for example {@code http://127.0.0.1:5000}. */
  String address() {
    InetAddress host = ((java.net.InetSocketAddress) localAddress()).getAddress();
    String text = host.getHostAddress();
    return "http://"
        + (text.contains(":") ? "[" + text + "]" : text)
        + ":"
        + connector.getLocalPort();
  }

  private java.net.SocketAddress localAddress() {
    try {
      return ((java.nio.channels.ServerSocketChannel) connector.getTransport()).getLocalAddress();
    } catch (IOException e) {
      throw new IllegalStateException("the server does not listen", e);
    }
  }

  void join() throws InterruptedException {
    server.join();
  }

  /** Takes no new requests, finishes those at work (for at most 10 seconds), and stops. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the server did not stop cleanly", e);
    }
  }

  private static StartupException failure(Settings settings, Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return new StartupException(
            "cannot listen on %s, port %d (CATS_HOST, CATS_PORT): %s"
                .formatted(settings.host().getHostAddress(), settings.port(), cause.getMessage()),
            e);
      }
    }
    return new StartupException("the HTTP server did not start: " + e.getMessage(), e);
  }

  /**
   * The routes, taken out of a Spark service. Spark makes its server in a thread of its own from a
   * registered factory; ours keeps the routes, and starts nothing.
   */
  private static Routes routes(CatStore store, Limits limits) {
    var routes = new CompletableFuture<Routes>();
    String id = "cats-" + UUID.randomUUID();
    EmbeddedServers.add(
        id,
        (made, files, errors, multipleHandlers) -> {
          routes.complete(made);
          return new NoServer();
        });
    Service http = Service.ignite();
    http.embeddedServerIdentifier(id);
    CatRoutes.mount(http, "", store, limits);
    http.awaitInitialization();
    return routes.orTimeout(STOP_MILLIS, TimeUnit.MILLISECONDS).join();
  }

  /** In the place of Spark's own server. */
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
        java.util.Map<String, spark.embeddedserver.jetty.websocket.WebSocketHandlerWrapper>
            handlers,
        java.util.Optional<Long> idleMillis) {}

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

    @Override
    public boolean useVThread() {
      return false;
    }
  }

  /** Jetty's own errors as problems, without a word of what it knows about them. */
  private static final class ProblemHandler extends ErrorHandler {
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
      // Jetty offers an upgrade to HTTP/2, which there is not.
      int status =
          code == HttpStatus.UPGRADE_REQUIRED_426
              ? HttpStatus.HTTP_VERSION_NOT_SUPPORTED_505
              : code;
      Problem problem = Problem.ofStatus(status);
      String id = RequestIds.identify(request);
      byte[] body = problem.json(id);
      response.setStatus(problem.type().status());
      response.getHeaders().put("X-Request-Id", id);
      response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
      problem.headers().forEach(response.getHeaders()::put);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.MEDIA_TYPE);
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
      response.write(true, ByteBuffer.wrap(body), callback);
    }
  }
}
