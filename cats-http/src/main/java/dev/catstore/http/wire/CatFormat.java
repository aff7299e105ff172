package dev.catstore.http.wire;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatVisitor;
import dev.catstore.domain.NewCat;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * A format of files with many cats, in UTF-8, as the routes import and export them. An export can
 * be imported: its cats are then added anew, without their ids and revisions.
 */
public enum CatFormat {
  /** A header line, then one cat in each record (RFC 4180). */
  CSV(MediaTypes.CSV, MediaTypes.CSV + "; charset=utf-8; header=present"),
  /** One cat on each line, as a JSON object. */
  NDJSON(MediaTypes.NDJSON, MediaTypes.NDJSON);

  /** The longest record that is read, in Java characters, unless the caller sets another limit. */
  public static final int MAX_RECORD_LENGTH = 1 << 20;

  /** How deep JSON may be nested, unless the caller sets another limit. */
  public static final int MAX_JSON_DEPTH = 32;

  private final String mediaType;
  private final String contentType;

  CatFormat(String mediaType, String contentType) {
    this.mediaType = mediaType;
    this.contentType = contentType;
  }

  /** Shows all cats that are to be written. */
  @FunctionalInterface
  public interface Source {
    void showTo(CatVisitor<IOException> writer) throws IOException;
  }

  /** The format with this media type, in lower case and without parameters. */
  public static Optional<CatFormat> ofMediaType(String type) {
    return Arrays.stream(values()).filter(it -> it.mediaType.equals(type)).findFirst();
  }

  /** The media type with its parameters, as a Content-Type has it. */
  public String contentType() {
    return contentType;
  }

  /** Reads cats as {@link #read(InputStream, int, int)} does, within the limits of this class. */
  public Iterator<NewCat> read(InputStream in) {
    return read(in, MAX_RECORD_LENGTH, MAX_JSON_DEPTH);
  }

  /**
   * Reads cats one by one, as they are pulled. A wrong value ends them: the rest is read to find
   * what else is wrong, and then all of it is thrown. What the stream throws comes out as an {@link
   * UncheckedIOException}. The caller closes the stream.
   *
   * @param maxRecordLength the longest line or record, in Java characters, at most 2^29; of CSV
   *     without its quotes
   * @param maxJsonDepth how deep JSON may be nested
   * @throws InvalidCatFileException if the header line of CSV is wrong; and from the iterator if
   *     anything else is
   */
  public Iterator<NewCat> read(InputStream in, int maxRecordLength, int maxJsonDepth) {
    Reader text = new StrictUtf8Reader(in);
    return new CatRecordReader(
        this == CSV
            ? new CsvCatReader(text, maxRecordLength)
            : new NdjsonCatReader(text, maxRecordLength, CatJson.limitedFactory(maxJsonDepth)));
  }

  /**
   * Writes cats in the order in which they are shown. If this throws, what was written is
   * incomplete. The caller closes the stream.
   *
   * @throws IOException if the stream or the source throws it
   */
  public void write(OutputStream out, Source cats) throws IOException {
    try {
      RowWriter<Cat> writer = RowWriter.of(this, out);
      cats.showTo(writer::write);
      writer.end();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (JacksonException e) {
      throw CatJson.streamFailure(e).orElseThrow(() -> e);
    }
  }
}
