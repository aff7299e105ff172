package dev.catstore.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.domain.NewCat;
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

/** What files of both formats have in common. */
class CatRecordReaderTest extends CatReaderTestCase {
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
}
