package dev.catstore.http.server.database;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import dev.catstore.http.server.config.DatabaseSettings;
import dev.catstore.http.server.config.StartupException;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out whether a database can be used, and if not, why. */
final class DatabaseProbe {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseProbe.class);
  private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

  /** How long it may take to find out why there is no connection. */
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

  private static final String UNREACHABLE = "The database cannot be reached.";
  private static final String REFUSES = "The database accepts no connections now.";
  private static final String READ_ONLY = "The database is read-only: it is a standby.";
  private static final String IN_USE = "All connections to the database are in use.";

  private final DatabaseSettings database;

  DatabaseProbe(DatabaseSettings database) {
    this.database = database;
  }

  /**
   * Waits until the database answers. It does not wait for a database that refuses the connection.
   *
   * @param wait how long in all
   * @param connectTimeout how long for one connection
   * @return the version of the database
   */
  String awaitAnswer(Duration wait, Duration connectTimeout) throws StartupException {
    long deadline = System.nanoTime() + wait.toNanos();
    while (true) {
      try (Connection connection = ConnectionPools.connect(database, connectTimeout);
          Connection other = ConnectionPools.connect(database, connectTimeout)) {
        refuseSharedSession(connection, other);
        return connection.getMetaData().getDatabaseProductVersion();
      } catch (SQLException e) {
        if (isUntrusted(e)) {
          throw new StartupException(
              "the database %s is not trusted (POSTGRES_SSLMODE=%s): %s"
                  .formatted(database, database.sslMode(), firstLine(rootCause(e))),
              e);
        }
        if (!isPassing(e)) {
          throw new StartupException(
              "the database %s refuses the connection: %s".formatted(database, firstLine(e)), e);
        }
        if (System.nanoTime() + RETRY_PAUSE.toNanos() > deadline) {
          throw new StartupException(
              "the database %s has not answered within %s ms (CATS_DATABASE_WAIT): %s"
                  .formatted(database, wait.toMillis(), firstLine(e)),
              e);
        }
      }
      pause();
    }
  }

  /**
   * Refuses a pooler that gives each transaction another session: there, prepared statements of one
   * client are run by another, and a commit can become a rollback.
   */
  private void refuseSharedSession(Connection connection, Connection other)
      throws SQLException, StartupException {
    if (sessionOf(connection) == sessionOf(other)) {
      throw new StartupException(
          "the database %s is behind a pooler in transaction mode: use its session mode (pool_mode = session in PgBouncer), or connect to PostgreSQL itself"
              .formatted(database));
    }
  }

  private static int sessionOf(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery("select pg_backend_pid()")) {
      answer.next();
      return answer.getInt(1);
    }
  }

  /**
   * What keeps the database from being used through this pool, without names of hosts; empty if
   * nothing does.
   */
  Optional<String> missing(HikariDataSource pool) {
    // If the pool cannot make connections, waiting for one takes longer than the caller may wait.
    if (lacksConnections(pool)) {
      Optional<String> reason = check();
      if (reason.isPresent()) {
        return reason;
      }
    }
    try (Connection connection = pool.getConnection()) {
      if (isReadOnly(connection)) {
        // After a switchover the next connections are made to the new primary.
        pool.getHikariPoolMXBean().softEvictConnections();
        return Optional.of(READ_ONLY);
      }
      return Optional.empty();
    } catch (SQLException e) {
      LOG.warn("not ready: {}", firstLine(e));
      return Optional.of(check().orElse(IN_USE));
    }
  }

  private static boolean lacksConnections(HikariDataSource pool) {
    HikariPoolMXBean connections = pool.getHikariPoolMXBean();
    return connections.getIdleConnections() == 0
        && connections.getActiveConnections() < pool.getMaximumPoolSize();
  }

  /** What is wrong with the database itself, by what it does and never by a message. */
  private Optional<String> check() {
    try (Connection connection = ConnectionPools.connectForCheck(database, PROBE_TIMEOUT)) {
      return isReadOnly(connection) ? Optional.of(READ_ONLY) : Optional.empty();
    } catch (SQLException e) {
      LOG.warn("not ready: {}", firstLine(e));
      return Optional.of(String.valueOf(e.getSQLState()).startsWith("08") ? UNREACHABLE : REFUSES);
    }
  }

  /** As a standby is, or a database that is set so. */
  private static boolean isReadOnly(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery("show transaction_read_only")) {
      return !answer.next() || !answer.getString(1).equals("off");
    }
  }

  private static void pause() throws StartupException {
    try {
      Thread.sleep(RETRY_PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartupException("stopped while waiting for the database", e);
    }
  }

  /** By its certificate. The driver reports only a wrong host name without a cause. */
  private boolean isUntrusted(SQLException e) {
    return rootCause(e) instanceof GeneralSecurityException
        || (database.sslMode().equals("verify-full")
            && "08006".equals(e.getSQLState())
            && e.getCause() == null);
  }

  private static Throwable rootCause(Throwable e) {
    @Nullable Throwable cause = e.getCause();
    return cause == null ? e : rootCause(cause);
  }

  /**
   * Whether it may work later: no connection (class 08, except what the driver rejects, for lack of
   * TLS for example), starting up or shutting down, or too many clients.
   */
  private static boolean isPassing(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return (state.startsWith("08") && !state.equals("08004"))
        || state.equals("57P03")
        || state.equals("53300");
  }

  static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
