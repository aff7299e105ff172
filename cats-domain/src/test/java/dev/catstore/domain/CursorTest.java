package dev.catstore.domain;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {
  private static final String LONGEST = "\uD83D\uDE38".repeat(100);

  private static final List<Cat> CATS =
      List.of(
          new Cat(1, "Tom", 0, "manx", 1),
          new Cat(2, "Tom", 0, "manx", 1),
          new Cat(3, "a b  c", 7, " x ", 1),
          new Cat(4, "1 id 5 ", 70, "\uFFFF", 1),
          new Cat(5, "a\u00A0b", 8, "\uD83D\uDE38", 1),
          new Cat(Long.MAX_VALUE, LONGEST, Integer.MAX_VALUE, LONGEST, 1));

  static Stream<CatSort> sorts() {
    return Arrays.stream(CatSort.Field.values())
        .flatMap(field -> Stream.of(CatSort.ascending(field), CatSort.descending(field)));
  }

  @ParameterizedTest
  @MethodSource("sorts")
  void textForm_ofEveryPosition_isReadBackAndSafeInUrls(CatSort sort) {
    for (Cat cat : CATS) {
      Cursor cursor = Cursor.after(cat, sort);

      assertThat(cursor.toString()).matches("[A-Za-z0-9_-]{1,600}");
      assertThat(Cursor.parse(cursor.toString())).contains(cursor);
    }
  }

  @Test
  void textForm_ofThisVersion_staysAsItIs() {
    // Clients hold such texts while a server is brought up to date.
    assertThat(new Cursor(CatSort.descending(CatSort.Field.PRICE), "70", 4))
        .hasToString(base64("1 -price 4 70"))
        .hasToString("MSAtcHJpY2UgNCA3MA");
  }

  @ParameterizedTest
  @MethodSource("sorts")
  void isBefore_everyCat_isAsTheSortSays(CatSort sort) {
    for (Cat at : CATS) {
      for (Cat cat : CATS) {
        assertThat(Cursor.after(at, sort).isBefore(cat))
            .as("%s after %s", cat, at)
            .isEqualTo(sort.comparator().compare(at, cat) < 0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1 id 5",
        "1 id 5 x",
        "1 id 5  ",
        "1 id 0 ",
        "1 id -1 ",
        "1 id +5 ",
        "1 id 05 ",
        "1 id \u0665 ",
        "1 id 9223372036854775808 ",
        "1 id x ",
        "1 id  ",
        "1  id 5 ",
        " 1 id 5 ",
        "0 id 5 ",
        "2 id 5 ",
        "01 id 5 ",
        "1 ID 5 ",
        "1 --id 5 ",
        "1 revision 5 7",
        "1 price 5 ",
        "1 price 5 007",
        "1 price 5 -1",
        "1 price 5 -0",
        "1 price 5 +7",
        "1 price 5 7.0",
        "1 price 5 2147483648",
        "1 price 5 \u0667",
        "1 price 5 seven",
        "1 name 5 ",
        "1 name 5  Tom",
        "1 name 5 Tom ",
        "1 name 5 T\u0000m",
        "1 breed 0 manx"
      })
  void parse_positionThatNoneWrote_isEmpty(String position) {
    assertThat(Cursor.parse(base64(position))).isEmpty();
  }

  static Stream<String> garbage() {
    String right = base64("1 name 5 Tom");
    return Stream.of(
        " ",
        "!",
        "A",
        "null",
        "1 name 5 Tom",
        "\u00E9\uD83D\uDE38",
        right + "=",
        right + "==",
        right + "A",
        right + "\n",
        " " + right,
        right.substring(1),
        right.substring(0, right.length() - 1),
        // The last character of 11 bytes has two bits to spare, which must be 0.
        base64("1 name 5 To").replaceFirst("8$", "9"),
        // Bytes that are no UTF-8, and such as decode to the same characters.
        base64("1 name 5 \u00FF".getBytes(ISO_8859_1)),
        base64("1 name 5 \u00C1\u0081".getBytes(ISO_8859_1)),
        base64("1 name 5 " + "x".repeat(101)),
        base64("1 name 5 \uD83D\uDE38\u00FF?").replace('-', '+').replace('_', '/'),
        "A".repeat(1_000_000));
  }

  @ParameterizedTest
  @MethodSource("garbage")
  void parse_garbage_isEmpty(String text) {
    assertThat(Cursor.parse(text)).isEmpty();
  }

  @Test
  void cursor_keyOfNoCat_isRefusedTogetherWithTheId() {
    assertThat(Refused.fields(() -> new Cursor(CatSort.BY_ID, "x", 0)))
        .containsExactly("id", "key");
    assertThat(Refused.fields(() -> new Cursor(CatSort.ascending(CatSort.Field.PRICE), "007", 1)))
        .containsExactly("key");
    assertThat(Refused.fields(() -> new Cursor(CatSort.ascending(CatSort.Field.NAME), " Tom", 1)))
        .containsExactly("key");
    assertThat(Refused.fields(() -> new Cursor(CatSort.ascending(CatSort.Field.NAME), "Tom", 1)))
        .isEmpty();
  }

  private static String base64(String text) {
    return base64(text.getBytes(UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
