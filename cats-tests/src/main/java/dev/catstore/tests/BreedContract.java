package dev.catstore.tests;

import static dev.catstore.tests.Samples.E_COMPOSED;
import static dev.catstore.tests.Samples.E_DECOMPOSED;
import static dev.catstore.tests.Samples.GRIN;
import static dev.catstore.tests.Samples.REPLACEMENT;
import static dev.catstore.tests.Samples.TOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.catstore.domain.BreedSummary;
import dev.catstore.domain.BreedVisitor;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatSort;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Visiting every breed. */
public interface BreedContract extends StoreSubject {
  @Test
  default void eachBreed_emptyStore_showsNothing() {
    assertThat(Samples.breeds(store())).isEmpty();
  }

  @Test
  default void eachBreed_cats_areSummedUp() {
    addPrices("one", 7);
    addPrices("two", 100, 201);
    addPrices("thirds", 0, 0, 1);
    addPrices("free", 0, 0);

    assertThat(Samples.breeds(store()))
        .containsExactly(
            new BreedSummary("free", 2, 0, 0.0, 0),
            new BreedSummary("one", 1, 7, 7.0, 7),
            new BreedSummary("thirds", 3, 0, 1.0 / 3, 1),
            new BreedSummary("two", 2, 100, 150.5, 201));
  }

  @Test
  default void eachBreed_highestPrices_areSummedExactly() {
    int max = Integer.MAX_VALUE;
    addPrices("three", max, max, max);
    addPrices("two", max, max - 1);
    addPrices("with 0", 0, max, max);

    assertThat(Samples.breeds(store()))
        .containsExactly(
            BreedSummary.of("three", 3, max, 3L * max, max),
            BreedSummary.of("two", 2, max - 1, 2L * max - 1, max),
            BreedSummary.of("with 0", 3, 0, 2L * max, max));
  }

  @Test
  default void eachBreed_thousandsOfCats_haveTheMeanOfTheExactSum() {
    long sum = 0;
    var cats = new ArrayList<NewCat>();
    for (int i = 0; i < 7_001; i++) {
      int price = Integer.MAX_VALUE - i * 31;
      sum += price;
      cats.add(new NewCat("cat", price, "manx"));
    }
    store().addAll(cats.iterator());

    assertThat(Samples.breeds(store()))
        .containsExactly(
            BreedSummary.of("manx", 7_001, Integer.MAX_VALUE - 7_000 * 31, sum, Integer.MAX_VALUE));
  }

  @Test
  default void eachBreed_breeds_goByCodePoint() {
    List<String> sorted =
        List.of(
            "A", "Z", "a", "a b", "ab", E_DECOMPOSED, "z", "\u00C4", E_COMPOSED, REPLACEMENT, GRIN);
    for (String breed :
        List.of(
            GRIN,
            "z",
            E_COMPOSED,
            "ab",
            "A",
            REPLACEMENT,
            "\u00C4",
            "a b",
            E_DECOMPOSED,
            "Z",
            "a")) {
      addPrices(breed, 1);
    }

    assertThat(Samples.breeds(store())).extracting(BreedSummary::breed).isEqualTo(sorted);
  }

  @Test
  default void eachBreed_anyText_isShownCodePointByCodePoint() {
    store().addAll(Samples.catsOfTexts().iterator());

    assertThat(Samples.breeds(store()))
        .extracting(BreedSummary::breed)
        .isEqualTo(Samples.TEXTS.stream().sorted(CatSort::compareCodePoints).toList());
  }

  @Test
  default void eachBreed_catsEditedAndRemoved_areSummedUpAsTheyAreNow() {
    Cat moved = store().add(new NewCat("Tom", 1, "old"));
    Cat raised = store().add(new NewCat("Tom", 2, "manx"));
    Cat removed = store().add(new NewCat("Tom", 3, "manx"));
    store().edit(moved.ref(), CatEdit.breed("new"));
    store().edit(raised.ref(), CatEdit.price(20));
    store().remove(removed.ref());

    assertThat(Samples.breeds(store()))
        .containsExactly(
            new BreedSummary("manx", 1, 20, 20.0, 20), new BreedSummary("new", 1, 1, 1.0, 1));
  }

