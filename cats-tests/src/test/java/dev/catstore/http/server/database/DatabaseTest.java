package dev.catstore.http.server.database;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.http.server.config.StartupException;
import dev.catstore.support.ExternalDatabase;
import dev.catstore.support.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** How a database is connected to: its time limits, its isolation, and what its errors say. */
@Timeout(60)
class DatabaseTest {
  private static final int EDITS = 16;
  private static final NewCat TOM = new NewCat("Tom", 1, "manx");

  private final PGSimpleDataSource postgres = (PGSimpleDataSource) TestPostgres.newDatabase();

  @Test
  void statement_thatTakesTooLong_isUnavailable() throws Exception {
    try (Database database = open();
        Connection locking = postgres.getConnection()) {
      CatStore store = database.store();
      lockCats(locking);
      assertThatThrownBy(() -> store.add(TOM)).isInstanceOf(StoreUnavailableException.class);
    }
  }

  @Test
  void addAll_thatTakesLonger_isDone() throws Exception {
    try (Database database = open()) {
      CatStore store = database.store();
      assertThat(whileCatsAreLocked(() -> store.addAll(Collections.nCopies(3, TOM).iterator())))
          .isEqualTo(3);
    }
  }

  @Test
  void open_withAMigrationThatTakesLonger_isDone() throws Exception {
    execute(
        "create table cats (id serial primary key, name varchar(100), price integer,"
            + " breed varchar(100))");
    try (Database database = whileCatsAreLocked(this::open)) {
      assertThat(database.store().add(TOM).revision()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"true, false", "false, true"})
  void adds_atTheSameTime_haveATransactionEachIfTheyAreNotToShareOne(String coalesce, boolean each)
      throws Exception {
    try (Database database = open("20s", coalesce)) {
      CatStore store = database.store();
      assertThat(store.find(1)).isEmpty();
      whileCatsAreLocked(
          () -> {
            inParallel(() -> store.add(TOM));
            return store;
          });
      try (Connection connection = postgres.getConnection();
          Statement statement = connection.createStatement();
          ResultSet result =
              statement.executeQuery("select count(distinct xmin::text), count(*) from cats")) {
        result.next();
        assertThat(result.getInt(2)).isEqualTo(EDITS);
        assertThat(result.getInt(1) == EDITS).isEqualTo(each);
      }
    }
  }

  /** It has no part in the driver's URL but its own. */
  @ParameterizedTest
  @ValueSource(strings = {"?ApplicationName=x", "#x", "/x", "%41", "+ \u00e4&"})
  void open_ofADatabaseOfAnyName_asksForThatOne(String end) {
    String name = postgres.getDatabaseName() + end;
    Map<String, String> settings = ExternalDatabase.settings(postgres);
    settings.put("POSTGRES_DB", name);
    assertThatThrownBy(() -> OpenDatabase.with(settings))
        .isInstanceOf(StartupException.class)
        .hasMessageEndingWith("database \"%s\" does not exist", name);
  }

  /** A stream is sent once, and so must not meet a plan of what the table was. */
  @Test
  void each_afterTheTableWasAltered_isDone() throws Exception {
    try (Database database = open("20s")) {
      CatStore store = database.store();
      store.add(TOM);
      for (int i = 0; i < 10; i++) {
        store.each(CatFilter.ALL, cat -> {});
      }
      execute("alter table cats alter column price type bigint");
      List<String> names = new ArrayList<>();
      store.each(CatFilter.ALL, cat -> names.add(cat.name()));
      assertThat(names).containsExactly("Tom");
    }
  }

  /** What a role's default would do: of edits at once one succeeds, and the others are refused. */
  @Test
  void edits_underARoleThatIsSerializable_areDoneOneAfterTheOther() throws Exception {
    execute(
        "alter role postgres in database %s set default_transaction_isolation = serializable"
            .formatted(postgres.getDatabaseName()));
    try (Database database = open("20s")) {
      CatStore store = database.store();
      long id = store.add(TOM).id();
      CatEdit edit = CatEdit.price(7);
      inParallel(() -> store.edit(CatRef.of(id), edit));
      inParallel(
          () ->
              store.editAll(
                  List.of(new BulkEdit(CatRef.of(id), edit, 1)).iterator(), BulkOptions.NONE));
      assertThat(store.find(id).orElseThrow().revision()).isGreaterThan(EDITS);
    }
  }

  private static void inParallel(Callable<?> edit) {
    ExecutorService threads = Executors.newFixedThreadPool(EDITS);
    try {
      for (Future<?> done : threads.invokeAll(Collections.nCopies(EDITS, edit))) {
        done.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new CompletionException(e);
    } finally {
      threads.shutdownNow();
    }
  }

  /** PostgreSQL's details have whole rows and lines of a COPY; the exception ends in the log. */
  @Test
  void write_thatTheDatabaseRefuses_failsWithoutTheValues() throws Exception {
    try (Database database = open()) {
      CatStore store = database.store();
      execute("alter table cats add constraint on_purpose check (price <> 918273)");
      var cat = new NewCat("qTomq", 918273, "qManxq");
      assertThatThrownBy(() -> store.add(cat)).satisfies(DatabaseTest::hasNoValues);
      assertThatThrownBy(() -> store.addAll(List.of(cat).iterator()))
          .satisfies(DatabaseTest::hasNoValues);
    }
  }

  private static void hasNoValues(Throwable failure) {
    assertThat(failure)
        .hasStackTraceContaining("on_purpose")
        .extracting(Throwables::getStackTrace, as(STRING))
        .doesNotContain("qTomq", "918273", "qManxq");
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = postgres.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Does it in another thread, and gives the table back once it has waited for long enough. */
  private <T> T whileCatsAreLocked(Supplier<T> work) throws SQLException {
    CompletableFuture<T> done;
    try (Connection locking = postgres.getConnection();
        Connection watching = postgres.getConnection()) {
      lockCats(locking);
      done = CompletableFuture.supplyAsync(work);
      while (!done.isDone() && !hasWaited(watching)) {
        Thread.onSpinWait();
      }
    }
    return done.orTimeout(30, TimeUnit.SECONDS).join();
  }

  private static void lockCats(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute("lock table cats in access exclusive mode");
    }
  }

  /** Asked outside of a transaction, which would see the same activity for ever. */
  private static boolean hasWaited(Connection watching) throws SQLException {
    try (Statement statement = watching.createStatement();
        ResultSet result =
            statement.executeQuery(
                "select exists (select from pg_stat_activity where datname = current_database()"
                    + " and wait_event_type = 'Lock'"
                    + " and clock_timestamp() - query_start > interval '500 ms')")) {
      result.next();
      return result.getBoolean(1);
    }
  }

  private Database open() {
    return open("100ms");
  }

  private Database open(String statementTimeout) {
    return open(statementTimeout, "true");
  }

  private Database open(String statementTimeout, String coalesce) {
    try {
      return OpenDatabase.with(
          Map.of(
              "POSTGRES_HOST",
              "localhost",
              "POSTGRES_PORT",
              Integer.toString(postgres.getPortNumbers()[0]),
              "POSTGRES_USER",
              "postgres",
              "POSTGRES_PASSWORD",
              "postgres",
              "POSTGRES_DB",
              String.valueOf(postgres.getDatabaseName()),
              "CATS_STATEMENT_TIMEOUT",
              statementTimeout,
              "CATS_COALESCE",
              coalesce));
    } catch (StartupException e) {
      throw new CompletionException(e);
    }
  }
}
