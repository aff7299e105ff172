package dev.catstore.http.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.catstore.domain.Cat;
import dev.catstore.http.routes.ContentNegotiation;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.BiConsumer;
import tools.jackson.core.JsonGenerator;

/**
 * A format of many rows.
 *
 * @param mediaType what an answer in it is called
 * @param opener begins to write in it
 */
public record RowFormat<T>(String mediaType, Opener<T> opener) {
  /** Cats as /cats shows them, each on a line. */
  static final RowFormat<Cat> NDJSON = new RowFormat<>(ContentNegotiation.NDJSON, Lines::new);

  /** Cats under a header line, after RFC 4180. */
  static final RowFormat<Cat> CSV =
      new RowFormat<>(ContentNegotiation.CSV + "; charset=utf-8; header=present", Csv::new);

  /** Begins to write rows. */
  @FunctionalInterface
  public interface Opener<T> {
    Writer<T> open(OutputStream out);
  }

  /** Writes rows; without {@link #end} they are not whole. */
  public interface Writer<T> {
    void write(T row);

    void flush() throws IOException;

    void end() throws IOException;
  }

  /** One JSON array. */
  public static <T> RowFormat<T> jsonArray(BiConsumer<JsonGenerator, T> toJson) {
    return new RowFormat<>(ContentNegotiation.JSON, out -> new JsonArray<>(out, toJson));
  }

  private static final class JsonArray<T> implements Writer<T> {
    private final JsonGenerator json;
    private final BiConsumer<JsonGenerator, T> toJson;

    JsonArray(OutputStream out, BiConsumer<JsonGenerator, T> toJson) {
      this.json = CatJson.generator(out);
      this.toJson = toJson;
      json.writeStartArray();
    }

    @Override
    public void write(T row) {
      toJson.accept(json, row);
    }

    @Override
    public void flush() {
      json.flush();
    }

    @Override
    public void end() {
      json.writeEndArray();
      json.close();
    }
  }

  private static final class Lines implements Writer<Cat> {
    private final OutputStream out;
    private final JsonGenerator json;
    private boolean empty = true;

    Lines(OutputStream out) {
      this.out = out;
      this.json = CatJson.lineGenerator(out);
    }

    @Override
    public void write(Cat cat) {
      empty = false;
      CatJson.write(json, cat);
    }

    @Override
    public void flush() {
      json.flush();
    }

    @Override
    public void end() throws IOException {
      json.close();
      if (!empty) {
        out.write('\n');
      }
    }
  }

  private static final class Csv implements Writer<Cat> {
    private final CsvWriter csv;

    Csv(OutputStream out) {
      this.csv = CsvWriter.builder().lineDelimiter(LineDelimiter.CRLF).build(out, UTF_8);
      csv.writeRecord("id", "name", "price", "breed", "revision");
    }

    @Override
    public void write(Cat cat) {
      csv.writeRecord(
          Long.toString(cat.id()),
          cat.name(),
          Integer.toString(cat.price()),
          cat.breed(),
          Long.toString(cat.revision()));
    }

    @Override
    public void flush() throws IOException {
      csv.flush();
    }

    @Override
    public void end() throws IOException {
      csv.flush();
    }
  }
}
