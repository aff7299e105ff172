package dev.catstore.tests;

import static dev.catstore.tests.Samples.GRIN;
import static dev.catstore.tests.Samples.LONGEST;
import static dev.catstore.tests.Samples.REPLACEMENT;
import static dev.catstore.tests.Samples.SORTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatSort;
import dev.catstore.domain.CatSort.Field;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.Cursor;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.Page;
import dev.catstore.domain.PageRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Finding a part of a listing, and walking from page to page. */
public interface PageContract extends StoreSubject {
  @Test
  default void page_emptyStore_isEmptyWithoutNext() {
    for (CatSort sort : SORTS) {
      Page page = store().page(PageRequest.FIRST.withSort(sort));

      assertThat(page.cats()).isEmpty();
      assertThat(page.next()).isEmpty();
    }
  }

  @Test
  default void page_fewerAndAsManyCatsAsTheLimit_hasNoNext() {
    store().addAll(Samples.cats(3));
    for (int limit : new int[] {3, 4, 1000}) {
      Page page = store().page(PageRequest.FIRST.withLimit(limit));

      assertThat(page.cats()).isEqualTo(Samples.all(store()));
      assertThat(page.next()).isEmpty();
    }
  }

  @Test
  default void page_moreCatsThanTheLimit_hasANextThatGoesOn() {
    store().addAll(Samples.cats(3));
    List<Cat> all = Samples.all(store());
    PageRequest request = PageRequest.FIRST.withLimit(2);

    Page first = store().page(request);
    assertThat(first.cats()).isEqualTo(all.subList(0, 2));
    assertThat(first.next()).contains(Cursor.after(all.get(1), CatSort.BY_ID));

    Page second = store().page(request.withAfter(first.next().orElseThrow()));
    assertThat(second.cats()).isEqualTo(all.subList(2, 3));
    assertThat(second.next()).isEmpty();
  }

  @Test
  default void page_lowestAndHighestLimit_areKept() {
    store().addAll(Samples.cats(2_001));
    for (int limit : new int[] {1, PageRequest.DEFAULT_LIMIT, PageRequest.MAX_LIMIT}) {
      Page page = store().page(PageRequest.FIRST.withLimit(limit));

      assertThat(page.cats()).hasSize(limit);
      assertThat(page.next()).isPresent();
    }
    assertThat(Samples.walk(store(), PageRequest.FIRST.withLimit(PageRequest.MAX_LIMIT)))
        .isEqualTo(Samples.all(store()));
  }

  @Test
  default void page_everySortAndLimit_walksThroughTheSortedList() {
    addTies();
    for (CatSort sort : SORTS) {
      List<Cat> sorted = Samples.all(store()).stream().sorted(sort.comparator()).toList();
      for (int limit : new int[] {1, 2, 3, sorted.size(), 1000}) {
        PageRequest request = PageRequest.FIRST.withSort(sort).withLimit(limit);

        assertThat(Samples.walk(store(), request)).as("%s by %d", sort, limit).isEqualTo(sorted);
      }
    }
  }

  @Test
  default void page_texts_goByCodePoint() {
    List<String> sorted =
        List.of("A", "Z", "a", "a b", "ab", "e\u0301", "z", "\u00C4", REPLACEMENT, GRIN);
    for (String text : List.of("z", GRIN, "ab", "A", REPLACEMENT, "\u00C4", "a b", "Z", "a")) {
      store().add(new NewCat(text, 1, text));
    }
    store().add(new NewCat("e\u0301", 1, "e\u0301"));

    for (int limit : new int[] {1, 1000}) {
      PageRequest request = PageRequest.FIRST.withLimit(limit);
      assertThat(Samples.walk(store(), request.withSort(CatSort.ascending(Field.NAME))))
          .extracting(Cat::name)
          .isEqualTo(sorted);
      assertThat(Samples.walk(store(), request.withSort(CatSort.ascending(Field.BREED))))
          .extracting(Cat::breed)
          .isEqualTo(sorted);
    }
  }

  @Test
  default void page_equalKeys_goByIdInTheSameDirection() {
    Cat first = store().add(Samples.TOM);
    Cat second = store().add(Samples.TOM);
    for (Field field : Field.values()) {
      assertThat(store().page(PageRequest.FIRST.withSort(CatSort.ascending(field))).cats())
          .containsExactly(first, second);
      assertThat(store().page(PageRequest.FIRST.withSort(CatSort.descending(field))).cats())
          .containsExactly(second, first);
    }
  }

