package dev.catstore.http;

import dev.catstore.domain.NewCat;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;

/** The records of an import in NDJSON: an object on each line; blank lines are passed over. */
final class NdjsonRecords implements CatImport.Records {
  private final BufferedReader text;
  private final int maxLength;
  private final CatBodies bodies;
  private final StringBuilder record = new StringBuilder();
  private long line;

  NdjsonRecords(Reader text, int maxLength, CatBodies bodies) {
    this.text = new BufferedReader(text);
    this.maxLength = maxLength;
    this.bodies = bodies;
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
      throw CatImport.noUtf8(line);
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
      return bodies.parse(record.toString(), CatBody.Dialect.STRICT).newCat();
    } catch (CatBody.MalformedException e) {
      throw CatImport.malformed(line, e.rule());
    }
  }

  /** Reads to the next line feed, which alone ends a line: JSON may hold all else that does. */
  private boolean readLine() throws IOException {
    record.setLength(0);
    line++;
    int c = text.read();
    if (c < 0) {
      return false;
    }
    for (; c >= 0 && c != '\n'; c = text.read()) {
      if (record.length() == maxLength) {
        throw CatImport.malformed(line, "must have at most " + maxLength + " characters");
      }
      record.append((char) c);
    }
    return true;
  }
}
