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
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.databind.ObjectReader;

/** The values in the body of a response, read one by one as they arrive. For one thread. */
final class JsonValues<D, T> implements AutoCloseable {
  private final String response;
  private final JsonParser json;
  private final boolean array;
  private final ObjectReader reader;
  private final Function<D, T> toValue;
  private boolean begun;

  /**
   * Begins to read.
   *
   * @param response describes the response, for the messages of failures
   * @param array whether the values are the elements of an array, or follow one another
   * @throws IOException if the response is aborted before its first byte
   */
  JsonValues(
      String response, InputStream body, boolean array, Class<D> document, Function<D, T> toValue)
      throws IOException {
    this.response = response;
    this.json = read(() -> CatJson.parser(body));
    this.array = array;
    this.reader = CatJson.reader(document);
    this.toValue = toValue;
  }

  /**
   * The next value; empty after the last.
   *
   * @throws IOException if the response was aborted
   * @throws IllegalStateException if the body is not what was expected
   */
  Optional<T> next() throws IOException {
    if (array && !begun) {
      require(read(json::nextToken) == JsonToken.START_ARRAY, "is not an array");
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
    require(token == JsonToken.START_OBJECT, "has something other than an object");
    return Optional.of(read(() -> toValue.apply(reader.readValue(json))));
  }

  /** All remaining values. */
  List<T> rest() throws IOException {
    var rest = new ArrayList<T>();
    for (var next = next(); next.isPresent(); next = next()) {
      rest.add(next.get());
    }
    return rest;
  }

  /** Closes the response too. */
  @Override
  public void close() {
    json.close();
  }

  /** Distinguishes an aborted body from one that is not what was expected. */
  private <V> V read(Supplier<V> reading) throws IOException {
    try {
      return reading.get();
    } catch (UnexpectedEndOfInputException e) {
      throw new IOException("the body ends within a value", e);
    } catch (JacksonException e) {
      Optional<IOException> aborted = CatJson.streamFailure(e);
      if (aborted.isPresent()) {
        throw aborted.get();
      }
      throw new IllegalStateException(response + ", but the body is not the JSON of this API", e);
    } catch (InvalidValueException e) {
      throw new IllegalStateException(
          response + ", but the body breaks a rule: " + e.getMessage(), e);
    }
  }

  private void require(boolean right, String otherwise) {
    if (!right) {
      throw new IllegalStateException(response + ", but the body " + otherwise);
    }
  }
}