  @Test
  default void eachBreed_aHundredThousand_areAllShownInOrder() {
    int count = 100_000;
    addBreeds(count);
    List<BreedSummary> sorted =
        IntStream.range(0, count)
            .mapToObj(i -> BreedSummary.of("breed " + i, 1, i, i, i))
            .sorted((a, b) -> CatSort.compareCodePoints(a.breed(), b.breed()))
            .toList();

    assertThat(Samples.breeds(store()).equals(sorted)).isTrue(); // too many to be printed
  }

  @Test
  default void eachBreed_visitor_isCalledInTheThreadOfTheCaller() {
    store().addAll(Samples.cats(100));
    var threads = new HashSet<Thread>();
    store().eachBreed(breed -> threads.add(Thread.currentThread()));

    assertThat(threads).containsExactly(Thread.currentThread());
  }

  @Test
  default void eachBreed_visitorThrows_comesOutUnchangedAndNoFurtherBreedIsShown() {
    addBreeds(3_000);
    for (int at : new int[] {1, 1_500, 3_000}) {
      for (Throwable failure : ThrownOnPurpose.all()) {
        var shown = new AtomicInteger();

        Throwable thrown =
            catchThrowable(
                () ->
                    store()
                        .eachBreed(
                            breed -> {
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
  default void eachBreed_visitorThrowsCheckedException_isThrownAsItsType() {
    store().add(TOM);
    var failure = new ThrownOnPurpose.Trouble();
    BreedVisitor<ThrownOnPurpose.Trouble> visitor =
        breed -> {
          throw failure;
        };
    try {
      store().eachBreed(visitor);
    } catch (ThrownOnPurpose.Trouble e) {
      assertThat(e).isSameAs(failure);
      return;
    }
    throw new AssertionError("the exception of the visitor was lost");
  }

  @Test
  default void eachBreed_brokenOffAgainAndAgain_leavesTheStoreAtWork() {
    CatStore store = store();
    addBreeds(2_500);
    var failure = new IllegalStateException("thrown on purpose");
    for (int i = 0; i < 200; i++) {
      var shown = new AtomicInteger();
      assertThat(
              catchThrowable(
                  () ->
                      store.eachBreed(
                          breed -> {
                            if (shown.incrementAndGet() == 1_200) {
                              throw failure;
                            }
                          })))
          .isSameAs(failure);
    }

    store.add(TOM);
    assertThat(Samples.breeds(store)).hasSize(2_501);
  }

  @Test
  default void eachBreed_visitorThatReadsAndWrites_isNotInItsWay() {
    CatStore store = store();
    store.addAll(Samples.cats(20));

    store.eachBreed(
        breed -> {
          CatFilter filter = CatFilter.ALL.withBreed(breed.breed());
          List<Cat> cats = Samples.each(store, filter);
          assertThat(cats).hasSize(2);
          store.remove(cats.get(0).ref());
          store.edit(cats.get(1).ref(), CatEdit.price(9_000));
          store.add(TOM);
        });

    assertThat(store.count(CatFilter.ALL)).isEqualTo(20);
    assertThat(store.count(CatFilter.ALL.withMinPrice(9_000))).isEqualTo(10);
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  default void eachBreed_null_isRefused() {
    assertThatNullPointerException()
        .isThrownBy(() -> store().eachBreed((BreedVisitor<RuntimeException>) null));
    store().add(TOM);
    assertThatNullPointerException()
        .isThrownBy(() -> store().eachBreed((BreedVisitor<RuntimeException>) null));
  }

  private void addPrices(String breed, int... prices) {
    for (int price : prices) {
      store().add(new NewCat("cat", price, breed));
    }
  }

  private void addBreeds(int count) {
    store()
        .addAll(
            IntStream.range(0, count).mapToObj(i -> new NewCat("cat", i, "breed " + i)).iterator());
  }
}
