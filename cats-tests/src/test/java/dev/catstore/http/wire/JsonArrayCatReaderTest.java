package dev.catstore.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.InputStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cats read from a JSON array. */
class JsonArrayCatReaderTest extends CatReaderTestCase {
  private static final String TOM_OBJECT = TOM_LINE.strip();
  private static final String TIM_OBJECT =
      "{\"breed\":\"bengal\",\"id\":[\"]}\",{}],\"price\":7e0,\"name\":\"Tim\"}";

  @ParameterizedTest
  @ValueSource(strings = {"[%s,%s]", "\uFEFF \r\n[\t%s\r,\n%s ]\n ", "[%s\n ,  %s]"})
  void array_inAllItsForms_isRead(String form) {
    assertThat(array(form.formatted(TOM_OBJECT, TIM_OBJECT))).containsExactly(TOM, TIM);
    assertThat(array(form.formatted(TIM_OBJECT, TOM_OBJECT))).containsExactly(TIM, TOM);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "\uFEFF[]", " [ \n] \r\n"})
  void array_thatIsEmpty_isNoCats(String text) {
    assertThat(array(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\\"],[{\\\\", "[", "}", ",", "\\u005D", "\\\\\\\""})
  void array_ofTextsThatLookLikeItsEnd_isReadToTheLetter(String escaped) {
    String name = escaped.replace("\\u005D", "]").replaceAll("\\\\(.)", "$1");
    String tom = TOM_OBJECT.replace("Tom", "T" + escaped);
    assertThat(array("[" + tom + "," + tom + "]"))
        .hasSize(2)
        .allSatisfy(it -> assertThat(it.name()).isEqualTo("T" + name));
  }

  static Stream<Arguments> malformedArrays() {
    return Stream.of(
        arguments("", 0),
        arguments("nope", 0),
        arguments(TOM_LINE, 0),
        arguments("[", 0),
        arguments("[,]", 0),
        arguments("[%s", 0),
        arguments("[%s,", 1),
        arguments("[%s,]", 1),
        arguments("[%s %s]", 0),
        arguments("[%s,,%s]", 1),
        arguments("[%s}", 0),
        arguments("[%s],", 1),
        arguments("[%s] %s", 1),
        arguments("[%s][%s]", 1),
        arguments("[%s,[%s]]", 1),
        arguments("[%s,null]", 1),
        arguments("[%s,{\"name\":\"Tim]", 1),
        arguments("[%s,{\"a\":1,\"a\":1}]", 1),
        arguments("[%s,{\"a\":[}]}]", 1),
        arguments("[%s,}]", 1),
        arguments("[%s,{\"a\":" + "[".repeat(40) + "]".repeat(40) + "}]", 1),
        arguments("[%s,{\"a\":[0" + ",0".repeat(20_000) + "]}]", 1),
        arguments("[%s,\uFEFF%s]", 1),
        arguments("[%s,{\"a\":\"\n\"}]", 1));
  }

  @ParameterizedTest
  @MethodSource("malformedArrays")
  void array_thatCannotBeRead_isMalformedAtItsElement(String text, long index) {
    assertMalformed(index, () -> array(text.replace("%s", TOM_OBJECT)));
  }

  @Test
  void array_thatIsNoJson_namesTheLineAndTheColumn() {
    assertThat(invalid(() -> array("[" + TOM_LINE + ",\r\n {\"name\":nope}]")))
        .message()
        .isEqualTo(
            "index 1: the record is not valid JSON, or has a duplicate key, at line 3, column 10");
    assertThat(invalid(() -> array("[{\"name\"\n:nope}]")))
        .message()
        .endsWith("at line 2, column 2");
    assertThat(invalid(() -> array("[" + TOM_LINE + "] x")))
        .message()
        .isEqualTo("index 1: the record must not follow the end of the array, at line 2, column 3");
  }

  static Stream<Arguments> wrongArrays() {
    return Stream.of(
        arguments("[{}]", List.of("0#/name", "0#/price", "0#/breed")),
        arguments(
            "[%s,{\"name\":1,\"price\":\"x\",\"breed\":null,\"a\":{}},%s,{\"name\":\"\"}]",
            List.of("1#/name", "1#/price", "1#/breed", "1#/a", "3#/name", "3#/price", "3#/breed")));
  }

  @ParameterizedTest
  @MethodSource("wrongArrays")
  void array_ofWrongValues_namesEachWithItsIndex(String text, List<String> wrong) {
    assertWrong(wrong, () -> array(text.replace("%s", TOM_OBJECT)));
  }

  @Test
  void element_asDeepAndLongAsARecord_isRead() {
    String deep = "{\"id\":" + "[".repeat(31) + "]".repeat(31) + "," + TOM_LINE.substring(1);
    assertThat(array("[" + deep + "," + deep + "]")).containsExactly(TOM, TOM);
    int length = TOM_OBJECT.length();
    String text = "[" + TOM_OBJECT + ", " + TOM_OBJECT + "]";
    assertThat(all(CatFormat.JSON.read(in(text), length, 32))).containsExactly(TOM, TOM);
    assertMalformed(0, () -> all(CatFormat.JSON.read(in(text), length - 1, 32)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\"", "1", "{\"a\":", "[", "{\"", "\\"})
  void element_withoutAnEnd_isReadNoFurtherThanARecord(String part) {
    InputStream endless = in("[" + part.repeat((2 << 20) / part.length()));
    assertMalformed(0, () -> all(CatFormat.JSON.read(endless)));
    assertThat(endless).satisfies(it -> assertThat(it.available()).isGreaterThan(1_000_000));
  }
}
