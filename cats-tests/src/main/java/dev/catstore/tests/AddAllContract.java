package dev.catstore.tests;

import static dev.catstore.tests.Samples.KITTY;
import static dev.catstore.tests.Samples.TOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Adding many cats. */
public interface AddAllContract extends StoreSubject {
  @Test
  default void addAll_cats_areThereWithNewIdsAndRevision1() {
    Cat before = store().add(KITTY);

    assertThat(store().addAll(List.of(TOM, KITTY, TOM).iterator())).isEqualTo(3);

    List<Cat> all = Samples.all(store());
    assertThat(all).hasSize(4).contains(before).allMatch(cat -> cat.revision() == 1);
    assertThat(new HashSet<>(all.stream().map(Cat::id).toList())).hasSize(4);
    assertThat(all.stream().map(Samples::withoutId))
        .containsExactlyInAnyOrder(KITTY, TOM, KITTY, TOM);
  }

  @Test
  default void addAll_cats_getIdsInTheOrderInWhichTheyCome() {
    List<NewCat> cats = new ArrayList<>();
    Samples.cats(3_000).forEachRemaining(cats::add);
    store().addAll(cats.iterator());

    assertThat(Samples.all(store()).stream().map(Samples::withoutId))
        .containsExactlyElementsOf(cats);
  }

  @Test
  default void addAll_none_returnsZero() {
    assertThat(store().addAll(List.<NewCat>of().iterator())).isZero();
    assertThat(Samples.all(store())).isEmpty();
  }

  @Test
  default void addAll_twentyThousand_areAllThere() {
    assertThat(store().addAll(Samples.cats(20_000))).isEqualTo(20_000);

    assertThat(store().count(CatFilter.ALL)).isEqualTo(20_000);
    var prices = new HashSet<Integer>();
    store().each(CatFilter.ALL, cat -> prices.add(cat.price()));
    assertThat(prices).hasSize(20_000);
  }

  @Test
  default void addAll_anyText_isKeptCodePointByCodePoint() {
    List<NewCat> cats = Samples.catsOfTexts();

    assertThat(store().addAll(cats.iterator())).isEqualTo(cats.size());

    assertThat(Samples.all(store()).stream().map(Samples::withoutId))
        .containsExactlyInAnyOrderElementsOf(cats);
  }

  @Test
  default void addAll_lowestAndHighestPrice_areKept() {
    List<NewCat> cats =
        List.of(new NewCat("Tom", 0, "x"), new NewCat("Tom", Integer.MAX_VALUE, "x"));
    store().addAll(cats.iterator());

    assertThat(Samples.all(store()).stream().map(Cat::price))
        .containsExactlyInAnyOrder(0, Integer.MAX_VALUE);
  }

  @Test
  default void addAll_thenOthers_givesIdsThatWereNeverGiven() {
    store().addAll(Samples.cats(100));
    Cat one = store().add(TOM);
    store().addAll(Samples.cats(100));
    Cat two = store().add(TOM);

    List<Long> ids = Samples.all(store()).stream().map(Cat::id).toList();
    assertThat(ids).hasSize(202).doesNotHaveDuplicates().contains(one.id(), two.id());
  }

  @Test
  default void addAll_catsThatWereAdded_canBeEditedAndRemoved() {
    store().addAll(List.of(TOM, KITTY).iterator());
    List<Cat> all = Samples.all(store());

    Cat edited = store().edit(all.get(0).ref(), CatEdit.price(7));
    assertThat(store().remove(all.get(1).ref())).isTrue();
    assertThat(Samples.all(store())).containsExactly(edited);
  }

  @Test
  default void addAll_iterator_isPulledInTheThreadOfTheCaller() {
    var threads = new HashSet<Thread>();
    store()
        .addAll(
            new RecordingIterator<>(
                Samples::cat, 5_000, pull -> threads.add(Thread.currentThread())));

    assertThat(threads).containsExactly(Thread.currentThread());
  }

  @Test
  default void addAll_iterator_isPulledOnceAndNotAfterTheReturn() {
    var cats = new RecordingIterator<>(Samples::cat, 5_000, pull -> {});
    assertThat(store().addAll(cats)).isEqualTo(5_000);

    cats.close();
    store().addAll(Samples.cats(10));
    assertThat(cats.pulls).isEqualTo(5_000);
    assertThat(cats.pullsAfterClose).isZero();
    assertThat(store().count(CatFilter.ALL)).isEqualTo(5_010);
  }

  @Test
  default void addAll_iteratorThrowsFromNext_comesOutUnchangedAndNothingStays() {
    CatStore store = store();
    for (int at : new int[] {0, 1, 2_500}) {
      for (Throwable failure : ThrownOnPurpose.at(at)) {
        var cats = RecordingIterator.failingAt(at, failure, Samples::cat, 5_000);

        assertThat(catchThrowable(() -> store.addAll(cats))).isSameAs(failure);
        cats.close();
        assertThat(store.count(CatFilter.ALL)).isZero();
        assertThat(cats.pulls).isEqualTo(at + 1);
        assertThat(cats.pullsAfterClose).isZero();
      }
    }
  }

  @Test
  default void addAll_iteratorThrowsFromHasNext_comesOutUnchangedAndNothingStays() {
    CatStore store = store();
    for (int at : new int[] {0, 1, 2_500}) {
      for (Throwable failure : ThrownOnPurpose.at(at)) {
        var cats =
            new RecordingIterator<>(Samples::cat, at, pull -> {}) {
              @Override
              public boolean hasNext() {
                if (!super.hasNext()) {
                  throw ThrownOnPurpose.<RuntimeException>sneak(failure);
                }
                return true;
              }
            };

        assertThat(catchThrowable(() -> store.addAll(cats))).isSameAs(failure);
        assertThat(store.count(CatFilter.ALL)).isZero();
      }
    }
  }

  @Test
  default void addAll_failsAgainAndAgain_leavesTheStoreAtWork() {
    CatStore store = store();
    var failure = new IllegalStateException("thrown on purpose");
    for (int i = 0; i < 200; i++) {
      var cats = RecordingIterator.failingAt(5, failure, Samples::cat, 10);
      assertThat(catchThrowable(() -> store.addAll(cats))).isSameAs(failure);
    }

    assertThat(store.addAll(Samples.cats(10))).isEqualTo(10);
    assertThat(store.count(CatFilter.ALL)).isEqualTo(10);
  }

  @Test
  default void addAll_listChangedAfterTheReturn_leavesTheStoreAsItIs() {
    var cats = new ArrayList<>(List.of(TOM, KITTY));
    store().addAll(cats.iterator());
    cats.clear();

    assertThat(Samples.all(store()).stream().map(Samples::withoutId))
        .containsExactlyInAnyOrder(TOM, KITTY);
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  default void addAll_null_isRefusedAndNothingStays() {
    assertThatNullPointerException().isThrownBy(() -> store().addAll(null));
    assertThatNullPointerException()
        .isThrownBy(() -> store().addAll(Arrays.asList(TOM, null, KITTY).iterator()));
    assertThat(Samples.all(store())).isEmpty();
  }

  @Test
  default void addAll_removedAgain_leavesNothing() {
    store().addAll(Samples.cats(20));
    for (Cat cat : Samples.all(store())) {
      assertThat(store().remove(CatRef.of(cat.id()))).isTrue();
    }

    assertThat(store().count(CatFilter.ALL)).isZero();
  }
}
