package dev.catstore.http.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.catstore.domain.Cat;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Function;
import tools.jackson.databind.SequenceWriter;

/** Writes rows one by one; they are incomplete without {@link #end}. */
public interface RowWriter<T> {
  void write(T row) throws IOException;

  /** Writes what is buffered. */
  void flush() throws IOException;

  void end() throws IOException;

  /**
   * Cats in this format.
   *
   * @param bom whether CSV begins with a byte order mark, by which Excel knows UTF-8
   */
  static RowWriter<Cat> of(CatFormat format, OutputStream out, boolean bom) {
    return switch (format) {
      case CSV -> csv(out, bom);
      case NDJSON -> ndjson(out);
      case JSON -> jsonArray(out, CatDocument.class, CatDocument::of);
    };
  }

  /** A JSON array of documents. */
  static <T, D> RowWriter<T> jsonArray(
      OutputStream out, Class<D> document, Function<T, D> toDocument) {
    SequenceWriter json = CatJson.writer(document).writeValuesAsArray(out);
    return new RowWriter<>() {
      @Override
      public void write(T row) {
        json.write(toDocument.apply(row));
      }

      @Override
      public void flush() {
        json.flush();
      }

      @Override
      public void end() {
        json.close();
      }
    };
  }

  /** A JSON object on each line. */
  private static RowWriter<Cat> ndjson(OutputStream out) {
    SequenceWriter json =
        CatJson.writer(CatDocument.class).withRootValueSeparator("\n").writeValues(out);
    return new RowWriter<>() {
      private boolean empty = true;

      @Override
      public void write(Cat cat) {
        empty = false;
        json.write(CatDocument.of(cat));
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
    };
  }

  /** CSV after RFC 4180, with a header line. */
  private static RowWriter<Cat> csv(OutputStream out, boolean bom) {
    CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.CRLF).build(out, UTF_8);
    csv.writeRecord(bom ? "\uFEFFid" : "id", "name", "price", "breed", "revision");
    return new RowWriter<>() {
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
    };
  }
}
