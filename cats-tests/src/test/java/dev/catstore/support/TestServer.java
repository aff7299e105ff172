package dev.catstore.support;

import static java.util.Objects.requireNonNull;

import dev.catstore.domain.CatStore;
import dev.catstore.http.openapi.ExchangeJudge;
import dev.catstore.http.openapi.ExchangeRecorder;
import dev.catstore.http.routes.Readiness;
import dev.catstore.http.routes.RouteLimits;
import dev.catstore.http.server.HttpServer;
import dev.catstore.http.server.config.SettingValues;
import dev.catstore.http.server.config.Settings;
import dev.catstore.http.server.config.StartupException;
import dev.catstore.http.server.observability.Metrics;
import dev.catstore.tests.InMemoryCatStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import spark.route.HttpMethod;

/**
 * The server in this process, on a free port. {@link #close} fails if a request or a response broke
 * its OpenAPI document.
 */
public final class TestServer implements AutoCloseable {
  private static final Duration IDLE = Duration.ofSeconds(30);

  private final HttpServer server;
  private final Server jetty;
  private final ExchangeJudge judge;
  private final Optional<MigratedDatabase> database;

  private TestServer(
      HttpServer server, Server jetty, ExchangeJudge judge, Optional<MigratedDatabase> database) {
    this.server = server;
    this.jetty = jetty;
    this.judge = judge;
    this.database = database;
  }

  /** Starts on a new, empty PostgreSQL database. */
  public static TestServer start() {
    var database = new MigratedDatabase(8);
    return start(database.store(), IDLE, Optional.of(database));
  }

  /** Starts on this store. */
  public static TestServer start(CatStore store) {
    return start(store, IDLE);
  }

  /** Starts on this store, with this idle timeout. */
  public static TestServer start(CatStore store, Duration idle) {
    return start(store, idle, Optional.empty());
  }

  /** Starts on this store, with these settings. */
  public static TestServer start(CatStore store, Map<String, String> settings) {
    return start(store, settings, Optional.empty());
  }

  /** Starts on this store, with this token file and these other settings. */
  public static TestServer startWithTokens(
      CatStore store, Path tokens, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("CATS_TOKENS_FILE", tokens.toString());
    return start(store, all);
  }

  private static TestServer start(
      CatStore store, Duration idle, Optional<MigratedDatabase> database) {
    return start(store, Map.of("CATS_IDLE_TIMEOUT", idle.toMillis() + "ms"), database);
  }

  private static TestServer start(
      CatStore store, Map<String, String> settings, Optional<MigratedDatabase> database) {
    Map<String, String> environment = new HashMap<>(settings);
    environment.putIfAbsent("CATS_PORT", "0");
    var judge = new ExchangeJudge(environment.getOrDefault("CATS_BASE_PATH", ""));
    var first = new AtomicReference<Handler>();
    try {
      var server =
          HttpServer.start(
              Settings.of(new SettingValues(Map.of(), environment)),
              store,
              Readiness.of(store),
              handler -> {
                var recorder = new ExchangeRecorder(handler, judge);
                first.set(recorder);
                return recorder;
              });
      return new TestServer(server, requireNonNull(first.get()).getServer(), judge, database);
    } catch (StartupException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** The routes of every such server but those of OPTIONS, for example {@code GET /cats/:id}. */
  public static List<String> routes() {
    var store = new InMemoryCatStore();
    try (var metrics = new Metrics()) {
      return HttpServer.routes(store, RouteLimits.DEFAULT, Readiness.of(store), metrics)
          .findAll()
          .stream()
          .filter(it -> it.getHttpMethod() != HttpMethod.options)
          .map(it -> it.getHttpMethod().name().toUpperCase(Locale.ROOT) + " " + it.getMatchUri())
          .toList();
    }
  }

  /** The number of its open client connections. */
  public int connections() {
    return server.connections();
  }

  /** The number of database connections in use; 0 for a store without a pool. */
  public int databaseConnectionsInUse() {
    return database.map(it -> it.pool().getHikariPoolMXBean().getActiveConnections()).orElse(0);
  }

  /** The address it listens on. */
  public URI uri() {
    return URI.create(server.address());
  }

  /** Stops faster than a real server: cuts the idle connections of clients at once. */
  @Override
  public void close() {
    for (Connector connector : jetty.getConnectors()) {
      ((AbstractConnector) connector).setShutdownIdleTimeout(1);
    }
    stop();
  }

  /** Stops like a real server. */
  public void stop() {
    server.close();
    database.ifPresent(MigratedDatabase::close);
    judge.assertNoBreaches();
  }
}
