package dev.catstore.tests;

import static dev.catstore.tests.Samples.KITTY;
import static dev.catstore.tests.Samples.TOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.NoSuchCatException;
import dev.catstore.domain.StaleRevisionException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Changing one cat. */
public interface EditContract extends StoreSubject {
  @Test
  default void edit_oneField_changesThatFieldAlone() {
    Cat tom = store().add(TOM);
    CatRef ref = CatRef.of(tom.id());

    assertThat(store().edit(ref, CatEdit.name("Thomas")))
        .isEqualTo(new Cat(tom.id(), "Thomas", 500, "siamese", 2));
    assertThat(store().edit(ref, CatEdit.price(7)))
        .isEqualTo(new Cat(tom.id(), "Thomas", 7, "siamese", 3));
    assertThat(store().edit(ref, CatEdit.breed("manx")))
        .isEqualTo(new Cat(tom.id(), "Thomas", 7, "manx", 4));
    assertThat(Samples.all(store())).containsExactly(new Cat(tom.id(), "Thomas", 7, "manx", 4));
  }

  @Test
  default void edit_twoFields_changesBothAndNotTheThird() {
    Cat tom = store().add(TOM);

    Cat edited =
        store()
            .edit(
                tom.ref(),
                new CatEdit(Optional.of("Thomas"), OptionalInt.empty(), Optional.of("manx")));

    assertThat(edited).isEqualTo(new Cat(tom.id(), "Thomas", 500, "manx", 2));
    assertThat(store().find(tom.id())).contains(edited);
  }

  @Test
  default void edit_allFields_keepsTheIdAlone() {
    Cat tom = store().add(TOM);
    Cat edited = store().edit(CatRef.of(tom.id()), CatEdit.replacement(KITTY));

    assertThat(edited).isEqualTo(new Cat(tom.id(), "Kitty", 70, "bengal", 2));
    assertThat(store().find(tom.id())).contains(edited);
  }

  @Test
  default void edit_oneCat_leavesTheOthersAlone() {
    Cat before = store().add(TOM);
    Cat tom = store().add(TOM);
    Cat after = store().add(TOM);
    Cat edited = store().edit(CatRef.of(tom.id()), CatEdit.price(7));

    assertThat(Samples.all(store())).containsExactlyInAnyOrder(before, edited, after);
  }

  @Test
  default void edit_whatWasThereAlready_stillGrowsTheRevision() {
    Cat tom = store().add(TOM);

    assertThat(store().edit(tom.ref(), CatEdit.replacement(TOM)))
        .isEqualTo(new Cat(tom.id(), "Tom", 500, "siamese", 2));
    assertThat(store().edit(CatRef.of(tom.id()), CatEdit.price(500)).revision()).isEqualTo(3);
    assertThat(store().find(tom.id()).orElseThrow().revision()).isEqualTo(3);
  }

  @Test
  default void edit_atTheExpectedRevision_isDone() {
    Cat cat = store().add(TOM);
    for (int price = 0; price < 5; price++) {
      Cat edited = store().edit(cat.ref(), CatEdit.price(price));

      assertThat(edited).isEqualTo(cat.edited(CatEdit.price(price)));
      cat = edited;
    }
    assertThat(cat.revision()).isEqualTo(6);
  }

  @Test
  default void edit_atARevisionThatTheCatDoesNotHave_isRefusedAndChangesNothing() {
    Cat tom = store().add(TOM);
    Cat now = store().edit(tom.ref(), CatEdit.price(7));

    for (long revision : new long[] {1, 3, Long.MAX_VALUE}) {
      CatRef stale = CatRef.of(tom.id(), revision);
      assertThatExceptionOfType(StaleRevisionException.class)
          .isThrownBy(() -> store().edit(stale, CatEdit.replacement(KITTY)))
          .satisfies(e -> assertThat(e.ref()).isEqualTo(stale));
    }
    assertThat(Samples.all(store())).containsExactly(now);
  }

  @Test
  default void edit_whatIsThereAlreadyAtAStaleRevision_isRefused() {
    Cat tom = store().add(TOM);
    Cat now = store().edit(tom.ref(), CatEdit.price(7));

    assertThatExceptionOfType(StaleRevisionException.class)
        .isThrownBy(() -> store().edit(tom.ref(), CatEdit.price(7)));
    assertThat(store().find(tom.id())).contains(now);
  }

  @Test
  default void edit_noSuchCat_isRefused() {
    Cat tom = store().add(TOM);

    for (long id : new long[] {tom.id() + 1_000, tom.id() + (1L << 32), Long.MAX_VALUE}) {
      assertThatExceptionOfType(NoSuchCatException.class)
          .isThrownBy(() -> store().edit(CatRef.of(id), CatEdit.price(7)))
          .satisfies(e -> assertThat(e.id()).isEqualTo(id));
    }
    assertThat(Samples.all(store())).containsExactly(tom);
  }

