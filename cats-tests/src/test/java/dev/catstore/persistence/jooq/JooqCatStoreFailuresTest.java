package dev.catstore.persistence.jooq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariDataSource;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.OutcomeUnknownException;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.support.MigratedDatabase;
import dev.catstore.support.Slow;
import dev.catstore.support.TestPostgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jooq.SQLDialect;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.DataSourceConnectionProvider;
import org.jooq.impl.DefaultConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What can happen to a database, made to happen. */
@Slow
@Timeout(120)
class JooqCatStoreFailuresTest {
  private static final NewCat TOM = new NewCat("Tom", 100, "bengal");
  private static final String BACKEND =
      "select pid from pg_stat_activity where datname = current_database()"
          + " and wait_event_type = 'Lock'";

  private final MigratedDatabase database = new MigratedDatabase();
  private final CatStore store = database.store();

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void add_whoseConnectionCannotBeReturned_isDoneAllTheSame() {
    var connections =
        new DataSourceConnectionProvider(database.pool()) {
          @Override
          public void release(Connection connection) {
            super.release(connection);
            throw new DataAccessException("thrown on purpose");
          }
        };
    CatStore failing =
        JooqCatStore.within(new DefaultConfiguration().set(SQLDialect.POSTGRES).set(connections));

    Cat added = failing.add(TOM);

    assertThat(store.find(added.id())).contains(added);
  }

  @Test
  void edit_whoseConnectionIsLostMeanwhile_isOfUnknownOutcome() throws Exception {
    Cat cat = store.add(TOM);
    try (Connection holder = lockRow(cat)) {
      var edit = failureOf(() -> store.edit(CatRef.of(cat.id()), CatEdit.price(1)));
      terminate(awaitRow(BACKEND));
      assertThat(edit.get(60, TimeUnit.SECONDS)).isInstanceOf(OutcomeUnknownException.class);
      holder.rollback();
    }
    assertThat(store.find(cat.id())).contains(cat);
  }

  @Test
  void edit_inACallersTransactionWhoseConnectionIsLost_isUnavailable() throws Exception {
    Cat cat = store.add(TOM);
    try (Connection holder = lockRow(cat);
        Connection mine = database.connection()) {
      mine.setAutoCommit(false);
      CatStore inTransaction =
          JooqCatStore.within(DSL.using(mine, SQLDialect.POSTGRES).configuration());
      var edit = failureOf(() -> inTransaction.edit(CatRef.of(cat.id()), CatEdit.price(1)));
      terminate(awaitRow(BACKEND));
      assertThat(edit.get(60, TimeUnit.SECONDS)).isInstanceOf(StoreUnavailableException.class);
      holder.rollback();
    }
    assertThat(store.find(cat.id())).contains(cat);
  }

  @Test
  void each_whoseConnectionIsLostMeanwhile_isUnavailable() {
    store.addAll(Collections.nCopies(5_000, TOM).iterator());
    var terminated = new AtomicBoolean();
    assertThatThrownBy(
            () ->
                store.each(
                    CatFilter.ALL,
                    cat -> {
                      if (!terminated.getAndSet(true)) {
                        terminateOthers();
                      }
                    }))
        .isInstanceOf(StoreUnavailableException.class)
        .hasCauseInstanceOf(Exception.class);
    assertThat(store.count(CatFilter.ALL)).isEqualTo(5_000);
  }

  @Test
  void addAll_whoseConnectionIsLostBeforeItsCommit_isUnavailableAndAddsNothing() {
    var cats = Collections.nCopies(20_000, TOM).iterator();
    var killing =
        new java.util.Iterator<NewCat>() {
          private int pulled;

          @Override
          public boolean hasNext() {
            return cats.hasNext();
          }

          @Override
          public NewCat next() {
            pulled++;
            if (pulled == 10_000) {
              terminateOthers();
            }
            return cats.next();
          }
        };
    assertThatThrownBy(() -> store.addAll(killing)).isInstanceOf(StoreUnavailableException.class);
    assertThat(store.count(CatFilter.ALL)).isZero();
  }

