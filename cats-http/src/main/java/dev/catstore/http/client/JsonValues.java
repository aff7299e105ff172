package dev.catstore.http.client;

import dev.catstore.domain.InvalidValueException;
import dev.catstore.http.wire.CatJson;
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
 * The objects in the body of an answer, read one after the other as they arrive. For one thread.
 */
final class JsonValues<T> implements AutoCloseable {
  private final ApiResponse answer;
  private final JsonParser json;
  private final boolean array;
  private final Function<JsonParser, T> reader;
  private boolean begun;

  /**
   * @param array whether they are the elements of an array, or stand one after the other
   * @param reader reads one, from its start to its end
   * @throws IOException if the answer is broken off before its first byte
   */
  JsonValues(ApiResponse answer, InputStream body, boolean array, Function<JsonParser, T> reader)
      throws IOException {
    this.answer = answer;
    this.json = read(() -> CatJson.parser(body));
    this.array = array;
    this.reader = reader;
  }

  /**
   * The next one; empty after the last.
   *
   * @throws IOException if the answer was broken off
   * @throws IllegalStateException if it is not what was expected
   */
  Optional<T> next() throws IOException {
    if (array && !begun) {
      require(read(json::nextToken) == JsonToken.START_ARRAY, "is no array");
    }
    begun = true;
    JsonToken token = read(json::nextToken);
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

  /** All that are left. */
  List<T> rest() throws IOException {
    var rest = new ArrayList<T>();
    for (var next = next(); next.isPresent(); next = next()) {
      rest.add(next.get());
    }
    return rest;
  }

  /** Closes the answer too. */
  @Override
  public void close() {
    json.close();
  }

  /** Tells a body that was broken off from one that is not what was expected. */
  private <V> V read(Supplier<V> reading) throws IOException {
    try {
      return reading.get();
    } catch (JacksonIOException e) {
      throw e.getCause();
    } catch (UnexpectedEndOfInputException e) {
      throw new IOException("the body ends within a value", e);
    } catch (JacksonException e) {
      throw answer.unexpected("the body is not the JSON of this API", e);
    } catch (InvalidValueException e) {
      throw answer.unexpected("the body breaks a rule: " + e.getMessage(), e);
    }
  }

  private void require(boolean right, String otherwise) {
    if (!right) {
      throw answer.unexpected("the body " + otherwise, null);
    }
  }
}