  @Test
  default void edit_noSuchCatAtARevision_isNoSuchCatAndNotStale() {
    Cat tom = store().add(TOM);
    store().remove(tom.ref());

    for (long revision : new long[] {1, 2, Long.MAX_VALUE}) {
      assertThatExceptionOfType(NoSuchCatException.class)
          .isThrownBy(() -> store().edit(CatRef.of(tom.id(), revision), CatEdit.price(7)))
          .satisfies(e -> assertThat(e.id()).isEqualTo(tom.id()));
    }
    assertThat(Samples.all(store())).isEmpty();
  }

  @Test
  default void edit_lowestAndHighestPrice_areKept() {
    Cat tom = store().add(TOM);
    for (int price : new int[] {0, Integer.MAX_VALUE}) {
      assertThat(store().edit(CatRef.of(tom.id()), CatEdit.price(price)).price()).isEqualTo(price);
      assertThat(store().find(tom.id()).orElseThrow().price()).isEqualTo(price);
    }
  }

  @Test
  default void edit_anyText_isKeptCodePointByCodePoint() {
    Cat cat = store().add(TOM);
    for (NewCat text : Samples.catsOfTexts()) {
      CatEdit edit = CatEdit.replacement(text);
      Cat edited = store().edit(cat.ref(), edit);

      assertThat(edited).isEqualTo(cat.edited(edit));
      assertThat(store().find(cat.id())).contains(edited);
      cat = edited;
    }
  }

  @Test
  default void edit_oneCatByManyThreads_givesEveryRevisionOnce() throws Exception {
    CatStore store = store();
    Cat tom = store.add(TOM);

    List<List<Long>> revisions =
        Parallel.run(
            Parallel.THREADS,
            thread -> {
              var mine = new ArrayList<Long>();
              for (int i = 0; i < 50; i++) {
                int price = thread * 50 + i;
                Cat edited = store.edit(CatRef.of(tom.id()), CatEdit.price(price));
                assertThat(edited.price()).isEqualTo(price);
                mine.add(edited.revision());
              }
              assertThat(mine).isSorted();
              return mine;
            });

    int edits = Parallel.THREADS * 50;
    assertThat(revisions.stream().flatMap(List::stream).sorted())
        .containsExactlyElementsOf(LongStream.rangeClosed(2, edits + 1).boxed().toList());
    assertThat(store.find(tom.id()).orElseThrow().revision()).isEqualTo(edits + 1);
  }

  @Test
  default void edit_sameRevisionByManyThreads_isDoneOnce() throws Exception {
    CatStore store = store();
    store.addAll(Samples.cats(50));
    List<Cat> cats = Samples.all(store);

    List<List<Cat>> won =
        Parallel.run(
            Parallel.THREADS,
            thread -> {
              var mine = new ArrayList<Cat>();
              for (Cat cat : cats) {
                try {
                  mine.add(store.edit(cat.ref(), CatEdit.price(1_000 + thread)));
                } catch (StaleRevisionException e) {
                  assertThat(e.ref()).isEqualTo(cat.ref());
                }
              }
              return mine;
            });

    assertThat(won.stream().flatMap(List::stream))
        .hasSize(50)
        .allMatch(cat -> cat.revision() == 2)
        .containsExactlyInAnyOrderElementsOf(Samples.all(store));
  }

  @Test
  default void edit_otherFieldsByOtherThreads_losesNone() throws Exception {
    CatStore store = store();
    for (int round = 0; round < 20; round++) {
      Cat tom = store.add(TOM);
      List<CatEdit> edits =
          List.of(CatEdit.name("Thomas"), CatEdit.price(7), CatEdit.breed("manx"));

      List<Cat> answers =
          Parallel.run(3, thread -> store.edit(CatRef.of(tom.id()), edits.get(thread)));

      Cat last = Collections.max(answers, (a, b) -> Long.compare(a.revision(), b.revision()));
      assertThat(last).isEqualTo(new Cat(tom.id(), "Thomas", 7, "manx", 4));
      assertThat(store.find(tom.id())).contains(last);
    }
  }

  @Test
  default void edit_whileOthersRead_isSeenWhollyOrNotAtAll() throws Exception {
    CatStore store = store();
    Cat cat = store.add(new NewCat("1", 1, "1"));

    Parallel.run(
        4,
        thread -> {
          for (int i = 1; i <= 100; i++) {
            if (thread == 0) {
              String text = Integer.toString(i + 1);
              store.edit(CatRef.of(cat.id()), CatEdit.replacement(new NewCat(text, i + 1, text)));
            } else {
              Cat seen = store.find(cat.id()).orElseThrow();
              assertThat(List.of(seen.name(), seen.breed(), Long.toString(seen.revision())))
                  .containsOnly(Integer.toString(seen.price()));
            }
          }
          return thread;
        });
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  default void edit_null_isRefused() {
    Cat tom = store().add(TOM);

    assertThatNullPointerException().isThrownBy(() -> store().edit(null, CatEdit.price(7)));
    assertThatNullPointerException().isThrownBy(() -> store().edit(tom.ref(), null));
    assertThatNullPointerException()
        .isThrownBy(() -> store().edit(CatRef.of(Long.MAX_VALUE), null));
    assertThat(Samples.all(store())).containsExactly(tom);
  }
}
