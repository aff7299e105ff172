package dev.catstore.http.wire;

import dev.catstore.http.wire.CatFields.Dialect;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import tools.jackson.core.json.JsonFactory;

/**
 * The records of a file of JSON objects. The text of one record at a time is in memory; whether it
 * is the JSON of a cat is found by the parser.
 */
abstract class JsonRecords implements CatRecordReader.Records {
  private final CatFormat format;
  private final BufferedReader text;
  private final Dialect dialect;
  private final int maxLength;
  private final JsonFactory json;
  private final StringBuilder record = new StringBuilder();

  JsonRecords(CatFormat format, Reader text, Dialect dialect, int maxLength, JsonFactory json) {
    this.format = format;
    this.text = new BufferedReader(text);
    this.dialect = dialect;
    this.maxLength = maxLength;
    this.json = json;
  }

  @Override
  public final boolean advance() {
    try {
      return readRecord();
    } catch (CharacterCodingException e) {
      throw InvalidCatFileException.notUtf8(format, position());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public final CatFields fields() {
    try {
      return CatFields.parse(record.toString(), json, dialect, firstLine(), firstColumn());
    } catch (CatFields.MalformedException e) {
      throw malformed(e.rule());
    }
  }

  /** Reads the text of the next record; false at the end. */
  abstract boolean readRecord() throws IOException;

  /** The line on which the parser's text begins, as far as a message is to count lines. */
  abstract long firstLine();

  /** Where in that line it begins. */
  abstract long firstColumn();

  /** The next character; negative at the end. */
  int readCharacter() throws IOException {
    return text.read();
  }

  final void clear() {
    record.setLength(0);
  }

  final void append(int character) {
    if (record.length() == maxLength) {
      throw malformed("must have at most " + maxLength + " characters");
    }
    record.append((char) character);
  }

  final boolean startsWith(char first) {
    return !record.isEmpty() && record.charAt(0) == first;
  }

  final boolean isBlank() {
    return record.chars().allMatch(Character::isWhitespace);
  }

  final InvalidCatFileException malformed(String rule) {
    return InvalidCatFileException.malformed(format, position(), rule);
  }
}
