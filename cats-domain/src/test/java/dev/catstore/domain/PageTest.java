package dev.catstore.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.CatSort.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {
  private static final CatSort BY_PRICE = CatSort.ascending(Field.PRICE);
  private static final Cursor AFTER = new Cursor(BY_PRICE, "7", 7);

  @ParameterizedTest
  @ValueSource(ints = {1, 1000})
  void request_limitInItsRange_isTaken(int limit) {
    assertThat(PageRequest.FIRST.withLimit(limit).limit()).isEqualTo(limit);
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1001, Integer.MAX_VALUE})
  void request_limitOutOfItsRange_isRefused(int limit) {
    assertThat(Refused.fields(() -> PageRequest.FIRST.withLimit(limit))).containsExactly("limit");
  }

  @Test
  void request_positionInAnotherSort_isRefused() {
    PageRequest first = PageRequest.FIRST;

    assertThat(Refused.fields(() -> first.withSort(BY_PRICE).withAfter(AFTER))).isEmpty();
    for (CatSort other : List.of(CatSort.BY_ID, CatSort.descending(Field.PRICE))) {
      assertThat(Refused.fields(() -> first.withSort(other).withAfter(AFTER)))
          .containsExactly("after");
    }
    assertThat(
            Refused.fields(
                () -> new PageRequest(CatFilter.ALL, CatSort.BY_ID, Optional.of(AFTER), 0)))
        .containsExactly("limit", "after");
  }

  @Test
  void request_withOnePart_keepsTheOthers() {
    CatFilter filter = CatFilter.ALL.withBreed("manx");
    var all = new PageRequest(filter, BY_PRICE, Optional.of(AFTER), 9);

    assertThat(
            PageRequest.FIRST
                .withFilter(filter)
                .withSort(BY_PRICE)
                .withAfter(AFTER)
                .withLimit(9)
                .withFilter(filter))
        .isEqualTo(all);
    assertThat(all.withSort(CatSort.BY_ID))
        .isEqualTo(new PageRequest(filter, CatSort.BY_ID, Optional.empty(), 9));
  }

  @ParameterizedTest
  @CsvSource({"0, 0, false", "1, 1, false", "3, 3, false", "4, 3, true", "9, 3, true"})
  void page_ofWhatWasFound_endsAtTheLimitAndSaysWhetherThereIsMore(
      int found, int shown, boolean more) {
    List<Cat> cats = cats(found);
    Page page = Page.of(cats, PageRequest.FIRST.withSort(BY_PRICE).withLimit(3));

    assertThat(page.cats()).isEqualTo(cats.subList(0, shown));
    assertThat(page.next())
        .isEqualTo(more ? Optional.of(Cursor.after(cats.get(2), BY_PRICE)) : Optional.empty());
  }

  @Test
  void page_listChangedLater_staysAsItIs() {
    List<Cat> cats = cats(2);
    var page = new Page(cats, Optional.empty());
    cats.clear();

    assertThat(page.cats()).isEqualTo(cats(2));
  }

  private static List<Cat> cats(int count) {
    var cats = new ArrayList<Cat>();
    for (int i = 1; i <= count; i++) {
      cats.add(new Cat(i, "Tom", i, "manx", 1));
    }
    return cats;
  }
}
