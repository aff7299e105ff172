package dev.catstore.http.client;

import dev.catstore.http.problem.Problem;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.wire.CatJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** An answer of a server, and the problem that it tells where it is one (RFC 9457). */
final class ApiResponse implements AutoCloseable {
  private static final String OUR_PROBLEMS = "/problems/";

  private final HttpResponse<InputStream> response;
  private String problemType = "";
  private String problemDetail = "";

  private ApiResponse(HttpResponse<InputStream> response) {
    this.response = response;
  }

  static ApiResponse of(HttpResponse<InputStream> response) {
    var answer = new ApiResponse(response);
    if (answer.header("Content-Type").startsWith(Problem.MEDIA_TYPE)) {
      answer.readProblem();
    }
    return answer;
  }

  boolean is(ProblemType type) {
    return status() == type.status() && problemType.equals(type.uri());
  }

  /** Whether something between us and the server, or another server, failed. */
  boolean isForeignServerError() {
    return status() >= 500 && !problemType.startsWith(OUR_PROBLEMS);
  }

  /** How long the server asks to wait (RFC 9110, 10.2.3); zero if it does not. */
  Duration retryAfter() {
    String value = header("Retry-After");
    if (value.matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    try {
      Instant date = DateTimeFormatter.RFC_1123_DATE_TIME.parse(value, Instant::from);
      return Duration.between(Instant.now(), date);
    } catch (DateTimeParseException e) {
      return Duration.ZERO; // not there, or nothing that one can wait for
    }
  }

  /** The value of a header; empty if it is not there. */
  String header(String name) {
    return response.headers().firstValue(name).orElse("");
  }

  List<String> headers(String name) {
    return response.headers().allValues(name);
  }

  /**
   * Asks for an answer with this status.
   *
   * @throws IllegalStateException if it is another one
   */
  ApiResponse require(int status) {
    if (status() != status) {
      throw new IllegalStateException(toString());
    }
    return this;
  }

  /** The only object of the body. */
  <T> T object(Function<JsonParser, T> reader) throws IOException {
    try (var json = new JsonValues<>(this, response.body(), false, reader)) {
      return json.next().orElseThrow(() -> unexpected("the body is empty", null));
    }
  }

  /** The objects of an array. */
  <T> JsonValues<T> array(Function<JsonParser, T> reader) throws IOException {
    return new JsonValues<>(this, response.body(), true, reader);
  }

  /** The objects of a body with one on each line. */
  <T> JsonValues<T> lines(Function<JsonParser, T> reader) throws IOException {
    // Where the connection's end is the body's end, a part of the lines looks like all of them.
    if (header("Transfer-Encoding").isEmpty() && header("Content-Length").isEmpty()) {
      throw unexpected("it cannot be told where it ends", null);
    }
    return new JsonValues<>(this, response.body(), false, reader);
  }

  /** The failure that an answer is with which nobody can do anything. */
  IllegalStateException unexpected(String reason, @Nullable Throwable cause) {
    return new IllegalStateException(this + ", but " + reason, cause);
  }

  /** Closes the connection if the body has not been read to its end. */
  @Override
  public void close() {
    try {
      response.body().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // neither of our two bodies throws it
    }
  }

  /** Says what was asked, the status, and the problem; without the query and the body. */
  @Override
  public String toString() {
    String uri = response.uri().toString().split("\\?", 2)[0];
    String problem = problemType.isEmpty() ? "" : " (" + problemType + "): " + problemDetail;
    return response.request().method() + " " + uri + " was answered with " + status() + problem;
  }

  private int status() {
    return response.statusCode();
  }

  private void readProblem() {
    try (JsonParser json = CatJson.parser(response.body())) {
      json.nextToken();
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String field = json.currentName();
        boolean text = json.nextToken() == JsonToken.VALUE_STRING;
        if (text && field.equals("type")) {
          problemType = json.getString();
        } else if (text && field.equals("detail")) {
          problemDetail = json.getString();
        } else {
          json.skipChildren();
        }
      }
    } catch (JacksonException e) {
      problemType = ""; // a part of a problem is none
    }
  }
}
