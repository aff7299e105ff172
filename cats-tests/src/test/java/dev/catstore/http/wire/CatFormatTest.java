package dev.catstore.http.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.catstore.domain.BulkPut;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.NewCat;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is written can be read; what the streams throw comes out. */
class CatFormatTest {
  private static final List<NewCat> CATS =
      List.of(
          new NewCat("Tom", 0, "manx"),
          new NewCat("a \"quoted\", name;\\", Integer.MAX_VALUE, "\uD83D\uDC31 \u20AC"),
          new NewCat("null", 1, "'"));

  @ParameterizedTest
  @EnumSource
  void write_cats_canBeReadBack(CatFormat format) throws IOException {
    var text = new ByteArrayOutputStream();
    format.write(
        text,
        writer -> {
          for (int i = 0; i < CATS.size(); i++) {
            writer.visit(CATS.get(i).withId(i + 7L));
          }
        });
    assertThat(read(format, new ByteArrayInputStream(text.toByteArray())))
        .containsExactlyElementsOf(CATS);
  }

  @ParameterizedTest
  @EnumSource
  void write_cats_canBePutAgain(CatFormat format) throws IOException {
    var text = new ByteArrayOutputStream();
    format.write(text, writer -> writer.visit(new Cat(9, "Tom", 1, "manx", 3)));
    var put = new ArrayList<BulkPut>();
    format.readPuts(new ByteArrayInputStream(text.toByteArray())).forEachRemaining(put::add);
    assertThat(put)
        .extracting(BulkPut::which, BulkPut::cat)
        .containsExactly(tuple(CatRef.of(9, 3), new NewCat("Tom", 1, "manx")));
  }

  @Test
  void write_jsonWithLineSeparatorsOfUnicode_escapesThem() throws IOException {
    for (CatFormat format : List.of(CatFormat.NDJSON, CatFormat.JSON)) {
      var text = new ByteArrayOutputStream();
      format.write(text, writer -> writer.visit(new Cat(1, "a\u2028b\u00e9", 1, "c\u2029d", 1)));
      assertThat(text.toString(UTF_8)).contains("a\\u2028b\u00e9", "c\\u2029d");
    }
  }

  @Test
  void write_withAMark_beginsCsvWithIt_andCanBeReadBack() throws IOException {
    var csv = new ByteArrayOutputStream();
    CatFormat.CSV.write(csv, true, writer -> writer.visit(CATS.get(0).withId(1)));
    assertThat(csv.toString(UTF_8)).startsWith("\uFEFFid,name,");
    assertThat(read(CatFormat.CSV, new ByteArrayInputStream(csv.toByteArray())))
        .containsExactly(CATS.get(0));
    var json = new ByteArrayOutputStream();
    CatFormat.JSON.write(json, true, writer -> {});
    assertThat(json.toString(UTF_8)).isEqualTo("[]");
  }

  @ParameterizedTest
  @EnumSource
  void write_noCats_canBeReadBack(CatFormat format) throws IOException {
    var text = new ByteArrayOutputStream();
    format.write(text, writer -> {});
    assertThat(text.toString(UTF_8))
        .isEqualTo(
            switch (format) {
              case CSV -> "id,name,price,breed,revision\r\n";
              case NDJSON -> "";
              case JSON -> "[]";
            });
    assertThat(read(format, new ByteArrayInputStream(text.toByteArray()))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void write_toAStreamThatFails_throwsWhatItThrows(CatFormat format) {
    var full = new IOException("no space left");
    var out =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw full;
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            throw full;
          }
        };
    Cat tom = CATS.get(0).withId(1);
    assertThatThrownBy(
            () ->
                format.write(
                    out,
                    writer -> {
                      for (int i = 0; i < 10_000; i++) {
                        writer.visit(tom);
                      }
                    }))
        .isSameAs(full);
    assertThatThrownBy(() -> format.write(out, writer -> writer.visit(tom))).isSameAs(full);
  }

  @ParameterizedTest
  @EnumSource
  void read_ofAStreamThatFails_throwsWhatItThrows(CatFormat format) {
    var lost = new IOException("lost");
    var broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw lost;
          }

          @Override
          public int read(byte[] bytes, int offset, int length) throws IOException {
            throw lost;
          }
        };
    String start =
        switch (format) {
          case CSV -> "name,price,breed\nTom,1,manx\n";
          case NDJSON -> "\n";
          case JSON -> "[";
        };
    assertThatThrownBy(
            () ->
                read(
                    format,
                    new SequenceInputStream(
                        new ByteArrayInputStream(start.getBytes(UTF_8)), broken)))
        .isInstanceOf(UncheckedIOException.class)
        .hasCause(lost);
  }

  private static List<NewCat> read(CatFormat format, InputStream text) {
    var cats = new ArrayList<NewCat>();
    format.read(text).forEachRemaining(cats::add);
    return cats;
  }
}
