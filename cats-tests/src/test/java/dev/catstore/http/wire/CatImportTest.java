package dev.catstore.http.wire;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.catstore.domain.NewCat;
import dev.catstore.http.problem.Problem.FieldError;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.problem.ProblemType;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the texts of imports are read as. */
class CatImportTest {
  private static final NewCat TOM = new NewCat("Tom", 100, "manx");
  private static final NewCat TIM = new NewCat("Tim", 7, "bengal");
  private static final String HEADER = "name,price,breed\n";
  private static final String TOM_LINE = "{\"name\":\"Tom\",\"price\":100,\"breed\":\"manx\"}\n";

  static Stream<Arguments> csvOfTomAndTim() {
    return Stream.of(
            "name,price,breed\nTom,100,manx\nTim,7,bengal\n",
            "name,price,breed\nTom,100,manx\nTim,7,bengal",
            "name,price,breed\r\nTom,100,manx\r\nTim,7,bengal\r\n",
            "name,price,breed\rTom,100,manx\rTim,7,bengal\r",
            "\uFEFFname,price,breed\nTom,100,manx\nTim,7,bengal\n",
            "\uFEFF\"name\",\"price\",\"breed\"\n\"Tom\",\"100\",\"manx\"\n\"Tim\",\"7\",\"bengal\"",
            "breed,name,price\nmanx,Tom,100\nbengal,Tim,7\n",
            "id,name,price,breed,revision\n9,Tom,100,manx,3\nx,Tim,7,bengal,\n",
            "name,price,breed\n\n \nTom,100,manx\n\r\nTim,7,bengal\n\n\t\n",
            "name,price,breed\n Tom ,1e2,manx\u3000\n\"\nTim\n\",7.0,\"bengal\"\n")
        .map(Arguments::arguments);
  }

