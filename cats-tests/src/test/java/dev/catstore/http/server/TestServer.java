package dev.catstore.http.server;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.catstore.domain.CatStore;
import dev.catstore.http.Limits;
import dev.catstore.http.openapi.ExchangeJudge;
import dev.catstore.http.openapi.ExchangeRecorder;
import dev.catstore.persistence.jooq.CatSchema;
import dev.catstore.persistence.jooq.JooqCatStore;
import dev.catstore.tests.InMemoryCatStore;
import dev.catstore.tests.TestPostgres;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The server in this process, on a free port. Whatever is sent to it is held against its OpenAPI
 * document; {@link #close} fails if one of the two is wrong.
 */
public final class TestServer implements AutoCloseable {
  private static final Duration IDLE = Duration.ofSeconds(30);

  private final HttpServer server;
  private final ExchangeJudge judge;
  private final Runnable closeDatabase;

  private TestServer(HttpServer server, ExchangeJudge judge, Runnable closeDatabase) {
    this.server = server;
    this.judge = judge;
    this.closeDatabase = closeDatabase;
  }

  /** On a new, empty database of PostgreSQL. */
  public static TestServer start() {
    var config = new HikariConfig();
    config.setDataSource(TestPostgres.newDatabase());
    config.setMaximumPoolSize(8);
    var pool = new HikariDataSource(config);
    CatSchema.migrate(pool);
    return start(JooqCatStore.on(pool), IDLE, pool::close);
  }

  /** On this store. */
  public static TestServer start(CatStore store) {
    return start(store, IDLE);
  }

  /** On this store, with clients that may be idle for so long. */
  static TestServer start(CatStore store, Duration idle) {
    return start(store, idle, () -> {});
  }

  /** On this store, with these settings. */
  public static TestServer start(CatStore store, Map<String, String> settings) {
    return start(store, settings, () -> {});
  }

  private static TestServer start(CatStore store, Duration idle, Runnable closeDatabase) {
    return start(store, Map.of("CATS_IDLE_TIMEOUT", idle.toMillis() + "ms"), closeDatabase);
  }

  private static TestServer start(
      CatStore store, Map<String, String> settings, Runnable closeDatabase) {
    Map<String, String> environment = new HashMap<>(settings);
    environment.putIfAbsent("CATS_PORT", "0");
    var judge = new ExchangeJudge();
    try {
      var server =
          HttpServer.start(
              Settings.of(new SettingValues(Map.of(), environment)),
              store,
              handler -> new ExchangeRecorder(handler, judge));
      return new TestServer(server, judge, closeDatabase);
    } catch (StartupException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** The routes of every such server, for example {@code GET /cats/:id}. */
  public static List<String> routes() {
    return HttpServer.routes(new InMemoryCatStore(), Limits.DEFAULT).findAll().stream()
        .map(it -> it.getHttpMethod().name().toUpperCase(Locale.ROOT) + " " + it.getMatchUri())
        .toList();
  }

  /** Where it listens. */
  public URI uri() {
    return URI.create(server.address());
  }

  @Override
  public void close() {
    server.close();
    closeDatabase.run();
    judge.assertNoBreaches();
  }
}
