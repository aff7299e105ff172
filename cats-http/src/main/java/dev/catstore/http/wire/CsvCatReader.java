package dev.catstore.http.wire;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.FieldModifier;
import dev.catstore.http.wire.CatFields.Dialect;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The records of a file in CSV (RFC 4180), after a header line that names the columns. What
 * spreadsheets write is read too: other separators, blank lines with separators, an empty last
 * column.
 */
final class CsvCatReader implements CatRecordReader.Records {
  private static final Pattern LINE_END = Pattern.compile("\r\n|\r|\n");

  private final Dialect dialect;
  private final int maxLength;
  private final Iterator<CsvRecord> records;
  private final List<String> columns;
  private @Nullable CsvRecord record;
  private boolean quoted;
  private boolean quotedFirst;

  /**
   * Reads the header line.
   *
   * @throws InvalidCatFileException if it is wrong
   */
  CsvCatReader(Reader text, Dialect dialect, int maxLength) {
    this.dialect = dialect;
    this.maxLength = maxLength;
    var buffered = new BufferedReader(text);
    CsvHeader.Separator separator = separator(buffered);
    this.records =
        CsvReader.builder()
            .fieldSeparator(separator.character())
            .skipEmptyLines(false)
            .allowUnclosedQuote(false)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            // It grows by doubling, from what is twice as large as this.
            .maxBufferSize(2 * Integer.highestOneBit(Math.max(maxLength, 8192)))
            .build(CsvRecordHandler.of(it -> it.fieldModifier(new QuotesSeen())), buffered)
            .iterator();
    long line = separator.declared() ? 2 : 1;
    boolean found = read() && (!separator.declared() || read());
    this.columns = found ? CsvHeader.columns(current().getFields()) : List.of();
    CsvHeader.violation(columns, dialect)
        .ifPresent(
            rule -> {
              throw malformed(line, rule);
            });
  }

  private static CsvHeader.Separator separator(BufferedReader text) {
    try {
      return CsvHeader.separator(text);
    } catch (CharacterCodingException e) {
      throw InvalidCatFileException.notUtf8(CatFormat.CSV, 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Notes whether the record has a quoted field, since such a record is not a blank line. */
  private final class QuotesSeen implements FieldModifier {
    @Override
    public String modify(long startingLine, int field, boolean inQuotes, String value) {
      quoted |= inQuotes;
      quotedFirst |= inQuotes && field == 0;
      return value;
    }
  }

  @Override
  public boolean advance() {
    while (read()) {
      if (!isBlank()) {
        check(current().getFields());
        return true;
      }
    }
    return false;
  }

  private boolean isBlank() {
    return !quoted && current().getFields().stream().allMatch(String::isBlank);
  }

  private void check(List<String> fields) {
    if (!quotedFirst && fields.get(0).startsWith("\uFEFF")) {
      throw InvalidCatFileException.secondFile(CatFormat.CSV, position());
    }
    int expected = columns.size();
    boolean emptyLast = fields.size() == expected + 1 && fields.get(expected).isBlank();
    if (fields.size() != expected && !emptyLast) {
      throw malformed(position(), "must have %s fields, like the header line".formatted(expected));
    }
    if (CsvHeader.names(fields, columns)) {
      throw malformed(
          position(), "looks like the header line of a second file: import files one by one");
    }
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
    quotedFirst = false;
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
        line, "must be CSV with balanced quotes, of at most %s characters".formatted(maxLength));
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
}
