package dev.catstore.http.server;

import dev.catstore.domain.CatStore;
import dev.catstore.http.routes.CatRoutes;
import dev.catstore.http.routes.Readiness;
import dev.catstore.http.routes.RouteLimits;
import dev.catstore.http.server.auth.BearerTokenHandler;
import dev.catstore.http.server.auth.TokenFile;
import dev.catstore.http.server.config.Settings;
import dev.catstore.http.server.config.StartupException;
import dev.catstore.http.server.jetty.CorsPolicy;
import dev.catstore.http.server.jetty.HttpSemanticsFilter;
import dev.catstore.http.server.jetty.ProblemErrorHandler;
import dev.catstore.http.server.jetty.RequestIds;
import dev.catstore.http.server.jetty.RequestTimeoutHandler;
import dev.catstore.http.server.jetty.ResponseHeaders;
import dev.catstore.http.server.jetty.SlowClientMonitor;
import dev.catstore.http.server.jetty.StrictConnectionFactory;
import dev.catstore.http.server.jetty.TrustedProxies;
import dev.catstore.http.server.observability.AccessLog;
import dev.catstore.http.server.observability.Metrics;
import dev.catstore.http.server.observability.MetricsRoute;
import dev.catstore.http.server.observability.RequestMetrics;
import dev.catstore.http.server.observability.SingleFlightReadiness;
import dev.catstore.http.server.web.DocumentationRoutes;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.compression.gzip.GzipCompression;
import org.eclipse.jetty.compression.server.CompressionConfig;
import org.eclipse.jetty.compression.server.CompressionHandler;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.pathmap.ServletPathSpec;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.QoSHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import spark.ExceptionMapper;
import spark.Service;
import spark.embeddedserver.EmbeddedServer;
import spark.embeddedserver.EmbeddedServers;
import spark.http.matching.MatcherFilter;
import spark.route.Routes;
import spark.ssl.SslStores;
import spark.staticfiles.StaticFilesConfiguration;

