package dev.catstore.tests;

import static dev.catstore.tests.Samples.KEY;
import static dev.catstore.tests.Samples.KITTY;
import static dev.catstore.tests.Samples.TOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.catstore.domain.BulkCounts;
import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.BulkPut;
import dev.catstore.domain.BulkRefusedException;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.PageRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Many cats added, put and edited while others write, or while their iterator does. */
public interface BulkConcurrencyContract extends StoreSubject {
  @Test
  default void addAll_whileItPulls_nobodySeesAnyOfTheCats() {
    CatStore store = store();
    Cat before = store.add(KITTY);
    var looks = new ArrayList<Integer>();

    store.addAll(
        new RecordingIterator<>(
            Samples::cat,
            5_001,
            pull -> {
              if (pull % 1000 == 0) {
                looks.add(pull);
                assertThat(store.count(CatFilter.ALL)).isEqualTo(1);
                assertThat(store.page(PageRequest.FIRST).cats()).containsExactly(before);
                assertThat(Samples.all(store)).containsExactly(before);
                assertThat(Samples.breeds(store)).hasSize(1);
              }
            }));

    assertThat(looks).containsExactly(0, 1000, 2000, 3000, 4000, 5000);
    assertThat(store.count(CatFilter.ALL)).isEqualTo(5_002);
  }

  @Test
  default void addAll_iteratorThatWrites_isNotInItsWay() {
    CatStore store = store();
    Cat edited = store.add(TOM);
    Cat removed = store.add(TOM);

    long added =
        store.addAll(
            new RecordingIterator<>(
                Samples::cat,
                3_000,
                pull -> {
                  if (pull == 1_500) {
                    store.edit(edited.ref(), CatEdit.price(1));
                    assertThat(store.remove(removed.ref())).isTrue();
                    store.add(KITTY);
                    store.add(KITTY, Samples.KEY);
                    assertThat(store.addAll(Samples.cats(100))).isEqualTo(100);
                    assertThat(store.count(CatFilter.ALL)).isEqualTo(103);
                  }
                }));

    assertThat(added).isEqualTo(3_000);
    assertThat(store.count(CatFilter.ALL)).isEqualTo(3_103);
    assertThat(store.find(edited.id()).orElseThrow().price()).isEqualTo(1);
  }

  @Test
  default void addAll_byManyThreads_addsAllOfEach() throws Exception {
    CatStore store = store();

    assertThat(Parallel.run(8, thread -> store.addAll(Samples.cats(500)))).containsOnly(500L);

    List<Cat> all = Samples.all(store);
    assertThat(new HashSet<>(all.stream().map(Cat::id).toList())).hasSize(4_000);
    assertThat(new HashSet<>(all.stream().map(Cat::price).toList())).hasSize(500);
  }

  @Test
  default void addAllUnderKey_byManyThreads_addsTheCatsOnce() throws Exception {
    CatStore store = store();

    assertThat(
            Parallel.run(
                8, thread -> store.addAll(Samples.cats(500), BulkOptions.under(KEY)).added()))
        .containsOnly(500L);
    assertThat(store.count(CatFilter.ALL)).isEqualTo(500);
  }

  @Test
  default void putAll_iteratorThatWrites_isNotInItsWay() {
    CatStore store = store();
    Cat edited = store.add(TOM);
    Cat removed = store.add(TOM);
    var puts =
        new RecordingIterator<>(
            pull -> new BulkPut(CatRef.of(removed.id() + 1_000 + pull), KITTY, pull),
            3_000,
            pull -> {
              if (pull == 1_500) {
                store.edit(edited.ref(), CatEdit.price(1));
                assertThat(store.remove(removed.ref())).isTrue();
                store.add(KITTY);
                store.addAll(Samples.cats(100));
                var inner = List.of(new BulkPut(CatRef.of(edited.id()), KITTY, 1));
                store.putAll(inner.iterator(), BulkOptions.NONE);
                assertThat(store.count(CatFilter.ALL)).isEqualTo(102);
              }
            });

    assertThat(store.putAll(puts, BulkOptions.NONE)).isEqualTo(new BulkCounts(3_000, 0, 0));
    assertThat(store.count(CatFilter.ALL)).isEqualTo(3_102);
    assertThat(store.find(edited.id())).contains(KITTY.withId(edited.id(), 3));
  }

  @Test
  default void putAll_catsThatChangeWhileTheyAreGiven_areStaleAtTheEnd() {
    CatStore store = store();
    Cat tom = store.add(TOM);
    var puts =
        new RecordingIterator<>(
            pull -> new BulkPut(CatRef.of(tom.id() + pull, 1), KITTY, pull),
            2_000,
            pull -> {
              if (pull == 1_500) {
                store.edit(tom.ref(), CatEdit.price(1));
              }
            });

    assertThat(catchThrowable(() -> store.putAll(puts, BulkOptions.NONE)))
        .isInstanceOf(BulkRefusedException.class);
    assertThat(Samples.all(store)).containsExactly(tom.edited(CatEdit.price(1)));
  }

