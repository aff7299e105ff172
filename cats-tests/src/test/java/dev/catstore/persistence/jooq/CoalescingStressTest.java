package dev.catstore.persistence.jooq;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.OutcomeUnknownException;
import dev.catstore.domain.StaleRevisionException;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.support.MigratedDatabase;
import dev.catstore.support.Slow;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many threads on few cats, while the database refuses rows, rows are locked, threads interrupted
 * and sessions terminated. Every write has a name of its own, by which each answer, and in the end
 * the table, is compared with what was answered before.
 */
@Slow
@Timeout(300)
final class CoalescingStressTest {
  private static final int THREADS = 24;
  private static final int CALLS = 300;
  private static final int CATS = 5;
  private static final long SEED = 7;
  private static final String REFUSED = "dog";

  private static final String TERMINATE =
      """
      select pg_sleep(0.2);
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and query like '%"cats"%' order by random() limit 1
      """;

  /** For longer than a batch waits for it, and for less. */
  private static final String LOCK =
      """
      update cats set price = price where id in (select id from cats order by id limit 2);
      select pg_sleep(random() * 0.5)
      """;

  private final MigratedDatabase database = new MigratedDatabase(12);
  private final CatStore store = database.store();
  private final AtomicInteger names = new AtomicInteger();
  private final AtomicInteger working = new AtomicInteger(THREADS);

  /** The edited cats by their ids, each with what is known of its revisions. */
  private final Map<Long, Model> models = new HashMap<>();

  /** The added cats, but for those that were removed again. */
  private final Map<Long, Cat> added = new ConcurrentHashMap<>();

  /** The names of writes that were answered by an exception. */
  private final Set<String> notDone = ConcurrentHashMap.newKeySet();

  private final Set<String> unknown = ConcurrentHashMap.newKeySet();

  private static final class Model {
    /** The answers to edits, and to the first add. */
    final Map<Long, Cat> revisions = new ConcurrentHashMap<>();

    /** What was found at a revision. */
    final Map<Long, Cat> found = new ConcurrentHashMap<>();

    final Set<Long> stale = ConcurrentHashMap.newKeySet();
    final AtomicLong newest = new AtomicLong(1);
    final AtomicInteger unknownEdits = new AtomicInteger();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void everyAnswer_ofManyThreadsOnFewCats_isTrue() throws Exception {
    database.execute("alter table cats add check (breed <> '" + REFUSED + "')");
    for (int i = 0; i < CATS; i++) {
      Cat cat = store.add(new NewCat(newName(), 1, "manx"));
      var model = new Model();
      model.revisions.put(1L, cat);
      models.put(cat.id(), model);
    }
    List<Thread> workers = new ArrayList<>();
    List<FutureTask<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      var random = new Random(SEED + i);
      workers.add(start(tasks, () -> work(random)));
    }
    start(tasks, () -> interruptOften(workers));
    start(tasks, () -> disturb(TERMINATE));
    start(tasks, () -> disturb(LOCK));
    for (FutureTask<Void> task : tasks) {
      task.get();
    }
    // The pool may have connections that were just terminated.
    try (Connection connection = database.connection()) {
      compareWithTheTable(
          JooqCatStore.within(DSL.using(connection, SQLDialect.POSTGRES).configuration()));
    }
    assertThat(database.query("select count(*) > count(distinct xmin::text) from cats"))
        .as("whether adds shared statements")
        .isEqualTo("t");
  }

