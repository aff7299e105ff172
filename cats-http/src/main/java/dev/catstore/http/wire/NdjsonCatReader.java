package dev.catstore.http.wire;

import dev.catstore.domain.NewCat;
import dev.catstore.http.routes.CatRequestReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;

/** The records of an import in NDJSON: an object on each line; blank lines are passed over. */
final class NdjsonCatReader implements CatRecordReader.Records {
  private final BufferedReader text;
  private final int maxLength;
  private final CatRequestReader bodies;
  private final StringBuilder record = new StringBuilder();
  private long line;

  NdjsonCatReader(Reader text, int maxLength, CatRequestReader bodies) {
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
      throw CatRecordReader.noUtf8(line);
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
      return bodies.parse(record.toString(), CatFields.Dialect.STRICT).newCat();
    } catch (CatFields.MalformedException e) {
      throw CatRecordReader.malformed(line, e.rule());
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
        throw CatRecordReader.malformed(line, "must have at most " + maxLength + " characters");
      }
      record.append((char) c);
    }
    return true;
  }
}