  @Test
  default void page_anyText_canBeThePosition() {
    store().addAll(Samples.catsOfTexts().iterator());
    for (Field field : List.of(Field.NAME, Field.BREED)) {
      for (CatSort sort : List.of(CatSort.ascending(field), CatSort.descending(field))) {
        assertThat(Samples.walk(store(), PageRequest.FIRST.withSort(sort).withLimit(1)))
            .isEqualTo(Samples.all(store()).stream().sorted(sort.comparator()).toList());
      }
    }
  }

  @Test
  default void page_positionReadFromItsText_goesOn() {
    addTies();
    store().add(new NewCat(LONGEST, Integer.MAX_VALUE, LONGEST));
    store().add(new NewCat(LONGEST, Integer.MAX_VALUE, LONGEST));
    for (CatSort sort : SORTS) {
      List<Cat> walked =
          Samples.walk(
              store(),
              PageRequest.FIRST.withSort(sort).withLimit(3),
              cursor -> Cursor.parse(cursor.toString()).orElseThrow());

      assertThat(walked)
          .isEqualTo(Samples.all(store()).stream().sorted(sort.comparator()).toList());
    }
  }

  @Test
  default void page_afterTheLastCat_isEmptyWithoutNext() {
    addTies();
    for (CatSort sort : SORTS) {
      List<Cat> sorted = Samples.all(store()).stream().sorted(sort.comparator()).toList();
      Cursor end = Cursor.after(sorted.get(sorted.size() - 1), sort);

      Page page = store().page(PageRequest.FIRST.withSort(sort).withAfter(end));

      assertThat(page.cats()).isEmpty();
      assertThat(page.next()).isEmpty();
    }
  }

  @Test
  default void page_positionOfNoCat_goesOnWhereItWouldBe() {
    store().addAll(List.of(new NewCat("a", 1, "x"), new NewCat("c", 3, "z")).iterator());

    for (Cursor between :
        List.of(
            new Cursor(CatSort.ascending(Field.NAME), "b", 1),
            new Cursor(CatSort.ascending(Field.NAME), "a", Long.MAX_VALUE),
            new Cursor(CatSort.ascending(Field.PRICE), "2", Long.MAX_VALUE),
            new Cursor(CatSort.ascending(Field.BREED), "y", 1))) {
      assertThat(store().page(PageRequest.FIRST.withSort(between.sort()).withAfter(between)).cats())
          .extracting(Cat::name)
          .containsExactly("c");
    }
    assertThat(
            store()
                .page(PageRequest.FIRST.withAfter(new Cursor(CatSort.BY_ID, "", Long.MAX_VALUE)))
                .cats())
        .isEmpty();
  }

  @Test
  default void page_positionOfACatThatWasRemoved_goesOn() {
    for (CatSort sort : SORTS) {
      addTies();
      List<Cat> sorted = Samples.all(store()).stream().sorted(sort.comparator()).toList();
      PageRequest request = PageRequest.FIRST.withSort(sort).withLimit(5);
      Cursor next = store().page(request).next().orElseThrow();
      assertThat(store().remove(sorted.get(4).ref())).isTrue();

      assertThat(Samples.walk(store(), request.withAfter(next)))
          .isEqualTo(sorted.subList(5, sorted.size()));
      clear();
    }
  }

  @Test
  default void page_positionOfACatThatWasChanged_goesOn() {
    for (CatSort sort : SORTS) {
      addTies();
      List<Cat> sorted = Samples.all(store()).stream().sorted(sort.comparator()).toList();
      PageRequest request = PageRequest.FIRST.withSort(sort).withLimit(5);
      Cursor next = store().page(request).next().orElseThrow();
      Cat changed = store().edit(sorted.get(4).ref(), CatEdit.replacement(new NewCat("~", 9, "~")));

      assertThat(Samples.walk(store(), request.withAfter(next)))
          .filteredOn(cat -> cat.id() != changed.id())
          .isEqualTo(sorted.subList(5, sorted.size()));
      clear();
    }
  }

  @Test
  default void page_positionUnderAnotherFilter_goesOnInThatFilter() {
    addTies();
    for (CatSort sort : SORTS) {
      PageRequest request = PageRequest.FIRST.withSort(sort).withLimit(7);
      Cursor next = store().page(request).next().orElseThrow();
      CatFilter filter = CatFilter.ALL.withBreed("manx");
      List<Cat> rest =
          Samples.all(store()).stream()
              .filter(filter::accepts)
              .filter(next::isBefore)
              .sorted(sort.comparator())
              .toList();

      assertThat(Samples.walk(store(), request.withFilter(filter).withAfter(next))).isEqualTo(rest);
    }
  }

