package dev.catstore.persistence.jooq;

import dev.catstore.domain.OutcomeUnknownException;
import dev.catstore.domain.QueryTimeoutException;
import dev.catstore.domain.StoreUnavailableException;
import java.sql.SQLException;
import java.util.Set;
import org.postgresql.util.PSQLException;

/** Maps failures of PostgreSQL to those of the port, by their SQLSTATE only. */
final class SqlStates {
  /** There was no connection: the statement was not sent. */
  private static final Set<String> NOT_SENT = Set.of("08001", "08003", "08004");

  /** The server ended the session: by command, in a crash, with the database, or when idle. */
  private static final Set<String> SESSION_ENDED = Set.of("57P01", "57P02", "57P04", "57P05");

  /** A standby, before it is promoted or the pool has left it. */
  private static final String READ_ONLY = "25006";

  /** A statement, by its timeout or on request. */
  private static final String CANCELLED = "57014";

  /** The server aborted a statement that may succeed later. */
  private static final Set<String> PASSING =
      Set.of(
          READ_ONLY, CANCELLED, "25P03", // idle in transaction for too long
          "25P04", // a transaction that took too long
          "40001", // serialisation failure
          "40P01", // deadlock
          "55P03", // a lock was not available in time
          "57P03"); // starting up or shutting down

  /** Out of disk, memory or connections, and system errors around the server. */
  private static final Set<String> PASSING_CLASSES = Set.of("53", "58");

  private SqlStates() {}

  /** No connection was available, for whatever reason. */
  static RuntimeException ofConnecting(Exception failure) {
    return new StoreUnavailableException("the database cannot be reached", failure);
  }

  /** A statement failed that changes nothing, or nothing before a later commit. */
  static RuntimeException ofStatement(Exception failure) {
    String state = sqlState(failure);
    if (isPassing(failure)) {
      return new StoreUnavailableException("the database could not do it now", failure);
    }
    // A defect of this module or of the schema: no caller can handle it.
    return new IllegalStateException(
        "the database refused a statement of the store, SQLSTATE " + state, failure);
  }

  /** A statement failed that only reads. */
  static RuntimeException ofQuery(Exception failure) {
    return isCancelled(failure)
        ? new QueryTimeoutException("the database took too long", failure)
        : ofStatement(failure);
  }

  /** Whether the statement took longer than its timeout, or was cancelled on request. */
  static boolean isCancelled(Exception failure) {
    return sqlState(failure).equals(CANCELLED);
  }

  /** Whether the connection is of no more use: it is lost, or another one would do better. */
  static boolean isOfConnection(Exception failure) {
    String state = sqlState(failure);
    return isLost(state) || state.equals(READ_ONLY) || isOfStalePlan(failure);
  }

  /**
   * Whether a statement for several requests failed, and nothing was done, for a reason that may
   * lie in one of them: its values, or a lock on its row.
   */
  static boolean isOfOneRequest(Exception failure) {
    String state = sqlState(failure);
    return state.startsWith("22") // data exception
        || state.startsWith("23") // integrity constraint violation
        || state.equals("40001")
        || state.equals("40P01")
        || state.equals("55P03")
        || isOfStalePlan(failure);
  }

  /** A commit failed, or a statement that auto-commits. */
  static RuntimeException ofCommit(Exception failure) {
    String state = sqlState(failure);
    boolean unknown =
        (isLost(state) && !NOT_SENT.contains(state))
            || state.equals("40003"); // statement completion unknown
    return unknown
        ? new OutcomeUnknownException("the database was lost during a write", failure)
        : ofStatement(failure);
  }

  private static boolean isLost(String state) {
    return state.startsWith("08") || SESSION_ENDED.contains(state);
  }

  /** Whether the database was away, lost or too busy, rather than refusing the statement. */
  static boolean isPassing(Throwable failure) {
    String state = sqlState(failure);
    return isLost(state)
        || isOfStalePlan(failure)
        || PASSING.contains(state)
        || (state.length() == 5 && PASSING_CLASSES.contains(state.substring(0, 2)));
  }

  /**
   * Whether a statement was prepared before its table was altered. That has the state of every
   * unsupported feature, so the driver, too, tells it by the routine that reports it.
   */
  private static boolean isOfStalePlan(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PSQLException postgres && postgres.getServerErrorMessage() != null) {
        return "RevalidateCachedQuery".equals(postgres.getServerErrorMessage().getRoutine());
      }
    }
    return false;
  }

  private static String sqlState(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
    }
    return "";
  }
}
