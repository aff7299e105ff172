package dev.catstore.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** An answer of a server, and the problem that it tells where it is one (RFC 9457). */
final class Answer implements AutoCloseable {
  private static final String OUR_PROBLEMS = "/problems/";

  private final HttpResponse<InputStream> response;
  private String problemType = "";
  private String problemDetail = "";

  private Answer(HttpResponse<InputStream> response) {
    this.response = response;
  }

  static Answer of(HttpResponse<InputStream> response) {
    var answer = new Answer(response);
    if (answer.header("Content-Type").startsWith(Problem.MEDIA_TYPE)) {
      answer.readProblem();
    }
    return answer;
  }

  int status() {
    return response.statusCode();
  }

  boolean is(ProblemType type) {
    return status() == type.status() && problemType.equals(type.uri());
  }

  /** Whether something between us and the server, or another server, failed. */
  boolean isAStrangersFailure() {
    return status() >= 500 && !problemType.startsWith(OUR_PROBLEMS);
  }

  /** How long the server asks to wait before the next try; zero if it does not say. */
  Duration retryAfter() {
    String seconds = header("Retry-After");
    return seconds.matches("[0-9]{1,9}")
        ? Duration.ofSeconds(Long.parseLong(seconds))
        : Duration.ZERO;
  }

  /** The value of a header; empty if it is not there. */
  String header(String name) {
    return response.headers().firstValue(name).orElse("");
  }

  List<String> headers(String name) {
    return response.headers().allValues(name);
  }

  /**
   * What is read of the body of an answer with this status.
   *
   * @throws IOException if it was broken off
   * @throws IllegalStateException if the answer is another one
   */
  <T> T read(int expectedStatus, AnswerJson.Reading<T> reading) throws IOException {
    if (status() != expectedStatus) {
      throw unexpected();
    }
    try {
      return reading.read(response.body());
    } catch (IllegalStateException e) {
      throw new IllegalStateException(this + ", but not as expected: " + e.getMessage(), e);
    }
  }

  /** Whether a body that was broken off could be told from a whole one. */
  boolean hasAnEnd() {
    return !header("Transfer-Encoding").isEmpty() || !header("Content-Length").isEmpty();
  }

  /** The failure that an answer is with which nobody can do anything. */
  IllegalStateException unexpected() {
    return new IllegalStateException(toString());
  }

  @Override
  public void close() {
    try {
      response.body().close();
    } catch (IOException e) {
      throw new IllegalStateException(e); // neither of our two bodies throws it
    }
  }

  /** Says what was asked, the status, and the problem; without the query and the body. */
  @Override
  public String toString() {
    String uri = response.uri().toString().split("\\?", 2)[0];
    String problem = problemType.isEmpty() ? "" : " (" + problemType + "): " + problemDetail;
    return response.request().method() + " " + uri + " was answered with " + status() + problem;
  }

  private void readProblem() {
    try (JsonParser json = Json.parser(response.body())) {
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
