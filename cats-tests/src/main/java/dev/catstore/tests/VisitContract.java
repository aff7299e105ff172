package dev.catstore.tests;

import static dev.catstore.domain.CatFilter.ALL;
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
import dev.catstore.domain.CatVisitor;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.PageRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Visiting every cat. */
public interface VisitContract extends StoreSubject {
  @Test
  default void each_emptyStore_showsNothing() {
    assertThat(Samples.all(store())).isEmpty();
  }

  @Test
  default void each_cats_areShownOnceInTheOrderOfTheirIds() {
    store().addAll(Samples.cats(10_000));
    Cat last = store().add(TOM);
    Cat edited =
        store().edit(CatRef.of(Samples.all(store()).get(4_000).id()), CatEdit.replacement(KITTY));

    List<Cat> all = Samples.all(store());

    assertThat(all)
        .hasSize(10_001)
        .isSortedAccordingTo(Comparator.comparingLong(Cat::id))
        .contains(edited, last);
    assertThat(new HashSet<>(all.stream().map(Cat::id).toList())).hasSize(10_001);
  }

  @Test
  default void each_filter_showsWhatItAcceptsInTheOrderOfTheIds() {
    store().addAll(Samples.cats(3_000));
    for (CatFilter filter :
        List.of(
            ALL.withBreed("breed 3"),
            ALL.withNamePart("T 29"),
            ALL.withMinPrice(100).withMaxPrice(2_900),
            ALL.withBreed("breed 3").withNamePart("33").withMinPrice(333).withMaxPrice(2_333),
            ALL.withBreed("none"))) {
      assertThat(Samples.each(store(), filter))
          .isEqualTo(Samples.all(store()).stream().filter(filter::accepts).toList());
    }
  }

  @Test
  default void each_anyText_isShownCodePointByCodePoint() {
    var added = new ArrayList<Cat>();
    for (NewCat cat : Samples.catsOfTexts()) {
      added.add(store().add(cat));
    }

    assertThat(Samples.all(store())).containsExactlyInAnyOrderElementsOf(added);
  }

  @Test
  default void each_visitor_isCalledInTheThreadOfTheCaller() {
    store().addAll(Samples.cats(3_000));
    var threads = new HashSet<Thread>();
    store().each(ALL, cat -> threads.add(Thread.currentThread()));

    assertThat(threads).containsExactly(Thread.currentThread());
  }

  @Test
  default void each_visitorThrows_comesOutUnchangedAndNoFurtherCatIsShown() {
    store().addAll(Samples.cats(3_000));
    for (int at : new int[] {1, 1_500, 3_000}) {
      for (Throwable failure : ThrownOnPurpose.all()) {
        var shown = new AtomicInteger();

        Throwable thrown =
            catchThrowable(
                () ->
                    store()
                        .each(
                            ALL,
                            cat -> {
                              if (shown.incrementAndGet() == at) {
                                throw ThrownOnPurpose.<RuntimeException>sneak(failure);
                              }
                            }));

        assertThat(thrown).isSameAs(failure);
        assertThat(shown).hasValue(at);
      }
    }
  }

  @Test
  default void each_visitorThrowsCheckedException_isThrownAsItsType() {
    store().add(TOM);
    var failure = new ThrownOnPurpose.Trouble();
    CatVisitor<ThrownOnPurpose.Trouble> visitor =
        cat -> {
          throw failure;
        };
    try {
      store().each(ALL, visitor);
    } catch (ThrownOnPurpose.Trouble e) {
      assertThat(e).isSameAs(failure);
      return;
    }
    throw new AssertionError("the exception of the visitor was lost");
  }

  @Test
  default void each_brokenOffAgainAndAgain_leavesTheStoreAtWork() {
    CatStore store = store();
    store.addAll(Samples.cats(2_500));
    var failure = new IllegalStateException("thrown on purpose");
    for (int i = 0; i < 200; i++) {
      var shown = new AtomicInteger();
      assertThat(
              catchThrowable(
                  () ->
                      store.each(
                          ALL,
                          cat -> {
                            if (shown.incrementAndGet() == 1_200) {
                              throw failure;
                            }
                          })))
          .isSameAs(failure);
    }

    store.add(TOM);
    assertThat(Samples.all(store)).hasSize(2_501);
  }

  @Test
  default void each_visitorThatReads_seesTheStore() {
    CatStore store = store();
    store.addAll(Samples.cats(5));
    var shown = new AtomicInteger();

    store.each(
        ALL,
        cat -> {
          shown.incrementAndGet();
          assertThat(store.find(cat.id())).contains(cat);
          assertThat(store.count(ALL)).isEqualTo(5);
          assertThat(store.page(PageRequest.FIRST).cats()).contains(cat);
          assertThat(Samples.all(store)).contains(cat);
          assertThat(Samples.breeds(store)).hasSize(5);
        });

    assertThat(shown).hasValue(5);
  }

  @Test
  default void each_visitorThatWrites_isNotInItsWay() {
    CatStore store = store();
    store.addAll(Samples.cats(10));
    List<Cat> before = Samples.all(store);

    store.each(
        ALL.withMaxPrice(4),
        cat -> {
          assertThat(store.edit(cat.ref(), CatEdit.price(9_000)).price()).isEqualTo(9_000);
          assertThat(store.remove(CatRef.of(before.get(5 + cat.price()).id()))).isTrue();
          store.add(new NewCat("added", 8_000, "manx"));
          store.addAll(List.of(new NewCat("added", 8_000, "manx")).iterator());
        });

    assertThat(store.count(ALL.withMinPrice(9_000))).isEqualTo(5);
    assertThat(store.count(ALL.withBreed("manx"))).isEqualTo(10);
    assertThat(store.count(ALL)).isEqualTo(15);
  }

  @Test
  default void each_byManyThreads_showsEachEverything() throws Exception {
    CatStore store = store();
    store.addAll(Samples.cats(1_000));
    List<Cat> all = Samples.all(store);

    assertThat(Parallel.run(Parallel.THREADS, thread -> Samples.all(store).equals(all)))
        .containsOnly(true);
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  default void each_null_isRefused() {
    assertThatNullPointerException().isThrownBy(() -> store().each(null, cat -> {}));
    assertThatNullPointerException()
        .isThrownBy(() -> store().each(ALL, (CatVisitor<RuntimeException>) null));
    store().add(TOM);
    assertThatNullPointerException()
        .isThrownBy(() -> store().each(ALL, (CatVisitor<RuntimeException>) null));
  }
}
