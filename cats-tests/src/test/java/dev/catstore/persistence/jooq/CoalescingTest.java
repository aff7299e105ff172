package dev.catstore.persistence.jooq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.KeyReusedException;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.NoSuchCatException;
import dev.catstore.domain.StaleRevisionException;
import dev.catstore.domain.StoreUnavailableException;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What calls that share a statement return, and whom they wait for. */
final class CoalescingTest extends CoalescingTestCase {
  private static final int HALF = MANY / 2;

  @Test
  void finds_thatShareAStatement_findEachItsOwn() throws Exception {
    List<Cat> added = IntStream.range(0, MANY).mapToObj(i -> cats.add(cat(i))).toList();
    List<Callable<Optional<Cat>>> finds = new ArrayList<>();
    for (Cat cat : added) {
      finds.add(() -> cats.find(cat.id()));
    }
    finds.add(() -> cats.find(added.get(0).id()));
    finds.add(() -> cats.find(Long.MAX_VALUE));
    finds.add(() -> cats.find(-1));
    List<Caller<Optional<Cat>>> callers = together("access exclusive", 2, finds);
    for (int i = 0; i < MANY; i++) {
      assertThat(callers.get(i).answer()).contains(added.get(i));
    }
    assertThat(callers.get(MANY).answer()).contains(added.get(0));
    assertThat(callers.get(MANY + 1).answer()).isEmpty();
    assertThat(callers.get(MANY + 2).answer()).isEmpty();
  }

