package dev.catstore.http.wire;

import dev.catstore.domain.NewCat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import tools.jackson.core.json.JsonFactory;

/** The records of a file in NDJSON: an object on each line; blank lines are skipped. */
final class NdjsonCatReader implements CatRecordReader.Records {
  private final BufferedReader text;
  private final int maxLength;
  private final JsonFactory json;
  private final StringBuilder record = new StringBuilder();
  private long line;

  NdjsonCatReader(Reader text, int maxLength, JsonFactory json) {
    this.text = new BufferedReader(text);
    this.maxLength = maxLength;
    this.json = json;
  }

  @Override
  public boolean advance() {
    try {
      while (readLine()) {
        if (!record.toString().isBlank()) {
          return true;
        }
      }
      return false;
    } catch (CharacterCodingException e) {
      throw InvalidCatFileException.notUtf8(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long line() {
    return line;
  }

  @Override
  public NewCat cat() {
    try {
      return CatFields.parse(record.toString(), json, CatFields.Dialect.STRICT).newCat();
    } catch (CatFields.MalformedException e) {
      throw InvalidCatFileException.malformed(line, e.rule());
    }
  }

  /** Reads to the next line feed; other line separators may be part of the JSON. */
  private boolean readLine() throws IOException {
    record.setLength(0);
    line++;
    int c = text.read();
    if (c < 0) {
      return false;
    }
    for (; c >= 0 && c != '\n'; c = text.read()) {
      if (record.length() == maxLength) {
        throw InvalidCatFileException.malformed(
            line, "must have at most " + maxLength + " characters");
      }
      record.append((char) c);
    }
    return true;
  }
}
