package dev.catstore.http.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.catstore.persistence.jooq.CatSchema;
import dev.catstore.persistence.jooq.SchemaException;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The database that is served: answering, brought up to date, and with a pool of connections. */
final class Database implements AutoCloseable {
  private static final int POOL_SIZE = 16;
  private static final Duration POOL_WAIT = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final HikariDataSource pool;
  private final @Nullable EmbeddedPostgres embedded;
  private final String description;

  private Database(HikariDataSource pool, @Nullable EmbeddedPostgres embedded, String description) {
    this.pool = pool;
    this.embedded = embedded;
    this.description = description;
  }

  /** Opens the database of the settings, or starts one of the server's own. */
  static Database open(Settings settings) throws StartupException {
    Optional<Settings.Database> given = settings.database();
    if (given.isPresent()) {
      return open(given.get(), settings.databaseWait(), null, given.get().toString());
    }
    Path folder = settings.dataFolder();
    EmbeddedPostgres embedded = EmbeddedPostgres.start(folder);
    try {
      var own =
          new Settings.Database(
              List.of(embedded.host() + ":" + embedded.port()),
              embedded.user(),
              embedded.password(),
              embedded.database());
      return open(own, settings.databaseWait(), embedded, "its own in " + folder);
    } catch (StartupException | RuntimeException e) {
      embedded.close();
      throw e;
    }
  }

  private static Database open(
      Settings.Database where,
      Duration wait,
      @Nullable EmbeddedPostgres embedded,
      String description)
      throws StartupException {
    String version = awaitAnswer(where, wait);
    HikariDataSource pool = pool(where);
    try {
      CatSchema.migrate(pool);
    } catch (SchemaException e) {
      pool.close();
      throw new StartupException(firstLine(e), e);
    }
    return new Database(pool, embedded, "PostgreSQL " + version + ", " + description);
  }

  DataSource pool() {
    return pool;
  }

  /** Which database it is, for people. */
  @Override
  public String toString() {
    return description;
  }

  @Override
  public void close() {
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
  private static Properties properties(Settings.Database where) {
    var properties = new Properties();
    properties.setProperty("user", where.user());
    properties.setProperty("password", where.password());
    properties.setProperty("targetServerType", "primary");
    properties.setProperty("ApplicationName", "cats");
    properties.setProperty("connectTimeout", Long.toString(POOL_WAIT.toSeconds()));
    properties.setProperty("tcpKeepAlive", "true");
    return properties;
  }

  private static HikariDataSource pool(Settings.Database where) {
    var config = new HikariConfig();
    config.setPoolName("cats");
    config.setJdbcUrl(url(where));
    config.setDataSourceProperties(properties(where));
    config.setMaximumPoolSize(POOL_SIZE);
    config.setConnectionTimeout(POOL_WAIT.toMillis());
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }

  /**
   * Waits until the database answers. A database that is there and refuses is not waited for.
   *
   * @return its version
   */
  private static String awaitAnswer(Settings.Database where, Duration wait)
      throws StartupException {
    long deadline = System.nanoTime() + wait.toNanos();
    while (true) {
      try (Connection connection = DriverManager.getConnection(url(where), properties(where))) {
        return connection.getMetaData().getDatabaseProductVersion();
      } catch (SQLException e) {
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

  /** No connection (class 08), starting up or shutting down, or too many clients for now. */
  private static boolean isAway(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.startsWith("08") || state.equals("57P03") || state.equals("53300");
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
