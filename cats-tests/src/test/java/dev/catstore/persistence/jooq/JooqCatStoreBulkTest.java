package dev.catstore.persistence.jooq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.domain.BulkCounts;
import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.BulkPut;
import dev.catstore.domain.BulkRefusedException;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.support.MigratedDatabase;
import dev.catstore.support.Slow;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jooq.ExecuteListener;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many cats on PostgreSQL: lost connections, waits, and what is left behind. */
@Slow
@Timeout(120)
class JooqCatStoreBulkTest {
  private static final NewCat TOM = new NewCat("Tom", 100, "bengal");
  private static final BulkOptions KEY = BulkOptions.under(new IdempotencyKey("k"));
  private static final String TERMINATE =
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";

  private final MigratedDatabase database = new MigratedDatabase(8);
  private final JooqCatStore store = database.store();

  @AfterEach
  void close() {
    database.close();
  }

  private static Iterator<NewCat> cats(int count, IntConsumer beforeEach) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              beforeEach.accept(i);
              return new NewCat("cat", i, "x");
            })
        .iterator();
  }

  private void execute(String sql) {
    try {
      database.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void addAll_whoseConnectionIsLost_leavesNeitherCatsNorKey() {
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(
            () ->
                store.addAll(
                    cats(
                        100_000,
                        i -> {
                          if (i == 50_000) {
                            execute(TERMINATE);
                          }
                        }),
                    KEY));

    assertThat(store.count(CatFilter.ALL)).isZero();
    assertThat(store.addAll(cats(10, i -> {}), KEY)).isEqualTo(new BulkCounts(10, 0, 0));
  }

  @Test
  void addAll_whileTheFirstUnderItsKeyIsAtWork_waitsAndAnswersTheSame() throws Exception {
    var begun = new CountDownLatch(1);
    var second = new CompletableFuture<CompletableFuture<BulkCounts>>();
    BulkCounts first =
        store.addAll(
            cats(
                2_000,
                i -> {
                  if (i == 1_000) {
                    second.complete(
                        CompletableFuture.supplyAsync(
                            () -> {
                              begun.countDown();
                              return store.addAll(cats(2_000, n -> {}), KEY);
                            }));
                    await(begun);
                    assertThat(second.join()).isNotDone();
                  }
                }),
            KEY);

    assertThat(second.join().get(60, TimeUnit.SECONDS)).isEqualTo(first);
    assertThat(store.count(CatFilter.ALL)).isEqualTo(2_000);
  }

  @Test
  void addAll_whoseKeyIsBusyForTooLong_isUnavailable() {
    store.addAll(
        cats(
            10,
            i -> {
              if (i == 5) {
                assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> store.addAll(cats(10, n -> {}), KEY));
              }
            }),
        KEY);

    assertThat(store.count(CatFilter.ALL)).isEqualTo(10);
  }

  @Test
  void putAll_ofNewIdsWhileCatsAreAddedForTooLong_isUnavailable() {
    var put = new BulkPut(CatRef.of(1_000), TOM, 1);
    store.addAll(
        cats(
            10,
            i -> {
              if (i == 5) {
                assertThatExceptionOfType(StoreUnavailableException.class)
                    .isThrownBy(() -> store.putAll(List.of(put).iterator(), BulkOptions.NONE));
                assertThat(store.putAll(List.of(put).iterator(), BulkOptions.DRY_RUN).added())
                    .isOne();
              }
            }));

    assertThat(store.putAll(List.of(put).iterator(), BulkOptions.NONE).added()).isOne();
    assertThat(store.add(TOM).id()).isEqualTo(1_001);
  }

  @Test
  void putAndEdit_whoseIteratorIsSlow_leaveOthersTheCats() {
    Cat tom = store.add(TOM);
    store.putAll(
        IntStream.range(0, 2)
            .mapToObj(
                i -> {
                  store.edit(CatRef.of(tom.id()), CatEdit.price(i));
                  return new BulkPut(CatRef.of(tom.id() + i), TOM, i);
                })
            .iterator(),
        BulkOptions.NONE);

    assertThat(store.find(tom.id())).contains(TOM.withId(tom.id(), 4));
  }

  @Test
  void refusal_whileOthersWrite_namesAndCountsTheSameCats() throws SQLException {
    Cat tom = store.add(TOM);
    Cat kitty = store.add(TOM);
    store.edit(tom.ref(), CatEdit.price(1));
    List<BulkEdit> edits =
        List.of(
            new BulkEdit(tom.ref(), CatEdit.price(2), 1),
            new BulkEdit(kitty.ref(), CatEdit.price(2), 2));

    assertThatExceptionOfType(BulkRefusedException.class)
        .isThrownBy(
            () ->
                withinBeforeRefusing(
                    () -> store.edit(kitty.ref(), CatEdit.price(1)),
                    within -> within.editAll(edits.iterator(), BulkOptions.NONE)))
        .satisfies(
            e -> {
              assertThat(e.refusals()).hasSize(2);
              assertThat(e.more()).isZero();
            });
  }

  @Test
  void refusal_ofWhatIsThereMeanwhile_isNone() throws SQLException {
    List<BulkEdit> edits = List.of(new BulkEdit(CatRef.of(99), CatEdit.price(2), 1));
    List<BulkPut> puts = List.of(new BulkPut(CatRef.of(99), TOM, 1));

    withinBeforeRefusing(
        () -> store.putAll(puts.iterator(), BulkOptions.NONE),
        within ->
            assertThat(within.editAll(edits.iterator(), BulkOptions.DRY_RUN))
                .isEqualTo(new BulkCounts(0, 1, 0)));
  }

  /** Uses a store in a transaction, with something done once its refusals are to be named. */
  private void withinBeforeRefusing(Runnable before, Consumer<JooqCatStore> use)
      throws SQLException {
    var done = new AtomicBoolean();
    ExecuteListener listener =
        ExecuteListener.onExecuteStart(
            statement -> {
              String sql = String.valueOf(statement.sql());
              if (sql.contains("cats_staged")
                  && sql.contains("fetch next")
                  && !done.getAndSet(true)) {
                before.run();
              }
            });
    try (var connection = database.connection()) {
      connection.setAutoCommit(false);
      use.accept(
          JooqCatStore.within(
              DSL.using(connection, SQLDialect.POSTGRES).configuration().derive(listener)));
    }
    assertThat(done).isTrue();
  }

  @Test
  void everyCall_leavesNoTableBehind() throws SQLException {
    Cat tom = store.add(TOM);
    for (int i = 0; i < 20; i++) {
      store.putAll(List.of(new BulkPut(CatRef.of(tom.id()), TOM, 1)).iterator(), BulkOptions.NONE);
      store.editAll(
          List.of(new BulkEdit(CatRef.of(tom.id()), CatEdit.price(i), 1)).iterator(),
          BulkOptions.DRY_RUN);
      var refused = List.of(new BulkEdit(CatRef.of(99), CatEdit.price(i), 1));
      assertThatThrownBy(() -> store.editAll(refused.iterator(), BulkOptions.NONE)).isNotNull();
    }

    try (var connection = database.connection();
        var statement = connection.createStatement();
        var result =
            statement.executeQuery("select count(*) from pg_class where relname = 'cats_staged'")) {
      result.next();
      assertThat(result.getInt(1)).isZero();
    }
    assertThat(database.pool().getHikariPoolMXBean().getActiveConnections()).isZero();
  }

  @Test
  void estimateCount_afterAnAnalyze_isNear() {
    store.addAll(cats(10_000, i -> {}));
    execute("analyze cats");

    assertThat(store.estimateCount(CatFilter.ALL)).isBetween(9_000L, 11_000L);
    assertThat(store.estimateCount(CatFilter.ALL.withMaxPrice(999))).isBetween(500L, 2_000L);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
