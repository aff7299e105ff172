package dev.catstore.persistence.jooq;

import static java.lang.System.Logger.Level.WARNING;

import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.persistence.jooq.generated.Migrations;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** The tables of the store, and how a database gets them. */
public final class CatSchema {
  static final String HISTORY = "cats_schema_history";

  /** What a refusal in the migrations is raised as. */
  private static final String RAISED = "P0001";

  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  static final String WHO_MAY =
      "; use the role that owns the schema, or grant this one the rights of one that serves";

  private static final System.Logger LOG = System.getLogger(CatSchema.class.getName());

  /** After how many seconds it is logged that another process migrates. */
  private static final int NOTICE_SECONDS = 5;

  /** How many seconds to wait for it in all: a large table takes minutes. */
  private static final int WAIT_SECONDS = 600;

  /** What was applied, as {@link Migrations#ALL} has it if it was all that and nothing else. */
  private static final String APPLIED =
      """
      select string_agg(
        version || ' ' || checksum || case when success then '' else ' failed' end,
        ', ' order by installed_rank)
      from cats_schema_history where type <> 'BASELINE'
      """;

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
        if (!isUpToDate(connection)) {
          lock(connection, notice, wait);
          locked = true;
          FlywayMigrations.run(connection);
        }
      } finally {
        restore(connection, locked, autoCommit, isolation);
      }
    } catch (SQLException e) {
      throw meaningOf(e, e);
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

  /** Most starts find it so, and need no Flyway. */
  private static boolean isUpToDate(Connection connection) throws SQLException {
    return hasHistory(connection) && Migrations.ALL.equals(queryForText(connection, APPLIED));
  }

  static boolean hasHistory(Connection connection) throws SQLException {
    return queryForText(connection, "select to_regclass('" + HISTORY + "')::text") != null;
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

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static @Nullable String queryForText(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getString(1);
    }
  }

  static RuntimeException meaningOf(SQLException failure, Exception whole) {
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

  static String oneLine(@Nullable String text) {
    return text == null ? "no reason was given" : text.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
