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
 * One connection for one call of the store. It knows whether a statement on it commits itself, and
 * so what it means when one fails.
 *
 * <p>On a connection that commits by itself, {@link #begin} and {@link #commit} make a transaction;
 * in a transaction of the caller they set and release a savepoint, so that the call is done wholly
 * or not at all and the transaction stays the caller's.
 */
final class StoreSession implements AutoCloseable {
  /** A piece of work of ours, without any foreign code in it. */
  @FunctionalInterface
  interface Sql<T extends @Nullable Object> {
    T run() throws SQLException;
  }

  private static final System.Logger LOG = System.getLogger(StoreSession.class.getName());

  private final ConnectionProvider connections;
  private final Connection connection;
  private final DSLContext dsl;
  private final boolean autoCommit;
  private @Nullable Savepoint savepoint;

  private StoreSession(
      Configuration configuration, ConnectionProvider connections, Connection connection)
      throws SQLException {
    this.connections = connections;
    this.connection = connection;
    this.dsl = DSL.using(configuration.derive(new DefaultConnectionProvider(connection)));
    this.autoCommit = connection.getAutoCommit();
  }

  /** Takes a connection where the configuration has them from. */
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
      connections.release(connection);
      throw SqlStates.ofConnecting(e);
    }
  }

  DSLContext dsl() {
    return dsl;
  }

  Connection connection() {
    return connection;
  }

  /** Runs a statement that changes nothing, or does so in a transaction. */
  <T extends @Nullable Object> T run(Sql<T> sql) {
    try {
      return sql.run();
    } catch (DataAccessException | SQLException e) {
      throw SqlStates.ofStatement(e);
    }
  }

  /** Runs a single statement that changes something. */
  <T extends @Nullable Object> T write(Sql<T> sql) {
    try {
      return sql.run();
    } catch (DataAccessException | SQLException e) {
      throw autoCommit ? SqlStates.ofCommit(e) : SqlStates.ofStatement(e);
    }
  }

  /** Begins what {@link #commit} ends and {@link #rollback} undoes. */
  void begin() {
    if (autoCommit) {
      beginReading();
    } else {
      savepoint = run(connection::setSavepoint);
    }
  }

  /** Begins to read a long answer: the driver fetches it in portions in a transaction alone. */
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
      failure.addSuppressed(e); // the connection is gone, and what was done on it too
    }
  }

  /** Gives the connection back as it came, without what was not committed. */
  @Override
  public void close() {
    try {
      if (autoCommit && !connection.getAutoCommit()) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      // The call has its outcome already, and a pool does not give a broken connection out again.
      LOG.log(DEBUG, "the connection was lost after the work on it was over", e);
    } finally {
      connections.release(connection);
    }
  }
}
