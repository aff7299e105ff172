package dev.catstore.persistence.jooq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.domain.Cat;
import dev.catstore.domain.NewCat;
import dev.catstore.support.MigratedDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jooq.Configuration;
import org.jooq.SQLDialect;
import org.jooq.impl.DefaultConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** Calls that share a statement: the test holds up the first ones until the others are queued. */
@Timeout(120)
abstract class CoalescingTestCase {
  static final NewCat TOM = new NewCat("Tom", 100, "bengal");
  static final Duration PATIENT = Duration.ofHours(1);
  static final int MANY = 10;

  static final String STATEMENTS_WAITING =
      "select count(*) from pg_stat_activity where datname = current_database()"
          + " and wait_event_type = 'Lock'";

  final MigratedDatabase database = new MigratedDatabase(2 * MANY);
  final SingleCats cats = SingleCats.on(configuration(), PATIENT);

  Configuration configuration() {
    return new DefaultConfiguration()
        .set(SQLDialect.POSTGRES)
        .set(new AutoCommitConnectionProvider(database.pool()));
  }

  @AfterEach
  void close() {
    assertThat(database.pool().getHikariPoolMXBean().getActiveConnections()).isZero();
    database.close();
  }

  NewCat cat(int i) {
    return new NewCat("cat " + i, i, "breed " + i % 3);
  }

  /** Calls of which the first ones each send a statement, and the others share one. */
  <T> List<Caller<T>> together(String lock, int first, List<Callable<T>> calls) throws Exception {
    try (Connection holder = locking(lock)) {
      List<Caller<T>> callers = start(calls, first);
      holder.rollback();
      return callers;
    }
  }

  /** Starts the calls: the first ones wait for a lock, and the others in the queue. */
  <T> List<Caller<T>> start(List<Callable<T>> calls, int first) throws SQLException {
    List<Caller<T>> callers = calls.stream().map(Caller::new).toList();
    callers.subList(0, first).forEach(Thread::start);
    awaitWaiting(first);
    for (Caller<T> caller : callers.subList(first, callers.size())) {
      caller.start();
      while (!(LockSupport.getBlocker(caller) instanceof Combiner)) {
        Thread.onSpinWait();
      }
    }
    return callers;
  }

  void awaitWaiting(int statements) throws SQLException {
    while (!database.query(STATEMENTS_WAITING).equals(Integer.toString(statements))) {
      Thread.onSpinWait();
    }
  }

  Connection locking(String mode) throws SQLException {
    Connection connection = database.connection();
    lock(connection, mode);
    return connection;
  }

  static boolean lock(Connection connection, String mode) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("lock table cats in " + mode + " mode");
    }
    return true;
  }

  /** A transaction that has changed the row, and not ended. */
  Connection lockingRow(Cat cat) throws SQLException {
    Connection connection = database.connection();
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("update cats set price = 7 where id = " + cat.id());
    }
    return connection;
  }

  /** How many transactions wrote the rows as they are now. */
  String transactions() throws SQLException {
    return database.query("select count(distinct xmin::text) from cats");
  }

  static AbstractThrowableAssert<?, ?> assertFails(
      Caller<?> caller, Class<? extends Exception> failure) {
    return assertThatThrownBy(caller::answer).cause().isExactlyInstanceOf(failure);
  }

  static final class Caller<T> extends Thread {
    final FutureTask<T> answer;

    Caller(Callable<T> call) {
      answer = new FutureTask<>(call);
      setDaemon(true);
    }

    @Override
    public void run() {
      answer.run();
    }

    boolean isDone() {
      return answer.isDone();
    }

    T answer() throws InterruptedException, ExecutionException {
      return answer.get();
    }
  }
}
