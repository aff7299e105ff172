package dev.catstore.persistence.jooq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatSort;
import dev.catstore.domain.Cursor;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.PageRequest;
import dev.catstore.domain.QueryTimeoutException;
import dev.catstore.support.MigratedDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.conf.StatementType;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store logs of the statements that take long. */
@Timeout(120)
final class SlowStatementsTest {
  private static final Duration ANY = Duration.ofNanos(1);
  private static final Duration NONE = Duration.ofHours(1);
  private static final String LOCK = "lock table cats in access exclusive mode";

  /** As no SQL has it: a name, a breed, a key, a part of a name, and numbers. */
  private static final List<String> VALUES =
      List.of("qTomq", "qManxq", "qkeyq", "qpartq", "918273", "928374", "731");

  private final MigratedDatabase database = new MigratedDatabase();
  private final LoggedLines lines = new LoggedLines(SlowStatements.class);

  @AfterEach
  void close() {
    lines.close();
    database.close();
  }

  @Test
  void everyCall_aboveTheThreshold_isLoggedWithoutItsValues() {
    callEverything(database.store().loggingSlowStatements(ANY));
    assertThat(lines.rest())
        .hasSizeGreaterThan(10)
        .allMatch(
            it ->
                it.matches(
                    "WARNING: a statement took [0-9]+ ms:"
                        + " (select|insert|update|delete|with) [^\\n]*"))
        .noneMatch(SlowStatementsTest::hasAValue)
        .anyMatch(it -> it.contains("\"price\" >= ?"))
        .anyMatch(it -> it.contains("fetch next ? rows only"))
        .anyMatch(it -> it.contains("insert into \"cats\""));
  }

  @Test
  void everyCall_belowTheThreshold_isNotLogged() {
    callEverything(database.store().loggingSlowStatements(NONE));
    assertThat(lines.rest()).isEmpty();
  }

  @Test
  void call_thatTakesLong_isLoggedWithItsTime() throws Exception {
    var store = database.store().loggingSlowStatements(Duration.ofMillis(200));
    try (Connection other = database.connection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute(LOCK);
      var released = new Thread(() -> release(other));
      released.start();
      store.find(1);
      released.join();
    }
    List<String> logged = lines.rest();
    assertThat(logged).hasSize(1);
    assertThat(Long.parseLong(logged.get(0).replaceAll(".* took ([0-9]+) ms.*", "$1")))
        .isBetween(200L, 60_000L);
  }

  @Test
  void call_thatTheDatabaseGivesUp_isLoggedOnce() throws Exception {
    database.execute(
        "alter database %s set statement_timeout = '100ms'"
            .formatted(database.query("select current_database()")));
    try (Connection other = database.connection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute(LOCK);
      var store = database.store().loggingSlowStatements(Duration.ofMillis(90));
      assertThatThrownBy(() -> store.find(1)).isInstanceOf(QueryTimeoutException.class);
    }
    assertThat(lines.rest()).hasSize(1);
  }

  @Test
  void visit_thatTakesLongInTheCaller_isNotSlow() throws Exception {
    var store = database.store().loggingSlowStatements(Duration.ofMillis(500));
    store.add(new NewCat("Tom", 1, "manx"));
    store.each(CatFilter.ALL, cat -> database.execute("select pg_sleep(0.6)"));
    assertThat(lines.rest()).isEmpty();
  }

  @Test
  void values_thatTheConfigurationInlines_areNotLogged() throws Exception {
    try (Connection connection = database.connection()) {
      var settings = new Settings().withStatementType(StatementType.STATIC_STATEMENT);
      var configuration = DSL.using(connection, SQLDialect.POSTGRES, settings).configuration();
      JooqCatStore.within(configuration)
          .loggingSlowStatements(ANY)
          .add(new NewCat("qTomq", 731, "qManxq"));
    }
    assertThat(lines.rest()).hasSize(1).noneMatch(SlowStatementsTest::hasAValue);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1})
  void threshold_notAboveZero_isRefused(long nanos) {
    JooqCatStore store = database.store();
    assertThatThrownBy(() -> store.loggingSlowStatements(Duration.ofNanos(nanos)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be above zero");
  }

  private static void callEverything(JooqCatStore store) {
    var tom = new NewCat("qTomq", 918_273, "qManxq");
    var cat = store.add(tom);
    store.add(tom, new IdempotencyKey("qkeyq"));
    store.add(tom, new IdempotencyKey("qkeyq"));
    store.addAll(List.of(tom, tom).iterator());
    store.find(918_273);
    CatFilter filter =
        CatFilter.ALL
            .withBreed("qManxq")
            .withNamePart("qpartq")
            .withMinPrice(918_273)
            .withMaxPrice(928_374);
    for (CatSort.Field field : CatSort.Field.values()) {
      var request = PageRequest.FIRST.withSort(CatSort.ascending(field)).withLimit(731);
      store.page(request.withFilter(filter));
      store.page(request.withAfter(Cursor.after(cat, CatSort.ascending(field))));
    }
    store.count(filter);
    store.each(filter, it -> {});
    store.each(CatFilter.ALL, it -> {});
    store.eachBreed(it -> {});
    store.edit(cat.ref(), CatEdit.price(928_374));
    store.deleteExpiredKeys(Duration.ofDays(731));
    store.remove(CatRef.of(918_273));
  }

  private static boolean hasAValue(String line) {
    String sql = line.replaceFirst("WARNING: a statement took [0-9]+ ms: ", "");
    return VALUES.stream().anyMatch(sql::contains);
  }

  /** Gives up its lock once somebody has waited for it for more than 200 ms. */
  private void release(Connection other) {
    try {
      String waits =
          "select count(*) from pg_stat_activity where datname = current_database()"
              + " and wait_event_type = 'Lock' and clock_timestamp() - query_start > '250ms'";
      while (database.query(waits).equals("0")) {
        Thread.onSpinWait();
      }
      other.rollback();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
