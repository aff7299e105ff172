package dev.catstore.persistence.jooq;

import static java.lang.System.Logger.Level.WARNING;

import dev.catstore.domain.StoreUnavailableException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogFactory;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.jooq.tools.jdbc.SingleConnectionDataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** The tables of the store, and how a database gets them. */
public final class CatSchema {
  private static final String HISTORY = "cats_schema_history";

  /** Applied, but not by a migration that this code has. */
  private static final Set<MigrationState> UNKNOWN =
      EnumSet.of(
          MigrationState.FUTURE_SUCCESS,
          MigrationState.FUTURE_FAILED,
          MigrationState.MISSING_SUCCESS,
          MigrationState.MISSING_FAILED);

  /** What a refusal in the migrations is raised as. */
  private static final String RAISED = "P0001";

  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  private static final String WHO_MAY =
      "; use the role that owns the schema, or grant this one the rights of one that serves";

  private static final System.Logger LOG = System.getLogger(CatSchema.class.getName());

  /** After how many seconds it is logged that another process migrates. */
  private static final int NOTICE_SECONDS = 5;

  /** How many seconds to wait for it in all: a large table takes minutes. */
  private static final int WAIT_SECONDS = 600;

  /** What serving needs, as a right and the object that it is on. */
  private static final String RIGHTS =
      """
      select wanted.right || ' on ' || wanted.object from (
        select 'cats' as object, r as right, has_table_privilege('cats', r) as granted
        from unnest(array['select', 'insert', 'update', 'delete']) r
        union all
        select 'cats_idempotency_keys', r, has_table_privilege('cats_idempotency_keys', r)
        from unnest(array['select', 'insert', 'update', 'delete']) r
        union all
        select 'sequence cats_id_seq', r, has_sequence_privilege('cats_id_seq', r)
        from unnest(array['usage', 'update']) r
        union all
        select 'database ' || current_database(), 'temporary',
          has_database_privilege(current_database(), 'temporary')) wanted
      where not wanted.granted
      """;

  /**
   * Of the session, and for one schema: two that start at once would both begin Flyway's history.
   */
  private static final String LOCK =
      "(hashtextextended(current_schema() || '." + HISTORY + "', 0))";

  private CatSchema() {}

  /**
   * Brings a database up to date: creates the tables {@code cats} and {@code cats_idempotency_keys}
   * in the connection's current schema, or what is missing of them. A table {@code cats} of the
   * tutorial application is adopted: its rows and ids stay, names and breeds lose their outer white
   * space, and new ids continue after the old. The table {@code cats_schema_history} records what
   * was done; if everything is up to date, nothing is changed.
   *
   * <p>Everything is done, or nothing. If several processes or threads do this at once, one does
   * the work and the others wait for it, up to 10 minutes; meanwhile nobody else can use {@code
   * cats}. It uses one connection, and returns it as it came. The role must own the table, if it
   * exists, and may need the right to create others. If nothing is to be done, it only needs to
   * read {@code cats_schema_history}.
   *
   * @throws SchemaException if the database cannot be taken as it is: it is not UTF-8, its schema
   *     is newer than this code, a row cannot be a cat (the message names the ids), another object
   *     is in the way (the message names it), or the role lacks a right
   * @throws StoreUnavailableException if the database is away or lost, too busy to lock the table,
   *     or another process takes too long; its cause is the {@link SQLException}. Do it again
   */
  public static void migrate(DataSource dataSource) {
    migrate(dataSource, NOTICE_SECONDS, WAIT_SECONDS);
  }

  /**
   * Brings a database up to date.
   *
   * @param notice after how many seconds it is logged that another process migrates
   * @param wait how many seconds to wait for it in all
   */
  static void migrate(DataSource dataSource, int notice, int wait) {
    try (Connection connection = dataSource.getConnection()) {
      boolean autoCommit = connection.getAutoCommit();
      int isolation = connection.getTransactionIsolation();
      boolean locked = false;
      try {
        connection.setAutoCommit(true);
        // Once a table is locked, everything committed before must be visible.
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        requireUtf8(connection);
        requireCurrentSchema(connection);
        lock(connection, notice, wait);
        locked = true;
        migrate(connection);
      } finally {
        restore(connection, locked, autoCommit, isolation);
      }
    } catch (SQLException e) {
      throw meaningOf(e, e);
    } catch (FlywayException e) {
      throw meaningOf(e);
    }
  }

