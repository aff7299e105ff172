package dev.catstore.http.wire;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.FieldModifier;
import dev.catstore.http.wire.CatFields.Dialect;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The records of a file in CSV (RFC 4180), after a header line that names the columns; blank lines
 * are skipped.
 */
final class CsvCatReader implements CatRecordReader.Records {
  private static final Pattern LINE_END = Pattern.compile("\r\n|\r|\n");

  private final Dialect dialect;
  private final int maxLength;
  private final Iterator<CsvRecord> records;
  private final List<String> columns;
  private @Nullable CsvRecord record;
  private boolean quoted;

  /**
   * Reads the header line.
   *
   * @throws InvalidCatFileException if it is wrong
   */
  CsvCatReader(Reader text, Dialect dialect, int maxLength) {
    this.dialect = dialect;
    this.maxLength = maxLength;
    this.records =
        CsvReader.builder()
            .skipEmptyLines(false)
            .allowUnclosedQuote(false)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            // It grows by doubling, from what is twice as large as this.
            .maxBufferSize(2 * Integer.highestOneBit(Math.max(maxLength, 8192)))
            .build(CsvRecordHandler.of(it -> it.fieldModifier(new QuotesSeen())), text)
            .iterator();
    if (!read()) {
      throw malformed(1, "must be a header line that names the columns");
    }
    this.columns = current().getFields();
    checkColumns();
  }

  /** Notes whether the record has a quoted field, since such a record is not a blank line. */
  private final class QuotesSeen implements FieldModifier {
    @Override
    public String modify(long startingLine, int field, boolean inQuotes, String value) {
      quoted |= inQuotes;
      return value;
    }
  }

  @Override
  public boolean advance() {
    while (read()) {
      CsvRecord found = current();
      boolean blank = !quoted && found.getFieldCount() == 1 && found.getField(0).isBlank();
      if (!blank) {
        if (found.getFieldCount() != columns.size()) {
          throw malformed(
              position(), "must have %d fields, like the header line".formatted(columns.size()));
        }
        return true;
      }
    }
    return false;
  }

  @Override
  public long position() {
    return current().getStartingLineNumber();
  }

  @Override
  public CatFields fields() {
    return CatFields.ofTexts(columns, current().getFields(), dialect);
  }

  private CsvRecord current() {
    if (record == null) {
      throw new IllegalStateException("no record has been read");
    }
    return record;
  }

  private boolean read() {
    long line = record == null ? 1 : lineAfter(record);
    quoted = false;
    try {
      if (!records.hasNext()) {
        return false;
      }
      record = records.next();
    } catch (UncheckedIOException e) {
      throw e.getCause() instanceof CharacterCodingException
          ? InvalidCatFileException.notUtf8(CatFormat.CSV, line)
          : e;
    } catch (CsvParseException e) {
      if (e.getCause() instanceof RuntimeException ofTheText) {
        throw ofTheText;
      }
      throw unreadable(line);
    }
    if (length(record) > maxLength) {
      throw unreadable(line);
    }
    return true;
  }

  private InvalidCatFileException unreadable(long line) {
    return malformed(
        line, "must be CSV with balanced quotes, of at most %d characters".formatted(maxLength));
  }

  private static InvalidCatFileException malformed(long line, String rule) {
    return InvalidCatFileException.malformed(CatFormat.CSV, line, rule);
  }

  private static long length(CsvRecord record) {
    return record.getFields().stream().mapToLong(String::length).sum() + record.getFieldCount() - 1;
  }

  private static long lineAfter(CsvRecord record) {
    long inner =
        record.getFields().stream()
            .mapToLong(field -> LINE_END.matcher(field).results().count())
            .sum();
    return record.getStartingLineNumber() + inner + 1;
  }

  private void checkColumns() {
    for (int i = 0; i < columns.size(); i++) {
      String column = columns.get(i);
      if (!CatFields.ALL.contains(column)) {
        throw malformed(1, "must name only columns of a cat: field " + (i + 1) + " does not");
      }
      if (columns.indexOf(column) != columns.lastIndexOf(column)) {
        throw malformed(1, "has the column " + column + " twice");
      }
    }
    if (dialect != Dialect.STRICT) {
      requireColumn("id");
    }
    if (dialect != Dialect.EDIT) {
      CatFields.OWN.forEach(this::requireColumn);
    } else if (CatFields.OWN.stream().noneMatch(columns::contains)) {
      throw malformed(1, "must have at least one of the columns name, price and breed");
    }
  }

  private void requireColumn(String column) {
    if (!columns.contains(column)) {
      throw malformed(1, "lacks the column " + column);
    }
  }
}