  @Test
  default void putAll_byManyThreadsOfTheSameIds_isDoneOneAfterAnother() throws Exception {
    CatStore store = store();
    long first = store.add(TOM).id();
    assertThat(store.remove(CatRef.of(first))).isTrue();

    Parallel.run(
        4,
        thread -> {
          for (int round = 0; round < 5; round++) {
            int price = thread * 10 + round;
            // In opposite orders, which must not end in a deadlock.
            LongStream ids =
                LongStream.range(0, 200).map(i -> first + (thread % 2 == 0 ? i : 199 - i));
            store.putAll(
                ids.mapToObj(id -> new BulkPut(CatRef.of(id), Samples.cat(price), id)).iterator(),
                BulkOptions.NONE);
            assertThat(store.add(TOM).id()).isGreaterThan(first + 199);
          }
          return thread;
        });

    List<Cat> put = Samples.all(store).stream().filter(cat -> cat.id() < first + 200).toList();
    assertThat(put).hasSize(200);
    assertThat(put.stream().map(Samples::withoutId).distinct()).hasSize(1);
    assertThat(put.stream().map(Cat::revision).distinct()).containsExactly(20L);
    assertThat(store.count(CatFilter.ALL)).isEqualTo(220);
  }

  @Test
  default void editAll_whileSinglesAreEdited_losesNoEdit() throws Exception {
    CatStore store = store();
    store.addAll(Samples.cats(300));
    List<Cat> before = Samples.all(store);

    Parallel.run(
        4,
        thread -> {
          for (int round = 0; round < 10; round++) {
            if (thread < 2) {
              store.editAll(
                  before.stream()
                      .map(it -> new BulkEdit(CatRef.of(it.id()), CatEdit.price(1), it.id()))
                      .iterator(),
                  BulkOptions.NONE);
            } else {
              store.edit(CatRef.of(before.get(round).id()), CatEdit.name("single"));
            }
          }
          return thread;
        });

    List<Cat> after = Samples.all(store);
    assertThat(after.stream().map(Cat::price).distinct()).containsExactly(1);
    assertThat(after.subList(0, 10)).allMatch(cat -> cat.revision() == 23);
    assertThat(after.subList(10, 300)).allMatch(cat -> cat.revision() == 21);
  }

  @Test
  default void editAll_atRevisionsWhileSinglesAreEdited_isDoneWhollyOrRefused() throws Exception {
    CatStore store = store();
    store.addAll(Samples.cats(100));
    List<Long> ids = Samples.all(store).stream().map(Cat::id).toList();

    List<Integer> done =
        Parallel.run(
            4,
            thread -> {
              int count = 0;
              for (int round = 0; round < 20; round++) {
                if (thread < 2) {
                  List<BulkEdit> edits =
                      Samples.all(store).stream()
                          .map(it -> new BulkEdit(it.ref(), CatEdit.price(it.price() + 1), it.id()))
                          .toList();
                  try {
                    store.editAll(edits.iterator(), BulkOptions.NONE);
                    count++;
                  } catch (BulkRefusedException e) {
                    assertThat(e.refusals()).isNotEmpty();
                    assertThat(e.more()).isNotNegative();
                  }
                } else {
                  store.edit(CatRef.of(ids.get(round)), CatEdit.name("single"));
                }
              }
              return count;
            });

    int all = done.get(0) + done.get(1);
    List<Cat> after = Samples.all(store);
    for (int i = 0; i < 100; i++) {
      assertThat(after.get(i).price()).isEqualTo(i + all);
      assertThat(after.get(i).revision()).isEqualTo(1 + all + (i < 20 ? 2 : 0));
    }
  }

  @Test
  default void putAll_aboveTheGivenIdsWhileOthersAdd_neverMeetsTheirIds() throws Exception {
    CatStore store = store();

    Parallel.run(
        4,
        thread -> {
          for (int round = 0; round < 15; round++) {
            if (thread == 0) {
              long id = store.add(TOM).id() + 3;
              if (store.find(id).isEmpty()) {
                store.putAll(
                    List.of(new BulkPut(CatRef.of(id), KITTY, 1)).iterator(), BulkOptions.NONE);
              }
            } else {
              assertThat(store.add(TOM).revision()).isEqualTo(1);
            }
          }
          return thread;
        });

    assertThat(store.count(CatFilter.ALL)).isBetween(60L, 75L);
  }
}
