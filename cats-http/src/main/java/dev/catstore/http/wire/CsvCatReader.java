package dev.catstore.http.wire;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.CsvRecordHandler;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.FieldModifier;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.Violations;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The records of a file in CSV (RFC 4180), after a header line that names the columns; blank lines
 * are skipped.
 */
final class CsvCatReader implements CatRecordReader.Records {
  private static final Set<String> IGNORED = Set.of("id", "revision");
  private static final Set<String> NEEDED = Set.of("name", "price", "breed");

  private static final Pattern LINE_END = Pattern.compile("\r\n|\r|\n");

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
  CsvCatReader(Reader text, int maxLength) {
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
      throw InvalidCatFileException.malformed(1, "must be a header line that names the columns");
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
          throw InvalidCatFileException.malformed(
              line(), "must have %d fields, like the header line".formatted(columns.size()));
        }
        return true;
      }
    }
    return false;
  }

  @Override
  public long line() {
    return current().getStartingLineNumber();
  }

  @Override
  public NewCat cat() {
    var violations = new Violations();
    String name = violations.text("name", field("name"));
    OptionalInt price = violations.price("price", field("price"));
    String breed = violations.text("breed", field("breed"));
    violations.throwIfAny();
    return new NewCat(name, price.orElseThrow(), breed);
  }

  private String field(String column) {
    return current().getField(columns.indexOf(column));
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
          ? InvalidCatFileException.notUtf8(line)
          : e;
    } catch (CsvParseException e) {
      if (e.getCause() instanceof RuntimeException ofTheText) {
        throw ofTheText;
      }
      throw malformed(line);
    }
    if (length(record) > maxLength) {
      throw malformed(line);
    }
    return true;
  }

  private InvalidCatFileException malformed(long line) {
    return InvalidCatFileException.malformed(
        line, "must be CSV with balanced quotes, of at most %d characters".formatted(maxLength));
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
      if (!NEEDED.contains(column) && !IGNORED.contains(column)) {
        throw InvalidCatFileException.malformed(
            1, "must name only columns of a cat: field " + (i + 1) + " does not");
      }
      if (columns.indexOf(column) != columns.lastIndexOf(column)) {
        throw InvalidCatFileException.malformed(1, "has the column " + column + " twice");
      }
    }
    for (String column : List.of("name", "price", "breed")) {
      if (!columns.contains(column)) {
        throw InvalidCatFileException.malformed(1, "lacks the column " + column);
      }
    }
  }
}
