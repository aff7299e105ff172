package dev.catstore.persistence.jooq;

import static dev.catstore.persistence.jooq.CatSchemaAdoptionTest.TUTORIALS_TABLE;
import static dev.catstore.persistence.jooq.CatSchemaAdoptionTest.execute;
import static dev.catstore.persistence.jooq.CatSchemaAdoptionTest.query;
import static dev.catstore.persistence.jooq.CatSchemaAdoptionTest.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.domain.CatFilter;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.support.Slow;
import dev.catstore.support.TestPostgres;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jooq.tools.jdbc.SingleConnectionDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** Migrations that cannot run now, or at the same time as others. */
@Slow
class CatSchemaFailureTest extends CatSchemaTestCase {
  private static final String FOR_CATS = "relation = 'cats'::regclass";

  @Test
  void migrate_roleThatMayNotMakeTheExtension_goesOnWithoutItsIndex() throws Exception {
    execute(database, "create role plain_of_trigrams login");
    execute(database, "grant all on schema public to plain_of_trigrams");

    PGSimpleDataSource plain = database.unwrap(PGSimpleDataSource.class);
    plain.setUser("plain_of_trigrams");
    CatSchema.migrate(plain);

    assertThat(query(plain, "select extname from pg_extension")).doesNotContain("pg_trgm");
    assertThat(query(plain, "select indexname from pg_indexes where indexname like 'cats_name%'"))
        .containsExactly("cats_name_id_idx");
    JooqCatStore store = JooqCatStore.on(plain);
    store.add(new NewCat("Tom", 1, "manx"));
    assertThat(store.count(CatFilter.ALL.withNamePart("oM"))).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "create table other ()", TUTORIALS_TABLE})
  void migrate_severalAtOnce_allSucceed(String found) throws Exception {
    for (int round = 0; round < 5; round++) {
      DataSource fresh = TestPostgres.newDatabase();
      execute(fresh, found);
      int servers = 4;
      CyclicBarrier together = new CyclicBarrier(servers);
      ExecutorService threads = Executors.newFixedThreadPool(servers);
      try {
        List<Future<?>> runs = new ArrayList<>();
        for (int i = 0; i < servers; i++) {
          runs.add(
              threads.submit(
                  () -> {
                    together.await();
                    CatSchema.migrate(fresh);
                    return null;
                  }));
        }
        for (Future<?> run : runs) {
          run.get();
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(query(fresh, "select version from cats_schema_history where version > '0'"))
          .containsExactly("1", "2", "3", "4", "5", "6", "7");
    }
  }

  @Test
  void migrate_schemaNewerThanTheCode_isRefusedAndChangesNothing() {
    CatSchema.migrate(database);
    execute(
        database,
        "insert into cats_schema_history (installed_rank, version, description, type, script,"
            + " checksum, installed_by, execution_time, success) values"
            + " (99, '4711', 'colours', 'SQL', 'V4711__colours.sql', 1, 'x', 1, true)");
    String before = snapshot(database);

    assertThatThrownBy(() -> CatSchema.migrate(database))
        .isInstanceOf(SchemaException.class)
        .hasMessage(
            "the schema of the database is newer than this code, which does not know its"
                + " migration 4711 (colours); use a newer version of the code");
    assertThat(snapshot(database)).isEqualTo(before);
  }

  @Test
  void migrate_historyOfOtherMigrations_isRefused() {
    CatSchema.migrate(database);
    execute(database, "update cats_schema_history set checksum = 1 where version = '2'");

    assertThatThrownBy(() -> CatSchema.migrate(database))
        .isInstanceOf(SchemaException.class)
        .hasMessage("cats_schema_history records other migrations than this code has");
  }

  @Test
  void migrate_refused_leavesNoHistoryBehind() {
    execute(database, "create table cats (id int)");
    String before = snapshot(database);

    assertThatThrownBy(() -> CatSchema.migrate(database)).isInstanceOf(SchemaException.class);

    assertThat(snapshot(database)).isEqualTo(before);
    assertThat(query(database, "select to_regclass('cats_schema_history') is null"))
        .containsExactly("t");
  }

  @Test
  void migrate_databaseAway_isUnavailable() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    PGSimpleDataSource away = new PGSimpleDataSource();
    away.setUrl("jdbc:postgresql://127.0.0.1:" + port + "/cats");

    assertThatThrownBy(() -> CatSchema.migrate(away))
        .isInstanceOf(StoreUnavailableException.class)
        .hasCauseInstanceOf(SQLException.class);
  }

  @Test
  void migrate_noSuchDatabase_isNoPassingFailure() {
    PGSimpleDataSource other = new PGSimpleDataSource();
    other.setUrl(((PGSimpleDataSource) database).getUrl());
    other.setUser("postgres");
    other.setDatabaseName("no_such");

    assertThatThrownBy(() -> CatSchema.migrate(other))
        .isInstanceOf(SchemaException.class)
        .hasMessage("the schema cannot be brought up to date: database \"no_such\" does not exist")
        .hasCauseInstanceOf(SQLException.class);
  }

  @Test
  void migrate_tableLockedForTooLong_isUnavailableAndChangesNothing() throws SQLException {
    execute(database, TUTORIALS_TABLE);
    String before = snapshot(database);
    DataSource impatient = with("statement_timeout=300");
    try (Connection holder = database.getConnection()) {
      holder.setAutoCommit(false);
      execute(holder, "lock table cats");

      assertThatThrownBy(() -> CatSchema.migrate(impatient))
          .isInstanceOf(StoreUnavailableException.class)
          .hasCauseInstanceOf(SQLException.class);
      holder.rollback();
    }
    assertThat(snapshot(database)).isEqualTo(before);
    CatSchema.migrate(database);
  }

  @Test
  void migrate_connectionLost_isUnavailable() throws Exception {
    execute(database, TUTORIALS_TABLE);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Connection holder = database.getConnection()) {
      holder.setAutoCommit(false);
      execute(holder, "lock table cats");
      Future<?> run = thread.submit(() -> CatSchema.migrate(database));
      awaitOneThatWaits(run, FOR_CATS);
      execute(
          database,
          "select pg_terminate_backend(pid) from pg_locks"
              + " where relation = 'cats'::regclass and not granted");

      assertThatThrownBy(run::get).hasCauseInstanceOf(StoreUnavailableException.class);
      holder.rollback();
    } finally {
      thread.shutdownNow();
    }
    CatSchema.migrate(database);
  }

  @Test
  void migrate_rowsCommittedWhileItWaitsForTheTable_areSeen() throws Exception {
    execute(database, TUTORIALS_TABLE);
    DataSource strict = with("default_transaction_isolation=serializable");
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Connection holder = database.getConnection()) {
      holder.setAutoCommit(false);
      execute(holder, "insert into cats (id) values (77)");
      Future<?> run = thread.submit(() -> CatSchema.migrate(strict));
      awaitOneThatWaits(run, FOR_CATS);
      holder.commit();

      assertThatThrownBy(run::get)
          .hasCauseInstanceOf(SchemaException.class)
          .hasMessageEndingWith("; ids: 77");
    } finally {
      thread.shutdownNow();
    }
  }

  private void awaitOneThatWaits(Future<?> run, String lock) {
    String waiting = "select 1 from pg_locks where not granted and " + lock;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (query(database, waiting).isEmpty()) {
      assertThat(run).isNotDone();
      assertThat(System.nanoTime()).as("nobody waits: %s", lock).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void migrate_whileAnotherIsAtWork_waitsForIt() throws Exception {
    execute(database, TUTORIALS_TABLE);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (Connection holder = database.getConnection()) {
      holder.setAutoCommit(false);
      execute(holder, "lock table cats");
      Future<?> first = threads.submit(() -> CatSchema.migrate(database));
      awaitOneThatWaits(first, FOR_CATS);
      Future<?> second = threads.submit(() -> CatSchema.migrate(database));
      awaitOneThatWaits(second, "locktype = 'advisory'");
      holder.commit();

      first.get();
      second.get();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void migrate_whileAnotherTakesLong_saysSoAndWaits() throws Exception {
    try (Connection holder = holderOfTheLock();
        var log = new LoggedLines(CatSchema.class)) {
      CompletableFuture<Void> run =
          CompletableFuture.runAsync(() -> CatSchema.migrate(database, 1, 600));
      assertThat(log.next())
          .isEqualTo("WARNING: another process is bringing the schema up to date; waiting for it");
      assertThat(run).isNotDone();
      execute(holder, "select pg_advisory_unlock_all()");

      run.get(60, TimeUnit.SECONDS);
      assertThat(log.rest()).isEmpty();
    }
  }

  @Test
  @Timeout(30)
  void migrate_whileAnotherTakesTooLong_givesUp() throws Exception {
    try (Connection holder = holderOfTheLock();
        var log = new LoggedLines(CatSchema.class)) {
      assertThatThrownBy(() -> CatSchema.migrate(database, 1, 2))
          .isInstanceOf(StoreUnavailableException.class)
          .hasCauseInstanceOf(SQLException.class);
      assertThat(log.rest()).hasSize(1);
      assertThat(holder.isValid(1)).isTrue();
    }
    assertThat(query(database, "select to_regclass('cats')::text")).containsExactly("null");
  }

  /**
   * The start of a server whose database is up to date asks neither for the lock nor for Flyway.
   */
  @Test
  void migrate_whatIsUpToDate_waitsForNobody() throws Exception {
    CatSchema.migrate(database);
    try (Connection holder = holderOfTheLock()) {
      CatSchema.migrate(database, 1, 2);
      assertThat(holder.isValid(1)).isTrue();
    }
  }

  private Connection holderOfTheLock() throws SQLException {
    Connection holder = database.getConnection();
    execute(
        holder,
        "select pg_advisory_lock(hashtextextended(current_schema() || '.cats_schema_history', 0))");
    return holder;
  }

  @Test
  @Timeout(8) // Flyway would try for longer
  void migrate_roleWithoutTheRight_isRefusedReadablyAndAtOnce() {
    execute(database, "revoke create on schema public from public");

    assertThatThrownBy(() -> CatSchema.migrate(with("role=pg_monitor")))
        .isInstanceOf(SchemaException.class)
        .hasMessage(
            "the schema cannot be brought up to date: permission denied for schema public; use the"
                + " role that owns the schema, or grant this one the rights of one that serves");
  }

  @Test
  void migrate_refusedBeforeTheLock_givesTheConnectionBackAsItWas() throws Exception {
    try (Connection connection = database.getConnection()) {
      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("set search_path = nowhere");
      }
      connection.commit();

      assertThatThrownBy(() -> CatSchema.migrate(new SingleConnectionDataSource(connection)))
          .isInstanceOf(SchemaException.class);

      assertThat(connection.getAutoCommit()).isFalse();
      assertThat(connection.getTransactionIsolation())
          .isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
    }
  }
}
