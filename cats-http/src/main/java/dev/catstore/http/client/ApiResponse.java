package dev.catstore.http.client;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import dev.catstore.domain.Cursor;
import dev.catstore.http.problem.Problem.FieldError;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.wire.CatJson;
import dev.catstore.http.wire.MediaTypes;
import dev.catstore.http.wire.ProblemDocument;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;

/** The response of a server, with the problem in it if there is one (RFC 9457). */
final class ApiResponse implements AutoCloseable {
  private static final String OUR_PROBLEMS = "/problems/";

  /** What precedes the type of a problem of ours where a server has a base path. */
  private static final Pattern BASE_PATH = Pattern.compile("^(?:/[^/]+)+(?=/problems/[a-z-]+\\z)");

  private static final Pattern LINK = Pattern.compile("<([^>]*)>([^<]*)");
  private static final Pattern IS_NEXT =
      Pattern.compile(";\\s*rel\\s*=\\s*(next\\b|\"([^\"]*\\s)?next[\\s\"])", CASE_INSENSITIVE);
  private static final Pattern AFTER = Pattern.compile("[?&]after=([^&#]*)");

  /** Lenient, since any server on the way may have written it. */
  private static final ObjectReader PROBLEM =
      CatJson.reader(ProblemDocument.class)
          .without(
              DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

  private final HttpResponse<InputStream> response;
  private String problemType = "";
  private String problemDetail = "";
  private List<FieldError> errors = List.of();
  private long moreErrors;

  private ApiResponse(HttpResponse<InputStream> response) {
    this.response = response;
  }

  static ApiResponse of(HttpResponse<InputStream> response) {
    var result = new ApiResponse(response);
    if (result.header("Content-Type").startsWith(MediaTypes.PROBLEM)) {
      result.readProblem();
    }
    return result;
  }

  boolean is(ProblemType type) {
    return status() == type.status() && problemType.equals(type.uri());
  }

  /** The errors that the problem names; none if it is no problem of ours. */
  List<FieldError> errors() {
    return errors;
  }

  /** How many others the problem has. */
  long moreErrors() {
    return moreErrors;
  }

  /** Whether another server, or something on the way to ours, failed. */
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
      return Duration.ZERO; // absent, or not a date
    }
  }

  /** The value of a header; empty if it is absent. */
  String header(String name) {
    return response.headers().firstValue(name).orElse("");
  }

  List<String> headers(String name) {
    return response.headers().allValues(name);
  }

  /**
   * Requires this status.
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
  <D, T> T object(Class<D> document, Function<D, T> toValue) throws IOException {
    try (var json = new JsonValues<>(toString(), response.body(), false, document, toValue)) {
      return json.next().orElseThrow(() -> unexpected("the body is empty"));
    }
  }

  /** The objects of an array. */
  <D, T> JsonValues<D, T> array(Class<D> document, Function<D, T> toValue) throws IOException {
    return new JsonValues<>(toString(), response.body(), true, document, toValue);
  }

  /** The objects of a body with one on each line. */
  <D, T> JsonValues<D, T> lines(Class<D> document, Function<D, T> toValue) throws IOException {
    // If only the end of the connection ends the body, some of the lines look like all of them.
    if (header("Transfer-Encoding").isEmpty() && header("Content-Length").isEmpty()) {
      throw unexpected("it does not say where it ends");
    }
    return new JsonValues<>(toString(), response.body(), false, document, toValue);
  }

  /** The position in the link to the next page (RFC 8288); empty if there is no such link. */
  Optional<Cursor> nextPage() {
    Matcher link = LINK.matcher(String.join(",", headers("Link")));
    while (link.find()) {
      if (IS_NEXT.matcher(link.group(2)).find()) {
        Matcher after = AFTER.matcher(link.group(1));
        Optional<Cursor> position = after.find() ? Cursor.parse(after.group(1)) : Optional.empty();
        if (position.isEmpty()) {
          throw unexpected("its link to the next page has no valid position");
        }
        return position;
      }
    }
    return Optional.empty();
  }

  /** The failure for a response that a store cannot use. */
  IllegalStateException unexpected(String reason) {
    return new IllegalStateException(this + ", but " + reason);
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

  /** Names the request, the status, and the problem; without the query and the body. */
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
    try {
      ProblemDocument problem = PROBLEM.readValue(response.body());
      problemType =
          BASE_PATH.matcher(Optional.ofNullable(problem.type()).orElse("")).replaceFirst("");
      problemDetail = Optional.ofNullable(problem.detail()).orElse("");
      errors = Optional.ofNullable(problem.errors()).orElse(List.of());
      moreErrors = Optional.ofNullable(problem.more()).orElse(0L);
    } catch (JacksonException e) {
      problemType = ""; // incomplete, or another server's idea of a problem
    }
  }
}
