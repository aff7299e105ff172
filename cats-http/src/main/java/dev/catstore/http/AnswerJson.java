package dev.catstore.http;

import dev.catstore.domain.InvalidValueException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

/**
 * The values of an answer, read one after the other. Fields that are not known are passed over, so
 * that a server may grow. For one thread.
 */
final class AnswerJson<T> implements AutoCloseable {
  /** Reads a body, or begins to. */
  @FunctionalInterface
  interface Reading<T> {
    /**
     * Reads from its beginning.
     *
     * @throws IOException if the body was broken off
     * @throws IllegalStateException if it is not what was expected
     */
    T read(InputStream body) throws IOException;
  }

  private final JsonParser json;
  private final boolean array;
  private final Function<JsonParser, T> reader;
  private boolean begun;

  private AnswerJson(InputStream body, boolean array, Function<JsonParser, T> reader)
      throws IOException {
    this.json = Json.parser(body);
    this.array = array;
    this.reader = reader;
    JsonToken first = read(json::nextToken);
    if (array) {
      require(first == JsonToken.START_ARRAY, "is no array");
      read(json::nextToken);
    }
  }

  /** Values that stand one after the other, one per line. */
  static <T> AnswerJson<T> lines(InputStream body, Function<JsonParser, T> reader)
      throws IOException {
    return new AnswerJson<>(body, false, reader);
  }

  /** The values of an array. */
  static <T> AnswerJson<T> array(InputStream body, Function<JsonParser, T> reader)
      throws IOException {
    return new AnswerJson<>(body, true, reader);
  }

  /** All values of an array. */
  static <T> List<T> list(InputStream body, Function<JsonParser, T> reader) throws IOException {
    var list = new ArrayList<T>();
    try (var values = array(body, reader)) {
      for (var next = values.next(); next.isPresent(); next = values.next()) {
        list.add(next.get());
      }
    }
    return list;
  }

  /** The only value. */
  static <T> T value(InputStream body, Function<JsonParser, T> reader) throws IOException {
    try (var values = lines(body, reader)) {
      return values.next().orElseThrow(() -> new EOFException("the answer is empty"));
    }
  }

  /**
   * The next value; empty after the last one.
   *
   * @throws IOException if the answer was broken off
   * @throws IllegalStateException if it is not what was expected
   */
  Optional<T> next() throws IOException {
    JsonToken token = begun ? read(json::nextToken) : json.currentToken();
    begun = true;
    if (array && token == JsonToken.END_ARRAY) {
      require(read(json::nextToken) == null, "goes on after its end");
      return Optional.empty();
    }
    if (!array && token == null) {
      return Optional.empty();
    }
    require(token == JsonToken.START_OBJECT, "has something else than an object");
    return Optional.of(read(() -> reader.apply(json)));
  }

  /** Closes the body too. */
  @Override
  public void close() {
    json.close();
  }

  /** Tells a body that was broken off from one that is not what was expected. */
  private static <V> V read(Supplier<V> reading) throws IOException {
    try {
      return reading.get();
    } catch (JacksonIOException e) {
      throw e.getCause();
    } catch (UnexpectedEndOfInputException e) {
      var end = new EOFException("the answer ends within a value");
      end.initCause(e);
      throw end;
    } catch (JacksonException e) {
      throw new IllegalStateException("the body is no JSON: " + e.getOriginalMessage(), e);
    } catch (InvalidValueException e) {
      throw new IllegalStateException("the body breaks a rule: " + e.getMessage(), e);
    }
  }

  private static void require(boolean right, String otherwise) {
    if (!right) {
      throw new IllegalStateException("the body " + otherwise);
    }
  }
}