/** The routes on a Jetty of our own: its limits, its errors, its end. */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final long ROUTES_WAIT_MILLIS = 10_000;
  private static final long IDLE_WHILE_STOPPING_MILLIS = 200;
  private static final int MIN_COMPRESSED_BYTES = 1024;

  /** Threads besides those of the requests at work: they accept, select, and refuse. */
  private static final int MORE_THREADS = 16;

  private final Server server;
  private final ServerConnector connector;
  private final Metrics metrics;
  private final Duration stopDelay;
  private final CountDownLatch stopping;

  private HttpServer(
      Server server,
      ServerConnector connector,
      Metrics metrics,
      Duration stopDelay,
      CountDownLatch stopping) {
    this.server = server;
    this.connector = connector;
    this.metrics = metrics;
    this.stopDelay = stopDelay;
    this.stopping = stopping;
  }

  /**
   * Starts to serve the store.
   *
   * @param readiness whether what is behind the store is there
   */
  public static HttpServer start(Settings settings, CatStore store, Readiness readiness)
      throws StartupException {
    return start(settings, store, readiness, UnaryOperator.identity());
  }

  /**
   * Starts to serve the store.
   *
   * @param around puts something around all that is served
   */
  public static HttpServer start(
      Settings settings, CatStore store, Readiness readiness, UnaryOperator<Handler> around)
      throws StartupException {
    Settings.ClientLimits limits = settings.limits();
    var metrics = new Metrics();
    var stopping = new CountDownLatch(1);
    Readiness whileRunning = untilStopped(new SingleFlightReadiness(readiness), stopping);
    Routes routes = routes(store, limits.ofRoutes(), whileRunning, metrics);
    // The last argument: what no route matches is left to us.
    var spark =
        new MatcherFilter(
            routes, StaticFilesConfiguration.create(), new ExceptionMapper(), false, true);
    var server = new Server(new QueuedThreadPool(limits.requests() + MORE_THREADS, 8));
    var configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setRequestHeaderSize(limits.headerBytes());
    // Else a header is read as the last one like it on the connection, if only the case differs.
    configuration.setHeaderCacheCaseSensitive(true);
    configuration.addCustomizer(new ResponseHeaders());
    if (!settings.trustedProxies().isEmpty()) {
      configuration.addCustomizer(new TrustedProxies(settings.trustedProxies()));
    }
    configuration.addCustomizer((request, headers) -> withPath(request));
    var connector = new ServerConnector(server, 1, 1, new StrictConnectionFactory(configuration));
    connector.setHost(settings.host().getHostAddress());
    connector.setPort(settings.port());
    connector.setIdleTimeout(limits.idle().toMillis());
    connector.setShutdownIdleTimeout(IDLE_WHILE_STOPPING_MILLIS);
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(limits.connections(), connector));
    server.addBean(new SlowClientMonitor(connector, limits));

    var context =
        new ServletContextHandler(
            "/", ServletContextHandler.NO_SESSIONS | ServletContextHandler.NO_SECURITY);
    var filter = new HttpSemanticsFilter(spark, routes, settings.allowedHosts());
    context.addFilter(new FilterHolder(filter), "/*", EnumSet.of(DispatcherType.REQUEST));
    context.setErrorHandler(new ProblemErrorHandler());
    server.setErrorHandler(new ProblemErrorHandler());
    // A request that had to wait goes on in another thread, where the log must know it too.
    QoSHandler queue =
        limited(new RequestIds(new RequestTimeoutHandler(compressing(context))), limits);
    Handler handler = queue;
    if (settings.tokensFile().isPresent()) {
      // Before the queue: who has no token takes no place in it.
      handler = new BearerTokenHandler(queue, TokenFile.open(settings.tokensFile().get()));
    }
    var requests = new GracefulHandler(new RequestIds(handler));
    server.setHandler(around.apply(CorsPolicy.allow(settings.corsOrigins(), requests)));
    server.setRequestLog(requestLog(settings, metrics));
    measure(metrics.registry(), connector, requests, queue);
    server.setStopTimeout(limits.stop().toMillis());
    try {
      server.start();
    } catch (Exception e) {
      metrics.close();
      throw failure(settings, e);
    }
    return new HttpServer(server, connector, metrics, limits.stopDelay(), stopping);
  }

  private static Readiness untilStopped(Readiness readiness, CountDownLatch stopping) {
    return () ->
        stopping.getCount() == 0 ? Optional.of("The server is stopping.") : readiness.missing();
  }

  /** What is told of each request that has ended. */
  private static RequestLog requestLog(Settings settings, Metrics metrics) {
    var timer = new RequestMetrics(metrics.registry());
    return settings.log().access() ? new RequestLog.Collection(timer, new AccessLog()) : timer;
  }

  private static void measure(
      MeterRegistry meters, ServerConnector connector, GracefulHandler requests, QoSHandler queue) {
    Gauge.builder("http.server.requests.waiting", queue, QoSHandler::getSuspendedRequestCount)
        .description("Requests that wait for their turn (CATS_MAX_WAITING).")
        .register(meters);
    Gauge.builder(
            "http.server.requests.active",
            () -> Math.max(0, requests.getCurrentRequestCount() - queue.getSuspendedRequestCount()))
        .description("Requests at work (CATS_MAX_REQUESTS), the one for this among them.")
        .register(meters);
    Gauge.builder("http.server.connections", connector, it -> it.getConnectedEndPoints().size())
        .description("Connections of clients (CATS_MAX_CONNECTIONS).")
        .register(meters);
  }

  /** Lets so many requests be at work; lets others wait, and refuses the rest at once. */
  private static QoSHandler limited(Handler handler, Settings.ClientLimits limits) {
    var queue = new QoSHandler(handler);
    queue.setMaxRequestCount(limits.requests());
    queue.setMaxSuspendedRequestCount(limits.waiting());
    queue.setMaxSuspend(limits.request());
    // Whether the server is alive, or can serve at all, does not depend on how much it has to do,
    // and what that is has to be seen most when it is too much. None of these takes more than a
    // few threads.
    queue.excludePath("/health/live");
    queue.excludePath("/health/ready");
    queue.excludePath(MetricsRoute.PATH);
    return queue;
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

  /**
   * Sends {@code OPTIONS *}, which no context would take, the way of {@code /}, and refuses what
   * has no path.
   */
  private static Request withPath(Request request) {
    HttpURI uri = request.getHttpURI();
    if (HttpMethod.OPTIONS.is(request.getMethod()) && "*".equals(uri.getPath())) {
      return Request.serveAs(request, HttpURI.build(uri, "/", null, null));
    }
    if (uri.getPath() == null || !uri.getPath().startsWith("/")) {
      // Of RFC 9112, 3.2.1; Jetty would redirect it.
      throw new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400);
    }
    return request;
  }

  /** Where it listens, for example {@code http://127.0.0.1:5000}. */
  public String address() {
    InetAddress host = ((java.net.InetSocketAddress) localAddress()).getAddress();
    String text = host.getHostAddress();
    return "http://"
        + (text.contains(":") ? "[" + text + "]" : text)
        + ":"
        + connector.getLocalPort();
  }

  /** How many connections clients have to it. */
  public int connections() {
    return connector.getConnectedEndPoints().size();
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

  /** Where it measures what it does; more can be measured there. */
  MeterRegistry meters() {
    return metrics.registry();
  }

  /**
   * Is not ready any more, and after the delay of a stop takes no new requests, finishes those at
   * work (for as long as a stop may take), and stops.
   */
  @Override
  public void close() {
    stopping.countDown();
    try {
      Thread.sleep(stopDelay.toMillis());
      server.stop();
    } catch (TimeoutException e) {
      LOG.warn("requests at work were broken off: they outlasted the stop (CATS_STOP_TIMEOUT)");
    } catch (Exception e) {
      // What else there is to stop is stopped all the same.
      LOG.error("the server did not stop cleanly", e);
    } finally {
      metrics.close();
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
  public static Routes routes(
      CatStore store, RouteLimits limits, Readiness readiness, Metrics metrics) {
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
    CatRoutes.mount(http, "", store, limits, readiness);
    DocumentationRoutes.mount(http);
    MetricsRoute.mount(http, metrics);
    http.awaitInitialization();
    return routes.orTimeout(ROUTES_WAIT_MILLIS, TimeUnit.MILLISECONDS).join();
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
}