  @Test
  void everyCall_whenThePoolIsExhausted_isUnavailable() throws Exception {
    try (HikariDataSource pool = MigratedDatabase.impatientPool(TestPostgres.newDatabase(), 1)) {
      CatSchema.migrate(pool);
      CatStore narrow = JooqCatStore.on(pool);
      try (Connection taken = pool.getConnection()) {
        assertThat(taken.isValid(1)).isTrue();
        assertThatThrownBy(() -> narrow.add(TOM)).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> narrow.find(1)).isInstanceOf(StoreUnavailableException.class);
      }
      assertThat(narrow.find(1)).isEmpty();
    }
  }

  @Test
  void edit_thatTakesLongerThanAStatementMay_isUnavailable() throws Exception {
    Cat cat = store.add(TOM);
    try (Connection holder = lockRow(cat);
        Connection impatient = database.connection()) {
      execute(impatient, "set statement_timeout = '200ms'");
      assertUnavailable(on(impatient), cat);
      execute(impatient, "set statement_timeout = 0; set lock_timeout = '200ms'");
      assertUnavailable(on(impatient), cat);
      holder.rollback();
    }
  }

  @Test
  void add_underAKeyThatAnotherIsAtWorkWithForTooLong_isUnavailable() throws Exception {
    try (Connection other = database.connection();
        Connection impatient = database.connection()) {
      other.setAutoCommit(false);
      var key = new IdempotencyKey("k");
      on(other).add(TOM, key);
      execute(impatient, "set statement_timeout = '200ms'");
      assertThatThrownBy(() -> on(impatient).add(TOM, key))
          .isInstanceOf(StoreUnavailableException.class);
      other.rollback();
      assertThat(on(impatient).add(TOM, key).name()).isEqualTo("Tom");
    }
  }

  @Test
  void edit_inADeadlock_isUnavailable() throws Exception {
    Cat a = store.add(TOM);
    Cat b = store.add(TOM);
    try (Connection mine = database.connection();
        Connection other = database.connection()) {
      mine.setAutoCommit(false);
      other.setAutoCommit(false);
      execute(other, "set deadlock_timeout = '60s'"); // so that the store's own is ended
      execute(mine, "set deadlock_timeout = '10ms'");
      on(mine).edit(CatRef.of(a.id()), CatEdit.price(1));
      on(other).edit(CatRef.of(b.id()), CatEdit.price(2));
      var others = failureOf(() -> on(other).edit(CatRef.of(a.id()), CatEdit.price(2)));
      String waiting = awaitRow(BACKEND);
      assertThat(waiting).isNotEmpty();
      assertThatThrownBy(() -> on(mine).edit(CatRef.of(b.id()), CatEdit.price(1)))
          .isInstanceOf(StoreUnavailableException.class);
      mine.rollback();
      assertThat(others.get(60, TimeUnit.SECONDS)).isNull();
      other.rollback();
    }
  }

  @Test
  void edit_thatCannotBeSerialised_isUnavailable() throws Exception {
    Cat cat = store.add(TOM);
    try (Connection mine = database.connection()) {
      mine.setAutoCommit(false);
      mine.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      assertThat(on(mine).find(cat.id())).contains(cat);
      store.edit(CatRef.of(cat.id()), CatEdit.price(1));
      assertUnavailable(on(mine), cat);
    }
  }

  @Test
  void aStatementThatTheSchemaRefuses_isNeitherUnavailableNorUnknown() throws Exception {
    database.execute("drop table cats");
    assertThatThrownBy(() -> store.find(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("42P01");
    assertThatThrownBy(() -> store.add(TOM)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void
      add_whoseCommitIsNotAnswered_isOfUnknownOutcome_andEverythingIsUnavailableOnceTheServerStops()
          throws Exception {
    HikariDataSource pool;
    try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
      try (Connection admin = server.getPostgresDatabase().getConnection()) {
        execute(admin, "alter role postgres set synchronous_commit = 'on'");
      }
      pool = MigratedDatabase.impatientPool(server.getPostgresDatabase(), 2);
      CatSchema.migrate(pool);
      CatStore lonely = JooqCatStore.on(pool);
      assertThat(lonely.count(CatFilter.ALL)).isZero();
      try (Connection admin = server.getPostgresDatabase().getConnection()) {
        // From now on a commit waits for a standby that will never come.
        execute(admin, "alter system set synchronous_standby_names = 'nobody'");
        execute(admin, "select pg_reload_conf()");
        for (Supplier<Object> write :
            List.<Supplier<Object>>of(
                () -> lonely.add(TOM), () -> lonely.addAll(List.of(TOM).iterator()))) {
          // The first ones may still be answered: a process of the server's applies the setting.
          var failure = failureOf(() -> repeatedly(write));
          String pid =
              awaitRow(admin, "select pid from pg_stat_activity where wait_event = 'SyncRep'");
          execute(admin, "select pg_terminate_backend(" + pid + ")");
          assertThat(failure.get(60, TimeUnit.SECONDS)).isInstanceOf(OutcomeUnknownException.class);
        }
      }
    }
    try (pool) {
      CatStore left = JooqCatStore.on(pool);
      assertThatThrownBy(() -> left.find(1)).isInstanceOf(StoreUnavailableException.class);
      assertThatThrownBy(() -> left.addAll(List.of(TOM).iterator()))
          .isInstanceOf(StoreUnavailableException.class);
    }
  }

  private static CatStore on(Connection connection) {
    return JooqCatStore.within(DSL.using(connection, SQLDialect.POSTGRES).configuration());
  }

  private static void assertUnavailable(CatStore store, Cat cat) {
    assertThatThrownBy(() -> store.edit(CatRef.of(cat.id()), CatEdit.price(1)))
        .isInstanceOf(StoreUnavailableException.class)
        .hasCauseInstanceOf(Exception.class);
  }

  /** A transaction that has changed the row, and not ended. */
  private Connection lockRow(Cat cat) throws SQLException {
    Connection holder = database.connection();
    holder.setAutoCommit(false);
    execute(holder, "update cats set price = 7 where id = " + cat.id());
    return holder;
  }

  /** Does it until it fails. */
  private static Object repeatedly(Supplier<?> call) {
    while (true) {
      assertThat(call.get()).isNotNull();
    }
  }

  private static CompletableFuture<Throwable> failureOf(Supplier<?> call) {
    return CompletableFuture.supplyAsync(() -> catchThrowable(call::get));
  }

  private String awaitRow(String sql) throws SQLException {
    try (Connection connection = database.connection()) {
      return awaitRow(connection, sql);
    }
  }

  /** Asks until there is an answer; the test's time limit ends it. */
  private static String awaitRow(Connection connection, String sql) throws SQLException {
    while (true) {
      try (Statement statement = connection.createStatement();
          var result = statement.executeQuery(sql)) {
        if (result.next()) {
          return result.getString(1);
        }
        if (Thread.interrupted()) {
          throw new SQLException("no answer in time to " + sql);
        }
      }
    }
  }

  private void terminate(String pid) throws SQLException {
    database.execute("select pg_terminate_backend(" + pid + ")");
  }

  private void terminateOthers() {
    try {
      database.execute(
          "select pg_terminate_backend(pid) from pg_stat_activity"
              + " where datname = current_database() and pid <> pg_backend_pid()");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