  @Test
  default void page_filterSortAndLimit_actTogether() {
    addTies();
    CatFilter filter = CatFilter.ALL.withNamePart("TOM").withMinPrice(1);
    for (CatSort sort : SORTS) {
      List<Cat> sorted =
          Samples.all(store()).stream().filter(filter::accepts).sorted(sort.comparator()).toList();
      assertThat(sorted).isNotEmpty();
      for (int limit : new int[] {1, 4, sorted.size(), 1000}) {
        PageRequest request = new PageRequest(filter, sort, Optional.empty(), limit);

        assertThat(Samples.walk(store(), request)).isEqualTo(sorted);
      }
    }
  }

  @Test
  default void page_cats_cannotBeChangedAndDoNotChange() {
    Cat tom = store().add(Samples.TOM);
    Page page = store().page(PageRequest.FIRST);
    store().edit(tom.ref(), CatEdit.price(7));
    store().add(Samples.KITTY);

    assertThat(page.cats()).containsExactly(tom);
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> page.cats().clear());
    assertThat(store().count(CatFilter.ALL)).isEqualTo(2);
  }

  @Test
  default void walk_catsWrittenBetweenThePages_meetsTheOthersExactlyOnce() {
    CatStore store = store();
    addTies();
    List<Cat> kept = Samples.all(store);
    for (CatSort sort : SORTS) {
      var others = new ArrayDeque<Cat>();
      var writes = new AtomicInteger();
      List<Cat> walked =
          Samples.walk(
              store,
              PageRequest.FIRST.withSort(sort).withLimit(3),
              cursor -> {
                int i = writes.getAndIncrement();
                if (i < 50) {
                  others.add(store.add(new NewCat("other " + i, i % 4, "other " + i % 7)));
                  others.add(store.add(new NewCat("Tom", i % 4, "manx")));
                  store.edit(CatRef.of(others.getFirst().id()), CatEdit.name("other " + (50 - i)));
                  if (i % 2 == 0) {
                    store.remove(CatRef.of(others.removeFirst().id()));
                  }
                }
                return cursor;
              });

      assertThat(walked)
          .filteredOn(kept::contains)
          .isEqualTo(kept.stream().sorted(sort.comparator()).toList());
      others.forEach(other -> store.remove(CatRef.of(other.id())));
    }
  }

  @Test
  default void walk_catsEditedOutsideTheirSortKey_areMetExactlyOnce() {
    CatStore store = store();
    addTies();
    List<Cat> before = Samples.all(store);
    var price = new AtomicInteger();

    List<Cat> walked =
        Samples.walk(
            store,
            PageRequest.FIRST.withSort(CatSort.ascending(Field.NAME)).withLimit(3),
            cursor -> {
              for (Cat cat : before) {
                store.edit(CatRef.of(cat.id()), CatEdit.price(price.getAndIncrement()));
              }
              return cursor;
            });

    assertThat(walked)
        .extracting(Cat::id)
        .isEqualTo(
            before.stream()
                .sorted(CatSort.ascending(Field.NAME).comparator())
                .map(Cat::id)
                .toList());
  }

  @Test
  default void walk_whileAnotherThreadWrites_meetsTheOthersExactlyOnce() throws Exception {
    CatStore store = store();
    addTies();
    List<Cat> kept = Samples.all(store);

    Parallel.run(
        3,
        thread -> {
          if (thread == 0) {
            var others = new ArrayDeque<Cat>();
            for (int i = 0; i < 300; i++) {
              others.add(store.add(new NewCat("other " + i, i % 4, "manx")));
              store.edit(CatRef.of(others.getFirst().id()), CatEdit.name("a " + (300 - i)));
              if (others.size() > 20) {
                store.remove(CatRef.of(others.removeFirst().id()));
              }
            }
          } else {
            for (CatSort sort : SORTS) {
              var met =
                  new ArrayList<>(
                      Samples.walk(store, PageRequest.FIRST.withSort(sort).withLimit(2 + thread)));
              met.retainAll(kept);
              assertThat(met).isEqualTo(kept.stream().sorted(sort.comparator()).toList());
            }
          }
          return thread;
        });
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  default void page_null_isRefused() {
    assertThatNullPointerException().isThrownBy(() -> store().page(null));
  }

  /** Adds cats that are often equal in a field, in no order. */
  private void addTies() {
    var names = List.of("Tom", GRIN, "tom", REPLACEMENT, "Tom " + GRIN, "a tom", "Tom b");
    var breeds = List.of("manx", GRIN, "Manx", REPLACEMENT);
    var prices = List.of(Integer.MAX_VALUE, 0, 1, 10, 9);
    var cats = new ArrayList<NewCat>();
    for (int i = 0; i < 40; i++) {
      cats.add(
          new NewCat(
              names.get(i % names.size()),
              prices.get(i % prices.size()),
              breeds.get(i % breeds.size())));
    }
    store().addAll(cats.iterator());
  }

  private void clear() {
    Samples.all(store()).forEach(cat -> store().remove(cat.ref()));
  }
}
