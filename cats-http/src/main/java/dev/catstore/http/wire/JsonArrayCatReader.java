package dev.catstore.http.wire;

import dev.catstore.http.wire.CatFields.Dialect;
import java.io.IOException;
import java.io.Reader;
import tools.jackson.core.json.JsonFactory;

/**
 * The records of a JSON array: its elements. They are cut at the commas between them, so that each
 * is read under the limits of a record, however many there are.
 */
final class JsonArrayCatReader extends JsonRecords {
  private long index = -1;
  private long line = 1;
  private long column;
  private boolean afterReturn;
  private long firstLine;
  private long firstColumn;

  /** What ended the record before: a comma or the array's end, or what began the array. */
  private int delimiter;

  JsonArrayCatReader(Reader text, Dialect dialect, int maxLength, JsonFactory json) {
    super(CatFormat.JSON, text, dialect, maxLength, json);
  }

  /** The index of the element, from 0. */
  @Override
  public long position() {
    return Math.max(index, 0);
  }

  @Override
  boolean readRecord() throws IOException {
    if (index < 0) {
      delimiter = skipBlanks();
      if (delimiter != '[') {
        throw malformed("must be in a JSON array" + place());
      }
    }
    if (delimiter != ']') {
      index++;
      boolean empty = !readElement();
      if (!empty || index > 0 || delimiter != ']') {
        return true;
      }
    } else {
      index++;
    }
    if (skipBlanks() >= 0) {
      throw malformed("must not follow the end of the array" + place());
    }
    return false;
  }

  /** Reads to the comma or bracket that ends the element; false if there is nothing before it. */
  private boolean readElement() throws IOException {
    clear();
    int depth = 0;
    boolean quoted = false;
    boolean escaped = false;
    int c = skipBlanks();
    firstLine = line;
    firstColumn = column;
    boolean empty = true;
    while (quoted || depth > 0 || (c != ',' && c != ']')) {
      if (c < 0) {
        throw malformed("must not be cut off: the array has no end" + place());
      }
      append(c);
      empty = false;
      if (quoted) {
        quoted = escaped || c != '"';
        escaped = !escaped && c == '\\';
      } else {
        quoted = c == '"';
        depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
      }
      c = readCharacter();
    }
    delimiter = c;
    return !empty;
  }

  /** The next character that is not white space of JSON; negative at the end. */
  private int skipBlanks() throws IOException {
    int c = readCharacter();
    while (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      c = readCharacter();
    }
    return c;
  }

  /** Counts lines and columns as the parser does. */
  @Override
  int readCharacter() throws IOException {
    int c = super.readCharacter();
    if (c == '\r' || (c == '\n' && !afterReturn)) {
      line++;
    }
    column = c == '\r' || c == '\n' ? 0 : column + 1;
    afterReturn = c == '\r';
    return c;
  }

  private String place() {
    return ", at line " + line + ", column " + column;
  }

  @Override
  long firstLine() {
    return firstLine;
  }

  @Override
  long firstColumn() {
    return firstColumn;
  }
}