  /**
   * The rights that the role of these connections lacks to serve cats, for example {@code update on
   * sequence cats_id_seq}; empty if it has all of them. Other roles may have migrated the schema.
   *
   * @throws StoreUnavailableException if the database is away or lost
   */
  public static List<String> missingRights(DataSource dataSource) {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(RIGHTS)) {
      var missing = new ArrayList<String>();
      while (result.next()) {
        missing.add(result.getString(1));
      }
      return missing;
    } catch (SQLException e) {
      throw meaningOf(e, e);
    }
  }

  /** Waits until no other process migrates this schema. */
  private static void lock(Connection connection, int notice, int wait) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      try {
        statement.setQueryTimeout(notice);
        statement.execute("select pg_advisory_lock" + LOCK);
      } catch (SQLException e) {
        if (!SqlStates.isCancelled(e)) {
          throw e;
        }
        LOG.log(WARNING, "another process is bringing the schema up to date; waiting for it");
        statement.setQueryTimeout(wait - notice);
        statement.execute("select pg_advisory_lock" + LOCK);
      }
    }
  }

  /** Returns the connection as it came, without the lock; or aborts it if that fails. */
  private static void restore(
      Connection connection, boolean locked, boolean autoCommit, int isolation)
      throws SQLException {
    try {
      if (locked) {
        execute(connection, "select pg_advisory_unlock" + LOCK);
      }
      connection.setTransactionIsolation(isolation);
      connection.setAutoCommit(autoCommit);
    } catch (SQLException e) {
      connection.abort(Runnable::run);
    }
  }

  private static void migrate(Connection connection) throws SQLException {
    boolean begun = hasHistory(connection);
    FluentConfiguration configuration =
        Flyway.configure(CatSchema.class.getClassLoader())
            .dataSource(new SingleConnectionDataSource(connection))
            .locations("classpath:dev/catstore/persistence/jooq/migrations")
            .failOnMissingLocations(true)
            .table(HISTORY)
            .createSchemas(false)
            .baselineOnMigrate(true)
            .baselineVersion("0")
            .group(true);
    // A transactional lock would be held on a second connection, and there is only one.
    configuration
        .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
        .setTransactionalLock(false);
    Flyway flyway = configuration.load();
    // Every failure comes as an exception; the rest would go to standard output in many services.
    // Loading any Flyway has just discarded the log creator of the service, if it had set one.
    LogFactory.setLogCreator(type -> new SilentLog());
    try {
      if (!begun) {
        requireRightToCreate(connection);
      }
      refuseUnknown(flyway.info().all());
      flyway.migrate();
    } catch (FlywayException e) {
      if (!begun) {
        removeHistory(connection, e);
      }
      throw e;
    } finally {
      LogFactory.setLogCreator(null);
    }
  }

  private static boolean hasHistory(Connection connection) throws SQLException {
    return queryForText(connection, "select to_regclass('" + HISTORY + "')::text") != null;
  }

  /** Flyway would try for ten seconds. */
  private static void requireRightToCreate(Connection connection) throws SQLException {
    String forbidden =
        queryForText(
            connection,
            "select case when not has_schema_privilege(current_schema(), 'create') then current_schema() end");
    if (forbidden != null) {
      throw new SchemaException(
          "the schema cannot be brought up to date: permission denied for schema "
              + forbidden
              + WHO_MAY);
    }
  }

  /** Flyway creates the history before it migrates. */
  private static void removeHistory(Connection connection, FlywayException failure) {
    try {
      execute(connection, "drop table if exists " + HISTORY);
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  private static void requireUtf8(Connection connection) throws SQLException {
    String encoding = queryForText(connection, "select getdatabaseencoding()");
    if (!"UTF8".equals(encoding)) {
      throw new SchemaException(
          "the database is encoded in " + encoding + ", but names of cats need UTF8");
    }
  }

  private static void requireCurrentSchema(Connection connection) throws SQLException {
    if (queryForText(connection, "select current_schema()") == null) {
      throw new SchemaException("the connection's search_path names no schema that there is");
    }
  }

  private static void refuseUnknown(MigrationInfo[] migrations) {
    Optional<MigrationInfo> unknown =
        Arrays.stream(migrations).filter(found -> UNKNOWN.contains(found.getState())).findFirst();
    if (unknown.isPresent()) {
      throw new SchemaException(
          "the schema of the database is newer than this code, which does not know its migration "
              + unknown.get().getVersion()
              + " ("
              + unknown.get().getDescription()
              + "); use a newer version of the code");
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static @Nullable String queryForText(Connection connection, String query)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getString(1);
    }
  }

  private static RuntimeException meaningOf(FlywayException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return meaningOf(sql, failure);
      }
    }
    return new SchemaException(
        failure instanceof FlywayValidateException
            ? HISTORY + " records other migrations than this code has"
            : "the schema cannot be brought up to date: " + oneLine(failure.getMessage()),
        failure);
  }

  private static RuntimeException meaningOf(SQLException failure, Exception whole) {
    if (failure.getSQLState() == null /* a pool's */ || SqlStates.isPassing(failure)) {
      return new StoreUnavailableException(
          "the database could not bring its schema up to date now", failure);
    }
    String message = messageOf(failure);
    String whoMay = INSUFFICIENT_PRIVILEGE.equals(failure.getSQLState()) ? WHO_MAY : "";
    return new SchemaException(
        RAISED.equals(failure.getSQLState())
            ? message
            : "the schema cannot be brought up to date: " + message + whoMay,
        whole);
  }

  private static String messageOf(SQLException failure) {
    ServerErrorMessage server =
        failure instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
    if (server == null) {
      return oneLine(failure.getMessage());
    }
    String detail = server.getDetail();
    return oneLine(server.getMessage() + (detail == null ? "" : " (" + detail + ")"));
  }

  private static String oneLine(@Nullable String text) {
    return text == null ? "no reason was given" : text.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static final class SilentLog implements Log {
    @Override
    public void debug(String message) {}

    @Override
    public void info(String message) {}

    @Override
    public void warn(String message) {}

    @Override
    public void error(String message) {}

    @Override
    public void error(String message, Exception e) {}

    @Override
    public void notice(String message) {}
  }
}
