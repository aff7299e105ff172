package dev.catstore.http.wire;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.catstore.domain.NewCat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The encodings of files. */
class StrictTextReaderTest extends CatReaderTestCase {
  private static final NewCat CAT = new NewCat("T\u00f6m \uD83D\uDC31", 1, "\u30de");
  private static final String CSV = HEADER + "T\u00f6m \uD83D\uDC31,1,\u30de\n";
  private static final String OBJECT =
      "{\"name\":\"T\u00f6m \uD83D\uDC31\",\"price\":1,\"breed\":\"\u30de\"}";

  static Stream<Arguments> encodings() {
    return Stream.of(
        arguments(UTF_8, ""),
        arguments(UTF_8, "\uFEFF"),
        arguments(UTF_16LE, "\uFEFF"),
        arguments(UTF_16BE, "\uFEFF"));
  }

  @ParameterizedTest
  @MethodSource("encodings")
  void file_inUtf8_orInUtf16WithItsMark_isReadToTheLetter(Charset charset, String mark) {
    assertThat(all(read(CatFormat.CSV, (mark + CSV).getBytes(charset)))).containsExactly(CAT);
    assertThat(all(read(CatFormat.NDJSON, (mark + OBJECT).getBytes(charset)))).containsExactly(CAT);
    assertThat(all(read(CatFormat.JSON, (mark + "[" + OBJECT + "]").getBytes(charset))))
        .containsExactly(CAT);
    String many = HEADER + CSV.substring(HEADER.length()).repeat(9_999);
    assertThat(all(read(CatFormat.CSV, (mark + "sep=,\n" + many).getBytes(charset))))
        .hasSize(9_999)
        .containsOnly(CAT);
  }

  static Stream<Arguments> otherEncodings() {
    return Stream.of("UTF-32", "UTF-32LE", "UTF-32BE", "UTF-16LE", "UTF-16BE", "X-UTF-32LE-BOM")
        .map(Arguments::arguments);
  }

  @ParameterizedTest
  @MethodSource("otherEncodings")
  void file_inAnotherEncoding_isToldHowToBeSaved(String charset) {
    for (CatFormat format : CatFormat.values()) {
      String text = format == CatFormat.CSV ? CSV : "[" + OBJECT + "]";
      InvalidCatFileException e =
          invalid(() -> all(read(format, text.getBytes(Charset.forName(charset)))));
      assertThat(e.isMalformed()).isTrue();
      assertThat(e)
          .message()
          .endsWith(
              "the record is not valid UTF-8: save the file as UTF-8, in a spreadsheet as CSV"
                  + " UTF-8");
    }
  }

  @ParameterizedTest
  @EnumSource
  void file_inLatin1_isToldHowToBeSaved(CatFormat format) {
    byte[] latin =
        (format == CatFormat.CSV ? CSV : "[" + OBJECT).getBytes(Charset.forName("CP1252"));
    assertThat(invalid(() -> all(read(format, latin))))
        .message()
        .contains("is not valid UTF-8: save");
  }

  static Stream<Arguments> brokenUtf16() {
    return Stream.of("\uD83D", "\uDC31", "\uD83Dx", "\uDC31\uD83D")
        .flatMap(it -> Stream.of(arguments(it, UTF_16LE), arguments(it, UTF_16BE)));
  }

  @ParameterizedTest
  @MethodSource("brokenUtf16")
  void utf16_thatIsBroken_isMalformedOnItsLine(String broken, Charset charset) {
    String text = "\uFEFF" + HEADER + "Tom,100,manx\nTim,7," + broken;
    byte[] bytes = new byte[2 * text.length()];
    for (int i = 0; i < text.length(); i++) {
      boolean little = charset.equals(UTF_16LE);
      bytes[2 * i + (little ? 0 : 1)] = (byte) text.charAt(i);
      bytes[2 * i + (little ? 1 : 0)] = (byte) (text.charAt(i) >> 8);
    }
    assertMalformed(3, () -> all(read(CatFormat.CSV, bytes)));
  }

  @ParameterizedTest
  @MethodSource("encodings")
  void bytes_thatComeOneByOne_areReadToTheLetter(Charset charset, String mark) {
    InputStream slow =
        new ByteArrayInputStream((mark + CSV).getBytes(charset)) {
          @Override
          public synchronized int read(byte[] target, int offset, int length) {
            return super.read(target, offset, Math.min(length, 1));
          }
        };
    assertThat(all(CatFormat.CSV.read(slow))).isEqualTo(List.of(CAT));
  }

  @ParameterizedTest
  @MethodSource("encodings")
  void characters_readOneByOne_areThoseOfTheText(Charset charset, String mark) throws IOException {
    var reader = new StrictTextReader(new ByteArrayInputStream((mark + CSV).getBytes(charset)));
    var text = new StringBuilder();
    for (int c; (c = reader.read()) >= 0; ) {
      text.append((char) c);
    }
    assertThat(text).hasToString(CSV);
  }

  private static Iterator<NewCat> read(CatFormat format, byte[] text) {
    return format.read(new ByteArrayInputStream(text));
  }
}