  @ParameterizedTest
  @MethodSource("csvOfTomAndTim")
  void csv_inAllItsForms_isRead(String text) {
    assertThat(csv(text)).containsExactly(TOM, TIM);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a \"\"quoted\"\" name",
        "comma, and another,",
        "=1+1",
        "'",
        "\uD83D\uDC31 astral \uD83C\uDFF4",
        "e\u0301 combining",
        "a\uFEFFb",
        "a\u2028b",
        "null"
      })
  void csv_ofValuesInQuotes_isReadToTheLetter(String quoted) {
    assertThat(csv(HEADER + "\"" + quoted + "\",1,\"" + quoted + "\""))
        .containsExactly(new NewCat(quoted.replace("\"\"", "\""), 1, quoted.replace("\"\"", "\"")));
  }

  @Test
  void csv_withAQuoteInABareField_takesItAsItStands() {
    assertThat(csv(HEADER + "Tom \"T\",100,6\" long\n"))
        .containsExactly(new NewCat("Tom \"T\"", 100, "6\" long"));
  }

  static Stream<Arguments> malformedCsv() {
    return Stream.of(
        arguments("", 1),
        arguments("\uFEFF", 1),
        arguments("\n" + HEADER + "Tom,100,manx\n", 1),
        arguments("Tom,100,manx\n", 1),
        arguments("name,price\nTom,100\n", 1),
        arguments("name,price,breed,name\nTom,100,manx,Tom\n", 1),
        arguments("name,price,breed,id,id\nTom,100,manx,1,1\n", 1),
        arguments("name,price,breed,colour\nTom,100,manx,red\n", 1),
        arguments("name,price,breed,\nTom,100,manx,\n", 1),
        arguments("Name,price,breed\nTom,100,manx\n", 1),
        arguments("name, price,breed\nTom,100,manx\n", 1),
        arguments("name;price;breed\nTom;100;manx\n", 1),
        arguments("\"name,price,breed\nTom,100,manx\n", 1),
        arguments(HEADER + "Tom,100\n", 2),
        arguments(HEADER + "\n\"\"\n", 3),
        arguments(HEADER + "\" \"\n", 2),
        arguments(HEADER + "Tom,100,manx,\n", 2),
        arguments(HEADER + "Tom,100,manx\nTim\n", 3),
        arguments(HEADER + "\n\nTim,7,bengal,1\n", 4),
        arguments(HEADER + "\"T\r\no\n\r\nm\",100,manx\n\nTim,7\n", 7),
        arguments("name,price,breed\r\nTom,100,manx\r\n\r\nTim,7\r\n", 4),
        arguments("name,price,breed\rTom,100,manx\r\rTim,7\r", 4),
        arguments(HEADER + "Tom,100,manx\n\"Tim,7,bengal\nTom,100,manx\n", 3),
        arguments(HEADER + "Tom,100,\"manx", 2),
        arguments(HEADER + "\"Tom\"x,100,manx\n", 2),
        arguments(HEADER + "Tom,100,manx\n" + ",".repeat(100_000) + "\n", 3),
        arguments(HEADER + "x".repeat(3 << 20) + "\n", 2),
        arguments(HEADER + "\"" + "\n".repeat(3 << 20) + "\",100,manx\n", 2),
        arguments("x".repeat(3 << 20), 1),
        arguments("x".repeat(900_000) + ",price,breed,name\n", 1));
  }

  @ParameterizedTest
  @MethodSource("malformedCsv")
  void csv_thatCannotBeRead_isMalformedOnItsLine(String text, long line) {
    assertMalformed(line, () -> csv(text));
  }

  static Stream<Arguments> wrongCsv() {
    return Stream.of(
        arguments(HEADER + ",,\n", List.of("2#/name", "2#/price", "2#/breed")),
        arguments(HEADER + "Tom,-1,manx\n", List.of("2#/price")),
        arguments(HEADER + "Tom, 100,manx\n", List.of("2#/price")),
        arguments(HEADER + "Tom,5.5,manx\nTim,x,bengal\n", List.of("2#/price", "3#/price")),
        arguments(HEADER + "\"T\nom\",1,manx\n\nTim,,b\n", List.of("2#/name", "5#/price")),
        arguments(
            "name,price,breed\r\n\"T\r\nom\",1,manx\r\n\r\nTim,,b\r\n",
            List.of("2#/name", "5#/price")),
        arguments("breed,name,price\n" + "x".repeat(101) + ",a,1\n", List.of("2#/breed")));
  }

  @ParameterizedTest
  @MethodSource("wrongCsv")
  void csv_ofWrongValues_namesEachWithItsLine(String text, List<String> wrong) {
    assertWrong(wrong, () -> csv(text));
  }

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

  @Test
  void csv_withoutRecords_isNoCats() {
    assertThat(csv("name,price,breed")).isEmpty();
    assertThat(csv("breed,price,name\r\n\r\n")).isEmpty();
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
  void values_thatAreWrong_areTwentyAndACount() {
    InvalidCatFileException e = invalid(() -> csv(HEADER + "Tom,1,manx\n" + ",x,\n".repeat(9)));
    assertThat(places(e)).hasSize(20).startsWith("3#/name").endsWith("9#/price");
    assertThat(e.isMalformed()).isFalse();
    assertThat(e.more()).isEqualTo(7);
  }

  @Test
  void malformedLine_isNamedAfterTheWrongValuesBeforeIt() {
    assertMalformed(List.of("2#/price", "3#"), () -> csv(HEADER + "Tom,x,manx\nTom,1\n"));
    assertMalformed(
        List.of("2#/name", "2#/price", "2#/breed", "3#"), () -> ndjson(TOM_LINE + "{}\nnope\n"));
  }

  @Test
  void malformedLine_afterManyWrongValues_isNamedInTheLastPlace() {
    InvalidCatFileException e = invalid(() -> csv(HEADER + ",x,\n".repeat(9) + "Tom,1\n"));
    assertThat(e.isMalformed()).isTrue();
    assertThat(places(e)).hasSize(20).startsWith("2#/name").endsWith("8#/name", "11#");
    assertThat(e.more()).isEqualTo(8);
  }

  @Test
  void cats_beforeAWrongOne_areHandedOut_andNoneAfterIt() {
    Iterator<NewCat> cats = csvImport(utf8(HEADER + "Tom,100,manx\nTim,,b\nTom,100,manx\n"));
    assertThat(cats.hasNext()).isTrue();
    assertThat(cats.hasNext()).isTrue();
    assertThat(cats.next()).isEqualTo(TOM);
    assertThatThrownBy(cats::hasNext).isInstanceOf(InvalidCatFileException.class);
  }

  @Test
  void next_afterTheEnd_isRefused() {
    Iterator<NewCat> cats = csvImport(utf8(HEADER + "Tom,100,manx\n"));
    assertThat(cats.next()).isEqualTo(TOM);
    assertThatThrownBy(cats::next).isInstanceOf(NoSuchElementException.class);
  }

  /** The bytes of each are none of UTF-8: a stray one, an overlong form, a surrogate, a torso. */
  static Stream<Arguments> noUtf8() {
    return Stream.of(
            new int[] {0xff},
            new int[] {0x80},
            new int[] {0xc0, 0xaf},
            new int[] {0xed, 0xa0, 0x80},
            new int[] {0xf4, 0x90, 0x80, 0x80},
            new int[] {0xe2, 0x82})
        .map(Arguments::arguments);
  }

  @ParameterizedTest
  @MethodSource("noUtf8")
  void bytes_thatAreNoUtf8_areMalformedOnTheirLine(int[] wrong) {
    String tom = "Tom,100,manx\n";
    assertMalformed(1, () -> all(csvImport(bytes("", wrong))));
    assertMalformed(3, () -> all(csvImport(bytes(HEADER + tom + "Tim,7,", wrong))));
    assertMalformed(4, () -> all(csvImport(bytes(HEADER + tom.repeat(2), wrong))));
    assertMalformed(
        10_002, () -> all(csvImport(bytes(HEADER + tom.repeat(10_000) + "Tim,", wrong))));
    assertMalformed(
        3, () -> all(csvImport(bytes((HEADER + tom + "Tim,").replace('\n', '\r'), wrong))));
    assertMalformed(3, () -> all(csvImport(bytes(HEADER + tom + "\"T\ni\r\nm", wrong))));
    assertMalformed(3, () -> ndjsonOf(bytes(TOM_LINE.repeat(2), wrong)));
    assertMalformed(5_001, () -> ndjsonOf(bytes(TOM_LINE.repeat(5_000) + "{\r", wrong)));
  }

  private static byte[] bytes(String text, int[] wrong) {
    byte[] before = utf8(text);
    byte[] all = Arrays.copyOf(before, before.length + wrong.length);
    for (int i = 0; i < wrong.length; i++) {
      all[before.length + i] = (byte) wrong[i];
    }
    return all;
  }

  /** The server's limits, and its defects, are not taken for mistakes in the text. */
  @Test
  void source_thatFails_isNotTakenForAMalformedText() {
    for (String text : new String[] {"", HEADER, HEADER + "Tom,100,manx\nTim"}) {
      var tooLarge = new ProblemException(ProblemType.CONTENT_TOO_LARGE, "too large");
      assertThatThrownBy(() -> all(csvImport(failingAfter(text, tooLarge)))).isSameAs(tooLarge);
      assertThatThrownBy(() -> all(ndjsonImport(failingAfter(TOM_LINE, tooLarge))))
          .isSameAs(tooLarge);
      var defect = new IllegalStateException("a defect");
      assertThatThrownBy(() -> all(csvImport(failingAfter(text, defect)))).isSameAs(defect);
      assertThatThrownBy(() -> all(ndjsonImport(failingAfter(TOM_LINE, defect)))).isSameAs(defect);
    }
  }

  private static InputStream failingAfter(String text, RuntimeException failure) {
    return new SequenceInputStream(
        new ByteArrayInputStream(utf8(text)),
        new InputStream() {
          @Override
          public int read() {
            throw failure;
          }

          @Override
          public int read(byte[] target, int offset, int length) {
            throw failure;
          }
        });
  }

  @Test
  void ndjson_thatIsNoJson_namesTheColumnInItsLine() {
    assertThat(invalid(() -> ndjson(TOM_LINE + "{\"name\":nope}")))
        .message()
        .isEqualTo("line 2: the record is not valid JSON, or has a duplicate key, at column 9");
  }

  @Test
  void bytes_ofAnotherEncoding_areMalformed() {
    assertMalformed(1, () -> all(csvImport((HEADER + "Tom,1,manx").getBytes(UTF_16))));
  }

  /** Buffers end within a character, within a line end and within quotes, each somewhere. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 5, 8, 13})
  void text_longerThanEachBuffer_isReadToTheLetter(int shift) {
    var cats = new ArrayList<NewCat>();
    var csv = new StringBuilder("name,price,breed\r\n");
    var ndjson = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      String name =
          "x".repeat(1 + (i + shift) % 17) + "\uD83D\uDC31\u20AC\u00E9".repeat(1 + i % 20);
      cats.add(new NewCat(name + ",", i, "manx"));
      csv.append("\"").append(name).append(",\",").append(i).append(",manx\r\n");
      ndjson.append("{\"breed\":\"manx\",\"name\":\"").append(name).append(",\",\"price\":");
      ndjson.append(i).append("}\r\n");
    }
    assertThat(csv(csv.toString())).isEqualTo(cats);
    assertThat(ndjson(ndjson.toString())).isEqualTo(cats);
  }

  @Test
  void text_thatComesByteByByte_isReadToTheLetter() {
    byte[] text = utf8("\uFEFF" + HEADER + "\"\uD83D\uDC31\u20AC,\",1,manx\n");
    InputStream slow =
        new ByteArrayInputStream(text) {
          @Override
          public synchronized int read(byte[] target, int offset, int length) {
            return super.read(target, offset, Math.min(length, 1));
          }
        };
    assertThat(all(csvImport(slow))).containsExactly(new NewCat("\uD83D\uDC31\u20AC,", 1, "manx"));
  }

  private static List<NewCat> csv(String text) {
    return all(csvImport(utf8(text)));
  }

  private static List<NewCat> ndjson(String text) {
    return ndjsonOf(utf8(text));
  }

  private static List<NewCat> ndjsonOf(byte[] text) {
    return all(ndjsonImport(new ByteArrayInputStream(text)));
  }

  private static Iterator<NewCat> csvImport(byte[] text) {
    return csvImport(new ByteArrayInputStream(text));
  }

  private static Iterator<NewCat> csvImport(InputStream text) {
    return CatFormat.CSV.read(text);
  }

  private static Iterator<NewCat> ndjsonImport(InputStream text) {
    return CatFormat.NDJSON.read(text);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  private static List<NewCat> all(Iterator<NewCat> cats) {
    var all = new ArrayList<NewCat>();
    cats.forEachRemaining(all::add);
    return all;
  }

  private static void assertMalformed(long line, Runnable reading) {
    assertMalformed(List.of(line + "#"), reading);
  }

  private static void assertMalformed(List<String> places, Runnable reading) {
    InvalidCatFileException e = invalid(reading);
    assertThat(e.isMalformed()).isTrue();
    assertThat(e).message().startsWith("line ").hasSizeLessThan(300);
    assertThat(places(e)).isEqualTo(places);
  }

  private static void assertWrong(List<String> wrong, Runnable reading) {
    InvalidCatFileException e = invalid(reading);
    assertThat(e.isMalformed()).isFalse();
    assertThat(places(e)).isEqualTo(wrong);
    assertThat(e.more()).isZero();
  }

  private static InvalidCatFileException invalid(Runnable reading) {
    return catchThrowableOfType(InvalidCatFileException.class, reading::run);
  }

  /** The lines and the pointers. */
  private static List<String> places(InvalidCatFileException e) {
    return e.findings().stream()
        .map(it -> FieldError.ofRecord(it.line(), it.field(), it.rule()))
        .map(it -> it.line() + String.valueOf(it.pointer()))
        .toList();
  }
}
