package dev.catstore.persistence.jooq;

import static java.lang.System.Logger.Level.DEBUG;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import org.jooq.Configuration;
import org.jooq.ConnectionProvider;
import org.jooq.DSLContext;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConnectionProvider;
import org.jspecify.annotations.Nullable;

/**
 * One connection for one call of the store. It knows whether statements on it auto-commit, and so
 * what a failure means.
 *
 * <p>On an auto-commit connection, {@link #begin} and {@link #commit} make a transaction. Within
 * the caller's transaction they set and release a savepoint, so that the call is atomic and the
 * transaction stays the caller's.
 */
final class StoreSession implements AutoCloseable {
  /** SQL of the store, without code of the caller. */
  @FunctionalInterface
  interface Sql<T extends @Nullable Object> {
    T run() throws SQLException;
  }

  /**
   * How long a write waits for others that are in its way, with the same key for example, in
   * seconds.
   */
  static final int WAIT_SECONDS = 10;

  private static final System.Logger LOG = System.getLogger(StoreSession.class.getName());

  private final ConnectionProvider connections;
  private final Connection connection;
  private final Configuration configuration;
  private final boolean autoCommit;
  private @Nullable DSLContext dsl;
  private @Nullable Savepoint savepoint;
  private boolean broken;

  private StoreSession(
      Configuration configuration, ConnectionProvider connections, Connection connection)
      throws SQLException {
    this.connections = connections;
    this.connection = connection;
    this.configuration = configuration;
    this.autoCommit = connection.getAutoCommit();
  }

  /** Acquires a connection from the configuration. */
  static StoreSession open(Configuration configuration) {
    ConnectionProvider connections = configuration.connectionProvider();
    Connection connection;
    try {
      connection = connections.acquire();
    } catch (DataAccessException e) {
      throw SqlStates.ofConnecting(e);
    }
    if (connection == null) {
      throw new IllegalStateException("the configuration has no connection");
    }
    try {
      return new StoreSession(configuration, connections, connection);
    } catch (SQLException e) {
      release(connections, connection);
      throw SqlStates.ofConnecting(e);
    }
  }

  DSLContext dsl() {
    if (dsl == null) {
      dsl = DSL.using(configuration.derive(new DefaultConnectionProvider(connection)));
    }
    return dsl;
  }

  Connection connection() {
    return connection;
  }

  /** Runs a part of a transaction. */
  <T extends @Nullable Object> T run(Sql<T> sql) {
    try {
      return sql.run();
    } catch (DataAccessException | SQLException e) {
      look(e);
      throw SqlStates.ofStatement(e);
    }
  }

  /** Runs a statement that only reads. */
  <T extends @Nullable Object> T query(Sql<T> sql) {
    try {
      return sql.run();
    } catch (DataAccessException | SQLException e) {
      look(e);
      throw SqlStates.ofQuery(e);
    }
  }

  /** Runs a single statement that writes. */
  <T extends @Nullable Object> T write(Sql<T> sql) {
    try {
      return sql.run();
    } catch (DataAccessException | SQLException e) {
      look(e);
      throw autoCommit ? SqlStates.ofCommit(e) : SqlStates.ofStatement(e);
    }
  }

  /** Runs a single statement for several calls, and leaves it to them what a failure means. */
  <T> T runForSeveral(Sql<T> sql) throws SQLException {
    try {
      return sql.run();
    } catch (SQLException e) {
      look(e);
      throw e;
    }
  }

  /** Begins what {@link #commit} completes and {@link #rollback} undoes. */
  void begin() {
    if (autoCommit) {
      beginReading();
    } else {
      savepoint = run(connection::setSavepoint);
    }
  }

  /** Begins to read a long result: the driver fetches in batches only in a transaction. */
  void beginReading() {
    if (autoCommit) {
      run(
          () -> {
            connection.setAutoCommit(false);
            return this;
          });
    }
  }

  void commit() {
    try {
      if (savepoint == null) {
        connection.commit();
      } else {
        connection.releaseSavepoint(savepoint);
      }
    } catch (SQLException e) {
      look(e);
      throw autoCommit ? SqlStates.ofCommit(e) : SqlStates.ofStatement(e);
    }
  }

  /** Undoes what was done since {@link #begin}, because of this failure. */
  void rollback(Throwable failure) {
    try {
      if (savepoint == null) {
        connection.rollback();
      } else {
        connection.rollback(savepoint);
      }
    } catch (SQLException e) {
      failure.addSuppressed(e); // the connection is lost, and its work with it
    }
  }

  /** Undoes what was done since the savepoint, which stays. */
  void rollbackTo(Savepoint before) {
    run(
        () -> {
          connection.rollback(before);
          return before;
        });
  }

  private void look(Exception failure) {
    broken |= SqlStates.isOfConnection(failure);
  }

  /** Returns the connection as it came, without what was not committed. */
  @Override
  public void close() {
    try {
      if (autoCommit && broken) {
        // COPY goes past the pool, which notices only the failures of its own proxy.
        connection.abort(Runnable::run);
        connection.createStatement().close();
      } else if (autoCommit && !connection.getAutoCommit()) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      LOG.log(DEBUG, "the connection is of no more use", e);
    } finally {
      release(connections, connection);
    }
  }

  /** The call has its outcome by now; a pool does not hand out a broken connection again. */
  private static void release(ConnectionProvider connections, Connection connection) {
    try {
      connections.release(connection);
    } catch (DataAccessException e) {
      LOG.log(DEBUG, "the connection could not be returned", e);
    }
  }
}
