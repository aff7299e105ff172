package dev.catstore.http.wire;

import dev.catstore.http.wire.CatFields.Dialect;
import java.io.IOException;
import java.io.Reader;
import tools.jackson.core.json.JsonFactory;

/** The records of a file in NDJSON: an object on each line; blank lines are skipped. */
final class NdjsonCatReader extends JsonRecords {
  private long line;

  NdjsonCatReader(Reader text, Dialect dialect, int maxLength, JsonFactory json) {
    super(CatFormat.NDJSON, text, dialect, maxLength, json);
  }

  @Override
  public long position() {
    return line;
  }

  @Override
  boolean readRecord() throws IOException {
    while (readLine()) {
      if (!isBlank()) {
        return true;
      }
    }
    return false;
  }

  /** Reads to the next line feed; other line separators may be part of the JSON. */
  private boolean readLine() throws IOException {
    clear();
    line++;
    int c = readCharacter();
    if (c < 0) {
      return false;
    }
    for (; c >= 0 && c != '\n'; c = readCharacter()) {
      append(c);
    }
    if (startsWith('\uFEFF')) {
      throw InvalidCatFileException.secondFile(CatFormat.NDJSON, line);
    }
    return true;
  }

  /** The position names the line. */
  @Override
  long firstLine() {
    return 1;
  }

  @Override
  long firstColumn() {
    return 1;
  }
}
