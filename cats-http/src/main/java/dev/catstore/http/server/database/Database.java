package dev.catstore.http.server.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.http.routes.Readiness;
import dev.catstore.http.server.ShutdownScope;
import dev.catstore.http.server.config.Settings;
import dev.catstore.http.server.config.StartupException;
import dev.catstore.persistence.jooq.CatSchema;
import dev.catstore.persistence.jooq.JooqCatStore;
import dev.catstore.persistence.jooq.SchemaException;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database that is served: answering, brought up to date, and with a pool of connections. */
public final class Database implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** How long it may take to find out why there is no connection. */
  private static final Duration LOOK = Duration.ofSeconds(2);

  private static final String AWAY = "The database cannot be reached.";
  private static final String REFUSES = "The database takes no connections now.";
  private static final String READ_ONLY = "The database takes no changes: it is a standby.";
  private static final String IN_USE = "All connections to the database are in use.";

  /**
   * For what lasts as long as its caller, or as its table is large: PostgreSQL's own word for it.
   */
  private static final Duration UNLIMITED = Duration.ZERO;

  /** How much longer than a statement may take its answer is waited for. */
  private static final Duration ON_THE_WAY = Duration.ofSeconds(3);

  private final Settings.Database where;
  private final String version;
  private final JooqCatStore store;
  private final HikariDataSource pool;
  private final HikariDataSource streams;
  private final String description;

  private Database(
      Settings.Database where,
      String version,
      JooqCatStore store,
      HikariDataSource pool,
      HikariDataSource streams,
      String description) {
    this.where = where;
    this.version = version;
    this.store = store;
    this.pool = pool;
    this.streams = streams;
    this.description = description;
  }

  /**
   * Opens the database of the settings, or starts one of the server's own.
   *
   * @param opened gets what is to be closed: this, and the PostgreSQL that was started
   */
  public static Database open(Settings settings, ShutdownScope opened) throws StartupException {
    try {
      Optional<Settings.Database> given = settings.database();
      Database database =
          given.isPresent()
              ? open(given.get(), settings, given.get().toString())
              : openOwn(settings, opened);
      return opened.open(() -> database, Database::close);
    } catch (StartupException e) {
      throw opened.isStopped() ? new StartupException("stopped", e) : e;
    }
  }

  private static Database openOwn(Settings settings, ShutdownScope opened) throws StartupException {
    Path folder = settings.dataFolder();
    EmbeddedPostgres embedded =
        opened.open(() -> EmbeddedPostgres.start(folder), EmbeddedPostgres::close);
    var own =
        new Settings.Database(
            List.of(embedded.host() + ":" + embedded.port()),
            embedded.user(),
            embedded.password(),
            embedded.database(),
            "disable",
            Optional.empty());
    return open(own, settings, "its own in " + folder);
  }

  private static Database open(Settings.Database where, Settings settings, String description)
      throws StartupException {
    Settings.Pool sizes = settings.pool();
    String version = awaitAnswer(where, settings);
    HikariDataSource streams = pool("cats-streams", where, sizes, sizes.streams(), 0, UNLIMITED);
    try {
      CatSchema.migrate(streams);
    } catch (SchemaException | StoreUnavailableException e) {
      streams.close();
      throw new StartupException(firstLine(e), e);
    }
    HikariDataSource pool =
        pool("cats", where, sizes, sizes.size(), sizes.size(), sizes.statement());
    JooqCatStore store = JooqCatStore.on(pool, streams);
    if (!sizes.slow().isZero()) {
      store = store.loggingSlowStatements(sizes.slow());
    }
    return new Database(where, version, store, pool, streams, description);
  }

  /** The cats in it. Streams have connections of their own, and so leave the others theirs. */
  public JooqCatStore store() {
    return store;
  }

  /**
   * Measures the connection pools.
   *
   * @param registry a registry of a kind that HikariCP knows
   */
  public void measureIn(Object registry) {
    pool.setMetricRegistry(registry);
    streams.setMetricRegistry(registry);
  }

  /** The version of PostgreSQL. */
  public String version() {
    return version;
  }

  /** What keeps cats from being served and changed, without names of hosts; empty if nothing. */
  public Optional<String> missing() {
    // It waits for connections that may not be to be had, for longer than who asks may wait.
    if (hasTooFew(pool.getHikariPoolMXBean())) {
      Optional<String> why = look();
      if (why.isPresent()) {
        return why;
      }
    }
    try (Connection connection = pool.getConnection()) {
      if (!takesChanges(connection)) {
        return Optional.of(READ_ONLY);
      }
    } catch (SQLException e) {
      LOG.warn("not ready: {}", firstLine(e));
      return Optional.of(look().orElse(IN_USE));
    }
    return Readiness.of(store).missing();
  }

  private boolean hasTooFew(HikariPoolMXBean connections) {
    return connections.getIdleConnections() == 0
        && connections.getActiveConnections() < pool.getMaximumPoolSize();
  }

  /** What is wrong with the database itself; goes by what is there and never by a message. */
  private Optional<String> look() {
    Properties any = properties(where, LOOK);
    any.setProperty("targetServerType", "any");
    any.setProperty("loginTimeout", Long.toString(LOOK.toSeconds()));
    any.setProperty("socketTimeout", Long.toString(LOOK.toSeconds()));
    try (Connection connection = DriverManager.getConnection(url(where), any)) {
      return takesChanges(connection) ? Optional.empty() : Optional.of(READ_ONLY);
    } catch (SQLException e) {
      LOG.warn("not ready: {}", firstLine(e));
      return Optional.of(String.valueOf(e.getSQLState()).startsWith("08") ? AWAY : REFUSES);
    }
  }

  /** A standby does not, nor does a database that is set so. */
  private static boolean takesChanges(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery("show transaction_read_only")) {
      return answer.next() && answer.getString(1).equals("off");
    }
  }

  /** Which database it is, for people. */
  @Override
  public String toString() {
    return "PostgreSQL " + version + ", " + description;
  }

  @Override
  public void close() {
    streams.close();
    pool.close();
  }

  private static String url(Settings.Database where) {
    String name = URLEncoder.encode(where.name(), UTF_8).replace("+", "%20");
    return "jdbc:postgresql://" + String.join(",", where.servers()) + "/" + name;
  }

  /** What the driver is told besides the URL; the password is here, and so in no log. */
  private static Properties properties(Settings.Database where, Duration wait) {
    var properties = new Properties();
    properties.setProperty("user", where.user());
    properties.setProperty("password", where.password());
    properties.setProperty("targetServerType", "primary");
    properties.setProperty("ApplicationName", "cats");
    properties.setProperty("connectTimeout", Long.toString(Math.max(1, wait.toSeconds())));
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("sslmode", where.sslMode());
    where
        .sslRootCertificate()
        .ifPresent(file -> properties.setProperty("sslrootcert", file.toString()));
    return properties;
  }

  private static HikariDataSource pool(
      String name,
      Settings.Database where,
      Settings.Pool sizes,
      int size,
      int idle,
      Duration statementTimeout) {
    var config = new HikariConfig();
    config.setPoolName(name);
    config.setJdbcUrl(url(where));
    Properties properties = properties(where, sizes.patience());
    if (!statementTimeout.equals(UNLIMITED)) {
      // A peer that is gone without a word does not end its statements. Streams have but the
      // keep-alive against that: they may wait for long, for a lock or an index, and be well.
      Duration answer = statementTimeout.plus(ON_THE_WAY);
      properties.setProperty("socketTimeout", Long.toString(answer.toSeconds()));
    }
    config.setDataSourceProperties(properties);
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(idle);
    config.setConnectionTimeout(sizes.patience().toMillis());
    // Not an option of the connection: poolers between here and the database refuse those.
    config.setConnectionInitSql("set statement_timeout = " + statementTimeout.toMillis());
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }

  /**
   * Waits until the database answers. A database that is there and refuses is not waited for.
   *
   * @return its version
   */
  private static String awaitAnswer(Settings.Database where, Settings settings)
      throws StartupException {
    Duration wait = settings.databaseWait();
    long deadline = System.nanoTime() + wait.toNanos();
    while (true) {
      try (Connection connection =
          DriverManager.getConnection(url(where), properties(where, settings.pool().patience()))) {
        return connection.getMetaData().getDatabaseProductVersion();
      } catch (SQLException e) {
        if (isUntrusted(e, where)) {
          throw new StartupException(
              "the database %s is not trusted (POSTGRES_SSLMODE=%s): %s"
                  .formatted(where, where.sslMode(), firstLine(rootCause(e))),
              e);
        }
        if (!isAway(e)) {
          throw new StartupException(
              "the database %s refuses the connection: %s".formatted(where, firstLine(e)), e);
        }
        if (System.nanoTime() + PAUSE.toNanos() > deadline) {
          throw new StartupException(
              "the database %s has not answered within %d ms (CATS_DATABASE_WAIT): %s"
                  .formatted(where, wait.toMillis(), firstLine(e)),
              e);
        }
      }
      pause();
    }
  }

  private static void pause() throws StartupException {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartupException("stopped while waiting for the database", e);
    }
  }

  /** By its certificate; of a wrong host name alone the driver tells without a cause. */
  private static boolean isUntrusted(SQLException e, Settings.Database where) {
    return rootCause(e) instanceof GeneralSecurityException
        || (where.sslMode().equals("verify-full")
            && "08006".equals(e.getSQLState())
            && e.getCause() == null);
  }

  private static Throwable rootCause(Throwable e) {
    @Nullable Throwable cause = e.getCause();
    return cause == null ? e : rootCause(cause);
  }

  /**
   * No connection (class 08, but not one that the driver rejects, for want of TLS say), starting up
   * or shutting down, or too many clients for now.
   */
  private static boolean isAway(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return (state.startsWith("08") && !state.equals("08004"))
        || state.equals("57P03")
        || state.equals("53300");
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
