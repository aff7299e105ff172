package dev.catstore.http.wire;

import dev.catstore.domain.Violations;
import dev.catstore.http.wire.CatFields.Dialect;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the beginning of a file in CSV says: its separator, and its columns. */
final class CsvHeader {
  /**
   * The separator of a file.
   *
   * @param character a comma, a semicolon or a tab
   * @param declared whether the first line says it and nothing else
   */
  record Separator(char character, boolean declared) {}

  private static final Pattern DECLARATION = Pattern.compile("(?i:sep)=([,;\t])");

  private static final String SEPARATORS = ",;\t";

  /** More than the names of all columns need. */
  private static final int PEEKED_LENGTH = 8192;

  private static final int SHOWN_LENGTH = 40;

  private static final String COLUMNS = "; the columns are " + String.join(", ", CatFields.ALL);

  private CsvHeader() {}

  /** The separator of a text; the text can still be read from its beginning. */
  static Separator separator(BufferedReader text) throws IOException {
    String line = peekLine(text);
    Matcher declaration = DECLARATION.matcher(line);
    if (declaration.matches()) {
      return new Separator(declaration.group(1).charAt(0), true);
    }
    return new Separator(firstSeparator(line), false);
  }

  /** The first one outside quotes: the names of columns have none. */
  private static char firstSeparator(String line) {
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      quoted ^= c == '"';
      if (!quoted && SEPARATORS.indexOf(c) >= 0) {
        return c;
      }
    }
    return ',';
  }

  private static String peekLine(BufferedReader text) throws IOException {
    text.mark(PEEKED_LENGTH);
    var line = new StringBuilder();
    while (line.length() < PEEKED_LENGTH) {
      int c = text.read();
      if (c < 0 || c == '\r' || c == '\n') {
        break;
      }
      line.append((char) c);
    }
    text.reset();
    return line.toString();
  }

  /** Whether the cells are those of a header line with these columns. */
  static boolean names(List<String> cells, List<String> columns) {
    for (int i = 0; i < columns.size(); i++) {
      if (!columns.get(i).equals(column(cells.get(i)))) {
        return false;
      }
    }
    return true;
  }

  /** The columns by the cells of the header line; an empty last one is none. */
  static List<String> columns(List<String> cells) {
    List<String> columns = cells.stream().map(CsvHeader::column).toList();
    int last = columns.size() - 1;
    return columns.get(last).isEmpty() ? columns.subList(0, last) : columns;
  }

  private static String column(String cell) {
    return Violations.strip(cell).toLowerCase(Locale.ROOT);
  }

  /** What is asked of columns that are not those of a cat as this dialect needs it. */
  static Optional<String> violation(List<String> columns, Dialect dialect) {
    if (columns.isEmpty()) {
      return Optional.of("must be a header line that names the columns" + COLUMNS);
    }
    for (int i = 0; i < columns.size(); i++) {
      String column = columns.get(i);
      if (!CatFields.ALL.contains(column)) {
        return Optional.of(
            "names %s in field %s, which is not a column of a cat".formatted(shown(column), i + 1)
                + COLUMNS);
      }
      if (columns.indexOf(column) < i) {
        return Optional.of("has the column " + column + " twice");
      }
    }
    if (dialect != Dialect.STRICT && !columns.contains("id")) {
      return Optional.of("lacks the column id");
    }
    if (dialect == Dialect.EDIT) {
      return CatFields.OWN.stream().anyMatch(columns::contains)
          ? Optional.empty()
          : Optional.of("must have at least one of the columns name, price and breed");
    }
    return CatFields.OWN.stream()
        .filter(it -> !columns.contains(it))
        .map(it -> "lacks the column " + it)
        .findFirst();
  }

  /** A cell in quotes, or its beginning, with nothing that a terminal might obey. */
  private static String shown(String cell) {
    String start =
        cell.codePoints()
            .limit(SHOWN_LENGTH)
            .mapToObj(CsvHeader::visible)
            .collect(Collectors.joining());
    boolean cut = cell.codePointCount(0, cell.length()) > SHOWN_LENGTH;
    return "'" + start + (cut ? "..." : "") + "'";
  }

  private static String visible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          "\\u%04x".formatted(codePoint);
      default -> Character.toString(codePoint);
    };
  }
}
