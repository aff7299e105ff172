package dev.catstore.tests;

import static dev.catstore.tests.Samples.E_COMPOSED;
import static dev.catstore.tests.Samples.E_DECOMPOSED;
import static dev.catstore.tests.Samples.KITTY;
import static dev.catstore.tests.Samples.TOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Adding one cat. */
public interface AddContract extends StoreSubject {
  @Test
  default void add_newCat_returnsItWithAPositiveIdAndRevision1() {
    Cat cat = store().add(TOM);

    assertThat(cat.id()).isPositive();
    assertThat(cat).isEqualTo(new Cat(cat.id(), "Tom", 500, "siamese", 1));
  }

  @Test
  default void add_newCat_isThereAfterwards() {
    Cat cat = store().add(TOM);

    assertThat(Samples.all(store())).containsExactly(cat);
  }

  @Test
  default void add_sameCatTwice_makesTwo() {
    Cat first = store().add(TOM);
    Cat second = store().add(TOM);

    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(Samples.all(store())).containsExactlyInAnyOrder(first, second);
  }

  @Test
  default void add_oneAfterTheOther_givesGrowingIds() {
    var ids = new ArrayList<Long>();
    for (int i = 0; i < 50; i++) {
      ids.add(store().add(Samples.cat(i)).id());
    }

    assertThat(ids).doesNotHaveDuplicates().isSorted();
  }

  @Test
  default void add_afterTheLastCatWasRemoved_givesAnIdThatWasNeverGiven() {
    var ids = new ArrayList<Long>();
    for (int i = 0; i < 10; i++) {
      Cat cat = store().add(TOM);
      ids.add(cat.id());
      assertThat(store().remove(cat.ref())).isTrue();
    }

    assertThat(ids).doesNotHaveDuplicates();
  }

  @Test
  default void add_afterAnEarlierCatWasRemoved_givesAnIdThatWasNeverGiven() {
    Cat removed = store().add(TOM);
    Cat kept = store().add(KITTY);
    store().remove(CatRef.of(removed.id()));

    assertThat(store().add(TOM).id()).isNotIn(removed.id(), kept.id());
  }

  @Test
  default void add_lowestAndHighestPrice_areKept() {
    Cat lowest = store().add(new NewCat("Tom", 0, "siamese"));
    Cat highest = store().add(new NewCat("Tom", Integer.MAX_VALUE, "siamese"));

    assertThat(lowest.price()).isZero();
    assertThat(highest.price()).isEqualTo(Integer.MAX_VALUE);
    assertThat(store().find(lowest.id())).contains(lowest);
    assertThat(store().find(highest.id())).contains(highest);
  }

  @Test
  default void add_anyText_isKeptCodePointByCodePoint() {
    for (NewCat cat : Samples.catsOfTexts()) {
      Cat added = store().add(cat);

      assertThat(added).isEqualTo(cat.withId(added.id()));
      assertThat(store().find(added.id())).contains(added);
    }
  }

  @Test
  default void add_composedAndDecomposedText_areNotMadeOne() {
    Cat composed = store().add(new NewCat(E_COMPOSED, 1, E_COMPOSED));
    Cat decomposed = store().add(new NewCat(E_DECOMPOSED, 1, E_DECOMPOSED));

    assertThat(store().find(composed.id()).orElseThrow().name()).isEqualTo(E_COMPOSED);
    assertThat(store().find(decomposed.id()).orElseThrow().name()).isEqualTo(E_DECOMPOSED);
  }

  @Test
  default void add_byManyThreads_givesEachCatAnIdOfItsOwn() throws Exception {
    CatStore store = store();

    List<List<Cat>> added =
        Parallel.run(
            Parallel.THREADS,
            thread -> {
              var mine = new ArrayList<Cat>();
              for (int i = 0; i < 20; i++) {
                mine.add(store.add(Samples.cat(thread * 20 + i)));
              }
              return mine;
            });

    List<Cat> all = added.stream().flatMap(List::stream).toList();
    assertThat(new HashSet<>(all.stream().map(Cat::id).toList())).hasSize(Parallel.THREADS * 20);
    assertThat(Samples.all(store)).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  default void add_onceItHasReturned_isSeenByEveryThread() throws Exception {
    CatStore store = store();
    for (int i = 0; i < 10; i++) {
      Cat cat = store.add(Samples.cat(i));

      assertThat(Parallel.run(4, thread -> store.find(cat.id()).equals(Optional.of(cat))))
          .containsOnly(true);
    }
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  default void add_null_isRefused() {
    assertThatNullPointerException().isThrownBy(() -> store().add(null));
    assertThat(Samples.all(store())).isEmpty();
  }
}
