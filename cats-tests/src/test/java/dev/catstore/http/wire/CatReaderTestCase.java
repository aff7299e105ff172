package dev.catstore.http.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.catstore.domain.NewCat;
import dev.catstore.http.problem.Problem.FieldError;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Reads cats from texts. */
abstract class CatReaderTestCase {
  static final NewCat TOM = new NewCat("Tom", 100, "manx");

  static final NewCat TIM = new NewCat("Tim", 7, "bengal");

  static final String HEADER = "name,price,breed\n";

  static final String TOM_LINE = "{\"name\":\"Tom\",\"price\":100,\"breed\":\"manx\"}\n";

  static List<NewCat> csv(String text) {
    return all(csvImport(utf8(text)));
  }

  static List<NewCat> ndjson(String text) {
    return ndjsonOf(utf8(text));
  }

  static List<NewCat> ndjsonOf(byte[] text) {
    return all(ndjsonImport(new ByteArrayInputStream(text)));
  }

  static Iterator<NewCat> csvImport(byte[] text) {
    return csvImport(new ByteArrayInputStream(text));
  }

  static Iterator<NewCat> csvImport(InputStream text) {
    return CatFormat.CSV.read(text);
  }

  static Iterator<NewCat> ndjsonImport(InputStream text) {
    return CatFormat.NDJSON.read(text);
  }

  static List<NewCat> array(String text) {
    return all(CatFormat.JSON.read(in(text)));
  }

  static InputStream in(String text) {
    return new ByteArrayInputStream(utf8(text));
  }

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  static <T> List<T> all(Iterator<T> cats) {
    var all = new ArrayList<T>();
    cats.forEachRemaining(all::add);
    return all;
  }

  static void assertMalformed(long line, Runnable reading) {
    assertMalformed(List.of(line + "#"), reading);
  }

  static void assertMalformed(List<String> places, Runnable reading) {
    InvalidCatFileException e = invalid(reading);
    assertThat(e.isMalformed()).isTrue();
    assertThat(e).message().matches("(line|index) (?s).*").hasSizeLessThan(300);
    assertThat(places(e)).isEqualTo(places);
  }

  static void assertWrong(List<String> wrong, Runnable reading) {
    InvalidCatFileException e = invalid(reading);
    assertThat(e.isMalformed()).isFalse();
    assertThat(places(e)).isEqualTo(wrong);
    assertThat(e.more()).isZero();
  }

  static InvalidCatFileException invalid(Runnable reading) {
    return catchThrowableOfType(InvalidCatFileException.class, reading::run);
  }

  /** The positions and the pointers. */
  static List<String> places(InvalidCatFileException e) {
    return e.findings().stream()
        .map(it -> FieldError.ofRecord(it.position(), it.field(), it.rule()))
        .map(it -> it.line() + String.valueOf(it.pointer()))
        .toList();
  }
}
