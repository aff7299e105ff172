package dev.catstore.http.wire;

import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkPut;
import dev.catstore.domain.BulkRefusedException.Refusal;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatVisitor;
import dev.catstore.domain.NewCat;
import dev.catstore.http.wire.CatFields.Dialect;
import dev.catstore.http.wire.CatRecordReader.Reading;
import dev.catstore.http.wire.CatRecordReader.Records;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * A format of files with many cats, as the routes import and export them: written in UTF-8, read in
 * UTF-8 or in UTF-16 with its byte order mark. An export can be imported: its cats are added anew,
 * without their ids and revisions; or put under their ids, at their revisions.
 */
public enum CatFormat {
  /** A header line, then one cat in each record (RFC 4180, and what spreadsheets make of it). */
  CSV(MediaTypes.CSV, MediaTypes.CSV + "; charset=utf-8; header=present"),
  /** One cat on each line, as a JSON object. */
  NDJSON(MediaTypes.NDJSON, MediaTypes.NDJSON),
  /** An array of cats, as JSON objects. */
  JSON(MediaTypes.JSON, MediaTypes.JSON);

  /** The longest record that is read, in Java characters, unless the caller sets another limit. */
  public static final int MAX_RECORD_LENGTH = 1 << 15;

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

  /** The format whose files have names that end with this: {@code csv} for example. */
  public static Optional<CatFormat> ofExtension(String extension) {
    return Arrays.stream(values()).filter(it -> it.extension().equals(extension)).findFirst();
  }

  /** The media type with its parameters, as a Content-Type has it. */
  public String contentType() {
    return contentType;
  }

  /** What a file's name ends with: {@code csv}, {@code ndjson} or {@code json}. */
  public String extension() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Where a record is, for people.
   *
   * @param position of CSV and NDJSON the line on which the record begins, from 1; of an array the
   *     index of the element, from 0
   */
  public String place(long position) {
    return (this == JSON ? "index " : "line ") + position;
  }

  /** Why a cat of such a file is refused, for people: {@code there is no cat 7} for example. */
  public String reason(Refusal refusal) {
    long id = refusal.id();
    return switch (refusal.reason()) {
      case REPEATED ->
          "id %s comes again, after %s".formatted(id, place(refusal.firstPosition().orElseThrow()));
      case NO_SUCH_CAT -> "there is no cat " + id;
      case STALE -> "cat " + id + " is at another revision";
    };
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
   * @param maxRecordLength the longest line, record or element, in Java characters, at most 2^29;
   *     of CSV without its quotes
   * @param maxJsonDepth how deep the JSON of a cat may be nested
   * @throws InvalidCatFileException if the header line of CSV is wrong; and from the iterator if
   *     anything else is
   */
  public Iterator<NewCat> read(InputStream in, int maxRecordLength, int maxJsonDepth) {
    return read(
        in, Dialect.STRICT, maxRecordLength, maxJsonDepth, (fields, position) -> fields.newCat());
  }

  /** Reads as {@link #readPuts(InputStream, int, int)} does, within the limits of this class. */
  public Iterator<BulkPut> readPuts(InputStream in) {
    return readPuts(in, MAX_RECORD_LENGTH, MAX_JSON_DEPTH);
  }

  /**
   * Reads whole cats with their ids, as {@link #read(InputStream, int, int)} reads cats to add. A
   * revision that is missing, empty (in CSV) or null is none. The positions are those of {@link
   * #place}.
   */
  public Iterator<BulkPut> readPuts(InputStream in, int maxRecordLength, int maxJsonDepth) {
    return read(in, Dialect.PUT, maxRecordLength, maxJsonDepth, CatFields::put);
  }

  /** Reads as {@link #readEdits(InputStream, int, int)} does, within the limits of this class. */
  public Iterator<BulkEdit> readEdits(InputStream in) {
    return readEdits(in, MAX_RECORD_LENGTH, MAX_JSON_DEPTH);
  }

  /**
   * Reads edits, as {@link #readPuts(InputStream, int, int)} reads puts: in CSV of the columns that
   * the header line names, in JSON of the fields that are there, at least one.
   */
  public Iterator<BulkEdit> readEdits(InputStream in, int maxRecordLength, int maxJsonDepth) {
    return read(in, Dialect.EDIT, maxRecordLength, maxJsonDepth, CatFields::edit);
  }

  private <T> Iterator<T> read(
      InputStream in, Dialect dialect, int maxLength, int maxDepth, Reading<T> reading) {
    Reader text = new StrictTextReader(in);
    Records records =
        switch (this) {
          case CSV -> new CsvCatReader(text, dialect, maxLength);
          case NDJSON ->
              new NdjsonCatReader(text, dialect, maxLength, CatJson.limitedFactory(maxDepth));
          case JSON ->
              new JsonArrayCatReader(text, dialect, maxLength, CatJson.limitedFactory(maxDepth));
        };
    return new CatRecordReader<>(this, records, reading);
  }

  /** Writes cats as {@link #write(OutputStream, boolean, Source)} does, without a mark. */
  public void write(OutputStream out, Source cats) throws IOException {
    write(out, false, cats);
  }

  /**
   * Writes cats in the order in which they are shown. If this throws, what was written is
   * incomplete. The caller closes the stream.
   *
   * @param bom whether CSV begins with a byte order mark, by which Excel knows UTF-8
   * @throws IOException if the stream or the source throws it
   */
  public void write(OutputStream out, boolean bom, Source cats) throws IOException {
    try {
      RowWriter<Cat> writer = RowWriter.of(this, out, bom);
      cats.showTo(writer::write);
      writer.end();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (JacksonException e) {
      throw CatJson.streamFailure(e).orElseThrow(() -> e);
    }
  }
}
