package dev.catstore.http.server;

import dev.catstore.domain.CatStore;
import dev.catstore.http.routes.CatRoutes;
import dev.catstore.http.routes.Readiness;
import dev.catstore.http.routes.RouteLimits;
import dev.catstore.http.server.auth.BearerTokenHandler;
import dev.catstore.http.server.auth.TokenFile;
import dev.catstore.http.server.config.ClientLimits;
import dev.catstore.http.server.config.HttpSettings;
import dev.catstore.http.server.config.Settings;
import dev.catstore.http.server.config.StartupException;
import dev.catstore.http.server.jetty.BasePath;
import dev.catstore.http.server.jetty.CorsPolicy;
import dev.catstore.http.server.jetty.HttpSemanticsFilter;
import dev.catstore.http.server.jetty.ProblemErrorHandler;
import dev.catstore.http.server.jetty.RequestIds;
import dev.catstore.http.server.jetty.RequestTarget;
import dev.catstore.http.server.jetty.RequestTimeoutHandler;
import dev.catstore.http.server.jetty.ResponseHeaders;
import dev.catstore.http.server.jetty.RouteIndex;
import dev.catstore.http.server.jetty.SlowClientMonitor;
import dev.catstore.http.server.jetty.SparkRoutes;
import dev.catstore.http.server.jetty.StrictConnectionFactory;
import dev.catstore.http.server.jetty.TrustedProxies;
import dev.catstore.http.server.observability.AccessLog;
import dev.catstore.http.server.observability.Metrics;
import dev.catstore.http.server.observability.MetricsRoute;
import dev.catstore.http.server.observability.SingleFlightReadiness;
import dev.catstore.http.server.web.DocumentationRoutes;
import jakarta.servlet.DispatcherType;
import java.net.BindException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.compression.gzip.GzipCompression;
import org.eclipse.jetty.compression.server.CompressionConfig;
import org.eclipse.jetty.compression.server.CompressionHandler;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http.pathmap.ServletPathSpec;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.NetworkTrafficServerConnector;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.QoSHandler;
import org.eclipse.jetty.util.HostPort;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import spark.ExceptionMapper;
import spark.http.matching.MatcherFilter;
import spark.staticfiles.StaticFilesConfiguration;

/**
 * The catalogue over HTTP: puts the routes into a Jetty, behind all that a request passes first.
 */
