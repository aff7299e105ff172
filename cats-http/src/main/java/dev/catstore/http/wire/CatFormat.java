package dev.catstore.http.wire;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatVisitor;
import dev.catstore.domain.NewCat;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.routes.CatRequestReader;
import dev.catstore.http.routes.ContentNegotiation;
import dev.catstore.http.routes.RouteLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Iterator;
import tools.jackson.core.exc.JacksonIOException;

/**
 * A format of many cats, as the routes read imports and write exports in it, in UTF-8. What was
 * written can be read back: the cats are added anew then, without their ids and revisions.
 */
public enum CatFormat {
  /** A header line, and a cat in each record after it (RFC 4180). */
  CSV,
  /** A cat in each line, as a JSON object. */
  NDJSON;

  /** Shows all cats that are to be written. */
  @FunctionalInterface
  public interface Source {
    void showTo(CatVisitor<IOException> writer) throws IOException;
  }

  public static CatFormat ofMediaType(String type) {
    return type.equals(ContentNegotiation.CSV) ? CSV : NDJSON;
  }

  public RowFormat<Cat> rows() {
    return switch (this) {
      case CSV -> RowFormat.CSV;
      case NDJSON -> RowFormat.NDJSON;
    };
  }

  /**
   * The cats of a text, read while they are pulled, one by one. A value that is wrong ends them:
   * the rest is read for what else is wrong, and then all of it is thrown. What the stream throws
   * comes out as an {@link UncheckedIOException}. The stream is the caller's to close.
   *
   * @throws ProblemException if the header line of CSV is wrong; and from the iterator if anything
   *     else is
   */
  public Iterator<NewCat> read(InputStream in, RouteLimits limits) {
    Reader text = new StrictUtf8Reader(in);
    return new CatRecordReader(
        switch (this) {
          case CSV -> new CsvCatReader(text, limits.recordLength());
          case NDJSON ->
              new NdjsonCatReader(text, limits.recordLength(), new CatRequestReader(limits));
        });
  }

  /**
   * Writes cats in the order in which they are shown. Where this throws, what was written is not
   * whole. The stream is the caller's to close.
   *
   * @throws IOException if the stream or the source throws it
   */
  public void write(OutputStream out, Source cats) throws IOException {
    try {
      RowFormat.Writer<Cat> writer = rows().opener().open(out);
      cats.showTo(writer::write);
      writer.end();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (JacksonIOException e) {
      throw e.getCause();
    }
  }
}
