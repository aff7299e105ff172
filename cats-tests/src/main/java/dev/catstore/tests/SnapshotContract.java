package dev.catstore.tests;

import static dev.catstore.domain.CatFilter.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.BreedSummary;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.PageRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Seeing the store as it was at one moment: for every store but those over a cluster of databases,
 * which cannot tell.
 */
public interface SnapshotContract extends StoreSubject {
  @Test
  default void each_visitorThatWrites_seesTheCatsAsTheyWere() {
    CatStore store = store();
    store.addAll(Samples.cats(3_000));
    List<Cat> before = Samples.all(store);
    var shown = new ArrayList<Cat>();

    store.each(
        ALL,
        cat -> {
          if (shown.isEmpty()) {
            store.remove(before.get(1).ref());
            store.remove(before.get(2_999).ref());
            store.edit(before.get(2).ref(), CatEdit.price(9_000));
            store.edit(before.get(2_998).ref(), CatEdit.price(9_000));
            store.add(Samples.TOM);
            store.addAll(Samples.cats(10));
          }
          shown.add(cat);
        });

    assertThat(shown).isEqualTo(before);
    assertThat(store.count(ALL)).isEqualTo(3_009);
  }

  @Test
  default void each_visitorThatAddsOrRemovesWhatItIsShown_seesEachCatOnce() {
    CatStore store = store();
    store.addAll(Samples.cats(100));
    List<Cat> before = Samples.all(store);
    var shown = new ArrayList<Cat>();

    store.each(
        ALL,
        cat -> {
          shown.add(cat);
          store.remove(cat.ref());
          store.add(Samples.TOM);
        });

    assertThat(shown).isEqualTo(before);
    assertThat(Samples.all(store)).hasSize(100).doesNotContainAnyElementsOf(before);
  }

  @Test
  default void each_visitorThatMovesCatsAcrossTheFilter_seesThemAsTheyWere() {
    CatStore store = store();
    store.addAll(Samples.cats(100));
    List<Cat> cheap = Samples.each(store, ALL.withMaxPrice(49));
    var shown = new ArrayList<Cat>();

    store.each(
        ALL.withMaxPrice(49),
        cat -> {
          if (shown.isEmpty()) {
            for (Cat other : Samples.all(store)) {
              store.edit(other.ref(), CatEdit.price(99 - other.price()));
            }
          }
          shown.add(cat);
        });

    assertThat(shown).isEqualTo(cheap);
  }

  @Test
  default void eachBreed_visitorThatWrites_seesTheBreedsAsTheyWere() {
    CatStore store = store();
    var cats = new ArrayList<NewCat>();
    for (int i = 0; i < 3_000; i++) {
      cats.add(new NewCat("cat", i, "breed " + i));
    }
    store.addAll(cats.iterator());
    List<BreedSummary> before = Samples.breeds(store);
    var shown = new ArrayList<BreedSummary>();

    store.eachBreed(
        breed -> {
          if (shown.isEmpty()) {
            for (Cat cat : Samples.each(store, ALL.withMinPrice(2_900))) {
              store.remove(CatRef.of(cat.id()));
            }
            store.add(new NewCat("cat", 1, "breed 2"));
            store.add(new NewCat("cat", 1, "zzz"));
          }
          shown.add(breed);
        });

    assertThat(shown).isEqualTo(before);
    assertThat(Samples.breeds(store)).hasSize(2_901);
  }

  @Test
  default void addAll_whileOthersRead_isSeenWhollyOrNotAtAll() throws Exception {
    CatStore store = store();
    int size = 200;

    Parallel.run(
        5,
        thread -> {
          for (int i = 0; i < 15; i++) {
            long seen =
                switch (thread) {
                  case 0 -> store.addAll(Samples.cats(size));
                  case 1 -> store.count(ALL);
                  case 2 -> Samples.all(store).size();
                  case 3 -> Samples.breeds(store).stream().mapToLong(BreedSummary::count).sum();
                  default -> store.page(PageRequest.FIRST.withLimit(1000)).cats().size();
                };
            assertThat(seen % size).as("by thread %d", thread).isZero();
          }
          return thread;
        });
  }
}
