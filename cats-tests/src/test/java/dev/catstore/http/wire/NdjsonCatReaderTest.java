package dev.catstore.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cats read from NDJSON. */
class NdjsonCatReaderTest extends CatReaderTestCase {
  static Stream<Arguments> ndjsonOfTomAndTim() {
    String tim =
        "{\"breed\":\"bengal\",\"id\":\"x\",\"price\":7e0,\"revision\":null,\"name\":\"Tim\"}";
    return Stream.of(
            TOM_LINE + tim + "\n",
            TOM_LINE + tim,
            "\uFEFF" + TOM_LINE + tim,
            "\n \r\n" + TOM_LINE.replace("\n", "\r\n") + "\t\n" + tim + "\r\n\n",
            " " + TOM_LINE + "\t" + tim + " ")
        .map(Arguments::arguments);
  }

  @ParameterizedTest
  @MethodSource("ndjsonOfTomAndTim")
  void ndjson_inAllItsForms_isRead(String text) {
    assertThat(ndjson(text)).containsExactly(TOM, TIM);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "\uFEFF", "\uFEFF\r\n \r\n", " "})
  void ndjson_withoutRecords_isNoCats(String text) {
    assertThat(ndjson(text)).isEmpty();
  }

  static Stream<Arguments> malformedNdjson() {
    return Stream.of(
        arguments("[" + TOM_LINE + "]", 1),
        arguments("[]", 1),
        arguments("nope", 1),
        arguments(TOM_LINE + "{", 2),
        arguments(TOM_LINE + "\r\n" + TOM_LINE.replace(",", ",\n"), 3),
        arguments(TOM_LINE + TOM_LINE.replace("\n", " ") + TOM_LINE, 2),
        arguments(TOM_LINE.replace("\n", "\r") + TOM_LINE, 1),
        arguments(TOM_LINE + "{\"name\":\"a\",\"name\":\"b\"}\n", 2),
        arguments(TOM_LINE + "\uFEFF" + TOM_LINE, 2),
        arguments(TOM_LINE + "[".repeat(100_000), 2),
        arguments(TOM_LINE + "\u001E" + TOM_LINE, 2),
        arguments(TOM_LINE + "\u0000\n", 2),
        arguments(TOM_LINE + "x".repeat(3 << 20), 2),
        arguments(TOM_LINE + " ".repeat(3 << 20), 2));
  }

  @ParameterizedTest
  @MethodSource("malformedNdjson")
  void ndjson_thatCannotBeRead_isMalformedOnItsLine(String text, long line) {
    assertMalformed(line, () -> ndjson(text));
  }

  @Test
  void ndjson_withAByteOrderMarkAtALaterLine_isNamedAsTwoFiles() {
    assertThat(invalid(() -> ndjson(TOM_LINE + "\n\uFEFF" + TOM_LINE)))
        .message()
        .isEqualTo(
            "line 3: the record begins with a byte order mark, as a second file does: import files"
                + " one by one");
  }

  static Stream<Arguments> wrongNdjson() {
    return Stream.of(
        arguments("{}", List.of("1#/name", "1#/price", "1#/breed")),
        arguments(TOM_LINE + "\n" + TOM_LINE.replace("100", "\"100\""), List.of("3#/price")),
        arguments(
            TOM_LINE.replace("100", "null") + TOM_LINE.replace("Tom", "T\\nm"),
            List.of("1#/price", "2#/name")),
        arguments(TOM_LINE.replace("Tom", "\\ud83d"), List.of("1#/name")),
        arguments(TOM_LINE.replace("{", "{\"a/b\":[{}],"), List.of("1#/a~1b")));
  }

  @ParameterizedTest
  @MethodSource("wrongNdjson")
  void ndjson_ofWrongValues_namesEachWithItsLine(String text, List<String> wrong) {
    assertWrong(wrong, () -> ndjson(text));
  }

  @Test
  void ndjson_thatIsNoJson_namesTheColumnInItsLine() {
    assertThat(invalid(() -> ndjson(TOM_LINE + "{\"name\":nope}")))
        .message()
        .isEqualTo("line 2: the record is not valid JSON, or has a duplicate key, at column 9");
  }
}