public final class HttpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final long IDLE_WHILE_STOPPING_MILLIS = 200;
  private static final int MIN_COMPRESSED_BYTES = 1024;

  /** Threads beyond those that handle requests: they accept, select, and refuse. */
  private static final int SPARE_THREADS = 16;

  private static final int MIN_THREADS = 8;

  private final Server server;
  private final ServerConnector connector;
  private final Metrics metrics;
  private final String basePath;
  private final Duration stopDelay;
  private final CountDownLatch stopping;

  private HttpServer(
      Server server,
      ServerConnector connector,
      Metrics metrics,
      String basePath,
      Duration stopDelay,
      CountDownLatch stopping) {
    this.server = server;
    this.connector = connector;
    this.metrics = metrics;
    this.basePath = basePath;
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
   * @param around wraps everything that handles requests
   */
  public static HttpServer start(
      Settings settings, CatStore store, Readiness readiness, UnaryOperator<Handler> around)
      throws StartupException {
    HttpSettings http = settings.http();
    ClientLimits limits = http.limits();
    var server = new Server(new QueuedThreadPool(limits.requests() + SPARE_THREADS, MIN_THREADS));
    ServerConnector connector = connector(server, http);
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(limits.connections(), connector));
    server.addBean(new SlowClientMonitor(connector, limits));
    server.setErrorHandler(new ProblemErrorHandler());
    server.setStopTimeout(limits.stop().toMillis());

    var graceful = new GracefulHandler();
    QoSHandler queue = queue(limits);
    List<Handler.Singleton> steps = steps(http, graceful, queue);
    var metrics = new Metrics();
    metrics.register(server, graceful, queue);
    var stopping = new CountDownLatch(1);
    Readiness whileRunning = untilStopped(new SingleFlightReadiness(readiness), stopping);
    steps.add(servlets(routes(store, limits.ofRoutes(), whileRunning, metrics), http));
    Handler.Singleton last = server;
    for (Handler.Singleton step : steps) {
      last.setHandler(step);
      last = step;
    }
    server.setHandler(around.apply(server.getHandler()));
    server.setRequestLog(
        settings.log().access()
            ? new RequestLog.Collection(metrics.requestLog(), new AccessLog())
            : metrics.requestLog());
    try {
      server.start();
    } catch (Exception e) {
      metrics.close();
      throw failure(http, e);
    }
    return new HttpServer(
        server, connector, metrics, http.basePath(), limits.stopDelay(), stopping);
  }

  /** Where a request arrives, and what is done to it before the first step. */
  private static ServerConnector connector(Server server, HttpSettings settings) {
    var jetty = new HttpConfiguration();
    jetty.setSendServerVersion(false);
    jetty.setRequestHeaderSize(settings.limits().headerBytes());
    // Otherwise a header that differs from an earlier one only in case is read as that one.
    jetty.setHeaderCacheCaseSensitive(true);
    // First: what the others refuse has these headers, and this path in its type, too.
    jetty.addCustomizer(new ResponseHeaders());
    if (!settings.basePath().isEmpty()) {
      jetty.addCustomizer(new BasePath(settings.basePath()));
    }
    if (!settings.trustedProxies().isEmpty()) {
      jetty.addCustomizer(new TrustedProxies(settings.trustedProxies()));
    }
    jetty.addCustomizer(new RequestTarget());
    var connector =
        new NetworkTrafficServerConnector(
            server, null, null, null, 1, 1, new StrictConnectionFactory(jetty));
    connector.setHost(settings.host().getHostAddress());
    connector.setPort(settings.port());
    connector.setIdleTimeout(settings.limits().idle().toMillis());
    connector.setShutdownIdleTimeout(IDLE_WHILE_STOPPING_MILLIS);
    return connector;
  }

  /** What a request passes on its way to the routes, in this order. */
  private static List<Handler.Singleton> steps(
      HttpSettings settings, GracefulHandler graceful, QoSHandler queue) throws StartupException {
    List<Handler.Singleton> steps = new ArrayList<>();
    // Before all that refuses: a page can only read a problem with the headers of CORS on it. And
    // before tokens: preflights have none.
    if (!settings.corsOrigins().isEmpty()) {
      steps.add(new CorsPolicy(settings.corsOrigins()));
    }
    // Before requests wait: a stop lets those that have come this far complete.
    steps.add(graceful);
    // Before all that logs.
    steps.add(new RequestIds());
    // Before all that goes by the path.
    if (!settings.basePath().isEmpty()) {
      steps.add(new BasePath(settings.basePath()));
    }
    // Before the queue: a request without a token takes no place in it.
    if (settings.tokensFile().isPresent()) {
      steps.add(new BearerTokenHandler(TokenFile.open(settings.tokensFile().get())));
    }
    // Before all that costs memory or a connection to the database.
    steps.add(queue);
    // Behind the queue, which has its own time limit; around compression, as a problem may have to
    // be sent in place of what is being compressed.
    steps.add(new RequestTimeoutHandler());
    // Around the routes, which do not know of it.
    steps.add(compression());
    return steps;
  }

  /** Limits the requests in progress; lets others wait, and refuses the rest at once. */
  private static QoSHandler queue(ClientLimits limits) {
    var queue = new QoSHandler();
    queue.setMaxRequestCount(limits.requests());
    queue.setMaxSuspendedRequestCount(limits.waiting());
    queue.setMaxSuspend(limits.request());
    // An overloaded server is alive and may be ready, and its metrics matter most. None of these
    // occupies more than a few threads.
    CatRoutes.HEALTH.forEach(queue::excludePath);
    queue.excludePath(MetricsRoute.PATH);
    return queue;
  }

  /**
   * Compresses responses for clients that accept it; never a single cat, whose ETag is that of its
   * plain form. Never decompresses requests.
   */
  private static CompressionHandler compression() {
    var compression = new CompressionHandler();
    var gzip = new GzipCompression();
    gzip.setMinCompressSize(MIN_COMPRESSED_BYTES);
    compression.putCompression(gzip);
    compression.putConfiguration(
        new ServletPathSpec("/*"),
        CompressionConfig.builder()
            .defaults()
            .compressIncludeMethod("GET")
            .compressIncludeMethod("HEAD")
            .compressExcludePath("^/cats/.*")
            .decompressExcludePath("/*")
            .build());
    return compression;
  }

  private static ServletContextHandler servlets(RouteIndex routes, HttpSettings settings) {
    // The last argument: a request without a route is left to the filter around it.
    var spark =
        new MatcherFilter(
            routes, StaticFilesConfiguration.create(), new ExceptionMapper(), false, true);
    var filter = new HttpSemanticsFilter(spark, routes, settings.allowedHosts());
    var context =
        new ServletContextHandler(
            "/", ServletContextHandler.NO_SESSIONS | ServletContextHandler.NO_SECURITY);
    context.addFilter(new FilterHolder(filter), "/*", EnumSet.of(DispatcherType.REQUEST));
    context.setErrorHandler(new ProblemErrorHandler());
    return context;
  }

  /** All routes of the server. */
  public static RouteIndex routes(
      CatStore store, RouteLimits limits, Readiness readiness, Metrics metrics) {
    return SparkRoutes.of(
        http -> {
          CatRoutes.mount(http, "", store, limits, readiness);
          DocumentationRoutes.mount(http);
          MetricsRoute.mount(http, metrics);
        });
  }

  private static Readiness untilStopped(Readiness readiness, CountDownLatch stopping) {
    return () ->
        stopping.getCount() == 0 ? Optional.of("The server is stopping.") : readiness.missing();
  }

  private static StartupException failure(HttpSettings settings, Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return new StartupException(
            "cannot listen on %s, port %s (CATS_HOST, CATS_PORT): %s"
                .formatted(settings.host().getHostAddress(), settings.port(), cause.getMessage()),
            e);
      }
    }
    return new StartupException("the HTTP server did not start: " + e.getMessage(), e);
  }

  /** Where it serves, for example {@code http://127.0.0.1:5000}, or below that. */
  public String address() {
    return "http://%s:%s%s"
        .formatted(HostPort.normalizeHost(connector.getHost()), connector.getLocalPort(), basePath);
  }

  /** The number of open client connections. */
  public int connections() {
    return connector.getConnectedEndPoints().size();
  }

  void join() throws InterruptedException {
    server.join();
  }

  Metrics metrics() {
    return metrics;
  }

  /**
   * Stops being ready, waits for the stop delay, then accepts no more requests, lets those in
   * progress complete within the stop timeout, and stops. An interrupt only ends the delay.
   */
  @Override
  public void close() {
    stopping.countDown();
    boolean interrupted = false;
    try {
      Thread.sleep(stopDelay.toMillis());
    } catch (InterruptedException e) {
      // Set again at the end: it would keep Jetty from stopping.
      interrupted = true;
    }
    try {
      server.stop();
    } catch (TimeoutException e) {
      LOG.warn("requests in progress were aborted: they outlasted the stop (CATS_STOP_TIMEOUT)");
    } catch (Exception e) {
      // Whatever else there is to stop is stopped all the same.
      LOG.error("the server did not stop cleanly", e);
    } finally {
      metrics.close();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