  private static Thread start(List<FutureTask<Void>> tasks, Callable<Void> work) {
    var task = new FutureTask<>(work);
    tasks.add(task);
    var thread = new Thread(task, "stress");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private @Nullable Void work(Random random) {
    try {
      List<Long> ids = List.copyOf(models.keySet());
      for (int i = 0; i < CALLS; i++) {
        long id = ids.get(random.nextInt(CATS));
        switch (random.nextInt(8)) {
          case 0, 1 -> find(id);
          case 2, 3, 4 -> edit(id, random);
          case 5, 6 -> add(random);
          default -> remove();
        }
        // Some leave by an interrupt; the next call is not to.
        Thread.interrupted();
      }
    } finally {
      working.decrementAndGet();
    }
    return null;
  }

  private void find(long id) {
    Model model = requireNonNull(models.get(id));
    long newest = model.newest.get();
    try {
      Cat cat = store.find(id).orElseThrow();
      assertThat(cat.id()).isEqualTo(id);
      assertThat(cat.revision()).isGreaterThanOrEqualTo(newest);
      Cat before = model.found.putIfAbsent(cat.revision(), cat);
      assertThat(before).isIn(null, cat);
    } catch (StoreUnavailableException e) {
      // Nothing is known then.
    }
  }

  private void edit(long id, Random random) {
    Model model = requireNonNull(models.get(id));
    String name = newName();
    OptionalLong expected =
        random.nextBoolean() ? OptionalLong.of(model.newest.get()) : OptionalLong.empty();
    boolean refused = random.nextInt(20) == 0;
    var edit =
        new CatEdit(
            Optional.of(name),
            OptionalInt.empty(),
            refused ? Optional.of(REFUSED) : Optional.empty());
    try {
      Cat cat = store.edit(new CatRef(id, expected), edit);
      assertThat(refused).isFalse();
      assertThat(cat).isEqualTo(new Cat(id, name, 1, "manx", cat.revision()));
      if (expected.isPresent()) {
        assertThat(cat.revision()).isEqualTo(expected.getAsLong() + 1);
      }
      assertThat(model.revisions.put(cat.revision(), cat)).isNull();
      model.newest.accumulateAndGet(cat.revision(), Math::max);
    } catch (StaleRevisionException e) {
      model.stale.add(expected.orElseThrow());
      notDone.add(name);
    } catch (OutcomeUnknownException e) {
      model.unknownEdits.incrementAndGet();
      unknown.add(name);
    } catch (StoreUnavailableException e) {
      notDone.add(name);
    } catch (IllegalStateException e) {
      assertRefused(e, refused, name);
    }
  }

  private void add(Random random) {
    String name = newName();
    boolean refused = random.nextInt(20) == 0;
    try {
      Cat cat = store.add(new NewCat(name, 2, refused ? REFUSED : "manx"));
      assertThat(refused).isFalse();
      assertThat(cat).isEqualTo(new Cat(cat.id(), name, 2, "manx", 1));
      assertThat(added.put(cat.id(), cat)).isNull();
    } catch (OutcomeUnknownException e) {
      unknown.add(name);
    } catch (StoreUnavailableException e) {
      notDone.add(name);
    } catch (IllegalStateException e) {
      assertRefused(e, refused, name);
    }
  }

  private void assertRefused(IllegalStateException failure, boolean refused, String name) {
    assertThat(failure).hasMessageContaining("23514");
    assertThat(refused).isTrue();
    notDone.add(name);
  }

  /** Removes a cat that was added; it is nobody else's by then. */
  private void remove() {
    Optional<Cat> any = added.values().stream().findAny();
    if (any.isPresent() && added.remove(any.get().id(), any.get())) {
      Cat cat = any.get();
      try {
        assertThat(store.find(cat.id())).contains(cat);
        assertThat(store.remove(cat.ref())).isTrue();
        assertThat(store.find(cat.id())).isEmpty();
        notDone.add(cat.name());
      } catch (StoreUnavailableException | OutcomeUnknownException e) {
        unknown.add(cat.name());
      }
    }
  }

  private void compareWithTheTable(CatStore quiet) {
    Map<String, Cat> table = new HashMap<>();
    quiet.each(CatFilter.ALL, cat -> assertThat(table.put(cat.name(), cat)).isNull());
    assertThat(table.keySet()).doesNotContainAnyElementsOf(notDone);
    models.forEach(
        (id, model) -> {
          Cat last = quiet.find(id).orElseThrow();
          int acknowledged = model.revisions.size() - 1;
          assertThat(last.revision() - 1)
              .isBetween((long) acknowledged, (long) acknowledged + model.unknownEdits.get());
          for (long revision = 1; revision <= last.revision(); revision++) {
            Cat edited = model.revisions.get(revision);
            Cat found = revision == last.revision() ? last : model.found.get(revision);
            if (found != null && edited != null) {
              assertThat(found).isEqualTo(edited);
            } else if (found != null) {
              assertThat(unknown).contains(found.name());
            }
          }
          assertThat(model.found.keySet()).allMatch(it -> it <= last.revision());
          assertThat(model.stale).allMatch(it -> it < last.revision());
          table.remove(last.name());
        });
    added.values().forEach(cat -> assertThat(table.remove(cat.name())).isEqualTo(cat));
    assertThat(unknown).containsAll(table.keySet());
  }

  private String newName() {
    return "write " + names.incrementAndGet();
  }

  private @Nullable Void interruptOften(List<Thread> workers) throws SQLException {
    for (int i = 0; working.get() > 0; i++) {
      database.query("select pg_sleep(0.01)");
      workers.get(i % THREADS).interrupt();
    }
    return null;
  }

  private @Nullable Void disturb(String sql) throws SQLException {
    while (working.get() > 0) {
      database.execute(sql);
    }
    return null;
  }
}
