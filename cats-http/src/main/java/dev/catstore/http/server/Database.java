package dev.catstore.http.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.persistence.jooq.CatSchema;
import dev.catstore.persistence.jooq.JooqCatStore;
import dev.catstore.persistence.jooq.SchemaException;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** The database that is served: answering, brought up to date, and with a pool of connections. */
final class Database implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(200);

  /**
   * For what lasts as long as its caller, or as its table is large: PostgreSQL's own word for it.
   */
  private static final Duration UNLIMITED = Duration.ZERO;

  private final HikariDataSource pool;
  private final HikariDataSource streams;
  private final @Nullable EmbeddedPostgres embedded;
  private final String description;

  private Database(
      HikariDataSource pool,
      HikariDataSource streams,
      @Nullable EmbeddedPostgres embedded,
      String description) {
    this.pool = pool;
    this.streams = streams;
    this.embedded = embedded;
    this.description = description;
  }

  /** Opens the database of the settings, or starts one of the server's own. */
  static Database open(Settings settings) throws StartupException {
    Optional<Settings.Database> given = settings.database();
    if (given.isPresent()) {
      return open(given.get(), settings, null, given.get().toString());
    }
    Path folder = settings.dataFolder();
    EmbeddedPostgres embedded = EmbeddedPostgres.start(folder);
    try {
      var own =
          new Settings.Database(
              List.of(embedded.host() + ":" + embedded.port()),
              embedded.user(),
              embedded.password(),
              embedded.database(),
              "disable",
              Optional.empty());
      return open(own, settings, embedded, "its own in " + folder);
    } catch (StartupException | RuntimeException e) {
      embedded.close();
      throw e;
    }
  }

  private static Database open(
      Settings.Database where,
      Settings settings,
      @Nullable EmbeddedPostgres embedded,
      String description)
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
    return new Database(pool, streams, embedded, "PostgreSQL " + version + ", " + description);
  }

  /** The cats in it. Streams have connections of their own, and so leave the others theirs. */
  JooqCatStore store() {
    return JooqCatStore.on(pool, streams);
  }

  /** Which database it is, for people. */
  @Override
  public String toString() {
    return description;
  }

  @Override
  public void close() {
    streams.close();
    pool.close();
    if (embedded != null) {
      embedded.close();
    }
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
    config.setDataSourceProperties(properties(where, sizes.patience()));
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
