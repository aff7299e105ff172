package dev.catstore.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatSortTest {
  /** In the order of their code points; what follows U+FFFF is below it by UTF-16 unit. */
  private static final List<String> TEXTS =
      List.of(
          "A",
          "A b",
          "Z",
          "a",
          "aa",
          "a\u0301",
          "a\uFFFF",
          "a\uD83D\uDE38",
          "\u00E1",
          "\uD7FF",
          "\uE000",
          "\uFFFF",
          "\uFFFF\uD800\uDC00",
          "\uD800\uDC00",
          "\uD83D\uDE38",
          "\uD83D\uDE38a",
          "\uD83D\uDE38\uFFFF",
          "\uD83D\uDE38\uD83D\uDE38",
          "\uD83D\uDE39",
          "\uDBFF\uDFFF");

  @ParameterizedTest
  @CsvSource({"id, ID", "name, NAME", "price, PRICE", "breed, BREED"})
  void parse_textForm_isReadAndWritten(String text, CatSort.Field field) {
    assertThat(CatSort.parse(text)).contains(CatSort.ascending(field));
    assertThat(CatSort.parse("-" + text)).contains(CatSort.descending(field));
    assertThat(CatSort.ascending(field)).hasToString(text);
    assertThat(CatSort.descending(field)).hasToString("-" + text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "ID",
        "-Id",
        "--id",
        "+id",
        " id",
        "id ",
        "revision",
        "\u0131d",
        "id,name"
      })
  void parse_otherText_isEmpty(String text) {
    assertThat(CatSort.parse(text)).isEmpty();
  }

  @Test
  void toString_whereCapitalILosesItsDot_isTheSame() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr"));
      assertThat(CatSort.BY_ID).hasToString("id");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void compareCodePoints_everyPair_goesByCodePoint() {
    for (String a : TEXTS) {
      for (String b : TEXTS) {
        int order = Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());

        assertThat(Integer.signum(CatSort.compareCodePoints(a, b)))
            .as("%s and %s", a, b)
            .isEqualTo(Integer.signum(order));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void comparator_field_goesByItThenById(CatSort.Field field) {
    var sorted = new ArrayList<Cat>();
    for (int i = 0; i < TEXTS.size(); i++) {
      for (int twin = 1; twin <= 2; twin++) {
        // Against the order of the field goes everything else but the id among equals.
        int against = TEXTS.size() - i;
        String other = TEXTS.get(against - 1);
        sorted.add(
            switch (field) {
              case ID -> new Cat(2L * i + twin, other, against, other, 1);
              case NAME -> new Cat(2L * against + twin, TEXTS.get(i), against, other, 1);
              case PRICE -> new Cat(2L * against + twin, other, i, other, 1);
              case BREED -> new Cat(2L * against + twin, other, against, TEXTS.get(i), 1);
            });
      }
    }
    var cats = new ArrayList<>(sorted);
    Collections.shuffle(cats, new Random(1));

    cats.sort(CatSort.ascending(field).comparator());
    assertThat(cats).isEqualTo(sorted);
    cats.sort(CatSort.descending(field).comparator());
    Collections.reverse(sorted);
    assertThat(cats).isEqualTo(sorted);
  }
}