  @Test
  void adds_thatShareAStatement_addEachItsOwn() throws Exception {
    List<NewCat> given = new ArrayList<>(IntStream.range(0, MANY).mapToObj(this::cat).toList());
    given.addAll(List.of(TOM, TOM, new NewCat("{\"a\",\\N,null}", 0, "'; --\uD83D\uDC31")));
    List<Callable<Cat>> adds = new ArrayList<>();
    given.forEach(cat -> adds.add(() -> cats.add(cat)));
    List<Caller<Cat>> callers = together("share row exclusive", 2, adds);
    List<Cat> added = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      Cat cat = callers.get(i).answer();
      assertThat(cat).isEqualTo(given.get(i).withId(cat.id()));
      assertThat(cats.find(cat.id())).contains(cat);
      added.add(cat);
    }
    assertThat(added).extracting(Cat::id).doesNotHaveDuplicates();
    assertThat(database.query("select count(*) from cats")).isEqualTo(Integer.toString(MANY + 3));
    assertThat(transactions()).isIn("3", "4");
  }

  @Test
  void adds_underKeysThatShareAStatement_addEachOnce() throws Exception {
    var tom = new NewCat("Tom", 7, "manx");
    Cat before = cats.add(tom, new IdempotencyKey("before"));
    JooqCatStore.on(database.pool())
        .addAll(List.of(tom).iterator(), BulkOptions.under(new IdempotencyKey("many")));
    List<Callable<Cat>> adds = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      NewCat cat = cat(i % HALF);
      adds.add(() -> cats.add(cat, new IdempotencyKey("key-" + cat.price())));
    }
    adds.add(() -> cats.add(tom, new IdempotencyKey("before")));
    adds.add(() -> cats.add(TOM, new IdempotencyKey("before")));
    adds.add(() -> cats.add(tom, new IdempotencyKey("many")));
    List<Caller<Cat>> callers = together("share row exclusive", 2, adds);
    for (int i = 0; i < HALF; i++) {
      Cat added = callers.get(i).answer();
      assertThat(added).isEqualTo(cat(i).withId(added.id()));
      assertThat(callers.get(i + HALF).answer()).isEqualTo(added);
      assertThat(cats.find(added.id())).contains(added);
    }
    assertThat(callers.get(MANY).answer()).isEqualTo(before);
    assertFails(callers.get(MANY + 1), KeyReusedException.class);
    assertFails(callers.get(MANY + 2), KeyReusedException.class);
    assertThat(database.query("select count(*) from cats")).isEqualTo(Integer.toString(HALF + 2));
  }

  @Test
  void edits_thatShareAStatement_editEachItsOwn() throws Exception {
    List<Cat> added = IntStream.range(0, MANY).mapToObj(i -> cats.add(cat(i))).toList();
    List<Callable<Cat>> edits = new ArrayList<>();
    List<CatEdit> given = new ArrayList<>();
    for (Cat cat : added) {
      CatEdit edit =
          switch ((int) cat.id() % 4) {
            case 0 -> CatEdit.name("new " + cat.id());
            case 1 -> CatEdit.price(1);
            case 2 -> CatEdit.breed("manx");
            default -> CatEdit.replacement(TOM);
          };
      given.add(edit);
      CatRef which = cat.id() % 3 == 0 ? cat.ref() : CatRef.of(cat.id());
      edits.add(() -> cats.edit(which, edit));
    }
    edits.add(() -> cats.edit(CatRef.of(Long.MAX_VALUE), CatEdit.price(1)));
    edits.add(() -> cats.edit(CatRef.of(Long.MAX_VALUE - 1, 7), CatEdit.price(1)));
    List<Caller<Cat>> callers = together("share row exclusive", 1, edits);
    for (int i = 0; i < MANY; i++) {
      Cat edited = added.get(i).edited(given.get(i));
      assertThat(callers.get(i).answer()).isEqualTo(edited);
      assertThat(cats.find(edited.id())).contains(edited);
    }
    assertFails(callers.get(MANY), NoSuchCatException.class);
    assertFails(callers.get(MANY + 1), NoSuchCatException.class);
    assertThat(transactions()).isEqualTo("2");
  }

  @Test
  void edits_ofOneCat_happenInTheirOrder_andOneOfTwoAtTheSameRevisionIsRefused() throws Exception {
    Cat tom = cats.add(TOM);
    Cat other = cats.add(TOM);
    List<Callable<Cat>> edits = new ArrayList<>();
    edits.add(() -> cats.edit(CatRef.of(tom.id()), CatEdit.price(1)));
    edits.add(() -> cats.edit(CatRef.of(tom.id(), 2), CatEdit.price(2)));
    edits.add(() -> cats.edit(other.ref(), CatEdit.price(9)));
    edits.add(() -> cats.edit(CatRef.of(tom.id(), 2), CatEdit.price(3)));
    edits.add(() -> cats.edit(CatRef.of(tom.id()), CatEdit.price(4)));
    List<Caller<Cat>> callers = together("share row exclusive", 1, edits);
    assertThat(callers.get(0).answer().price()).isEqualTo(1);
    assertThat(callers.get(1).answer()).isEqualTo(new Cat(tom.id(), "Tom", 2, "bengal", 3));
    assertThat(callers.get(2).answer().price()).isEqualTo(9);
    assertFails(callers.get(3), StaleRevisionException.class);
    assertThat(callers.get(4).answer()).isEqualTo(new Cat(tom.id(), "Tom", 4, "bengal", 4));
  }

  @Test
  void edits_besideARowThatSomebodyElseHasLocked_waitForItBriefly() throws Exception {
    List<Cat> added = IntStream.range(0, 4).mapToObj(i -> cats.add(cat(i))).toList();
    List<Callable<Cat>> edits = new ArrayList<>();
    for (Cat cat : added) {
      edits.add(() -> cats.edit(cat.ref(), CatEdit.price(77)));
    }
    List<Caller<Cat>> callers;
    try (Connection first = lockingRow(added.get(0));
        Connection second = lockingRow(added.get(1))) {
      callers = start(edits, 1);
      first.rollback();
      assertThat(callers.get(2).answer().revision()).isEqualTo(2);
      assertThat(callers.get(3).answer().revision()).isEqualTo(2);
      assertThat(callers.get(1).isDone()).isFalse();
      second.rollback();
    }
    assertThat(callers.get(1).answer().revision()).isEqualTo(2);
  }

  @Test
  void edits_behindOneThatWaitsForALock_areDoneMeanwhile() throws Exception {
    SingleCats impatient = SingleCats.on(configuration());
    Cat locked = impatient.add(TOM);
    Cat free = impatient.add(TOM);
    Caller<Cat> waiting;
    Caller<Cat> behindIt;
    try (Connection holder = lockingRow(locked)) {
      waiting = new Caller<>(() -> impatient.edit(locked.ref(), CatEdit.price(1)));
      waiting.start();
      awaitWaiting(1);
      behindIt = new Caller<>(() -> impatient.edit(CatRef.of(locked.id()), CatEdit.price(2)));
      behindIt.start();
      assertThat(impatient.edit(free.ref(), CatEdit.price(3)).revision()).isEqualTo(2);
      awaitWaiting(2);
      holder.rollback();
    }
    assertThat(waiting.answer()).isEqualTo(new Cat(locked.id(), "Tom", 1, "bengal", 2));
    assertThat(behindIt.answer()).isEqualTo(new Cat(locked.id(), "Tom", 2, "bengal", 3));
  }

  @Test
  void add_interruptedInTheQueue_isUnavailableAndAddsNothing() throws Exception {
    List<Callable<Cat>> adds = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      adds.add(() -> cats.add(TOM));
    }
    List<Caller<Cat>> callers;
    try (Connection holder = locking("share row exclusive")) {
      callers = start(adds, 2);
      callers.get(2).interrupt();
      assertFails(callers.get(2), StoreUnavailableException.class)
          .hasCauseInstanceOf(InterruptedException.class);
      holder.rollback();
    }
    assertThat(callers.get(3).answer().name()).isEqualTo("Tom");
    callers.get(0).answer();
    callers.get(1).answer();
    assertThat(database.query("select count(*) from cats")).isEqualTo("3");
  }
}
