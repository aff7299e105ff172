package dev.catstore.http.problem;

import dev.catstore.domain.InvalidValueException;
import dev.catstore.domain.KeyReusedException;
import dev.catstore.domain.NoSuchCatException;
import dev.catstore.domain.OutcomeUnknownException;
import dev.catstore.domain.StaleRevisionException;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.domain.Violation;
import dev.catstore.http.routes.LimitedRequestBody;
import dev.catstore.http.routes.RequestAttributes;
import dev.catstore.http.wire.CatJson;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.eclipse.jetty.http.HttpException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An error as the client sees it (RFC 9457).
 *
 * @param type what kind it is, and with it the status
 * @param detail what happened, in a sentence for people
 * @param errors the values that are wrong: all, or the first of them
 * @param more how many other values are wrong
 * @param headers further headers of the answer
 */
public record Problem(
    ProblemType type,
    String detail,
    List<FieldError> errors,
    long more,
    Map<String, String> headers) {
  /** The media type of a problem. */
  public static final String MEDIA_TYPE = "application/problem+json";

  private static final Logger LOG = LoggerFactory.getLogger(Problem.class);

  /** After how many seconds it is worth to try again. */
  private static final String RETRY_AFTER_SECONDS = "1";

  /** Where a wrong value stands. */
  public enum Place {
    /** In the body; the location is a JSON pointer in a URI fragment (RFC 6901, 6). */
    POINTER,
    /** In the path or the query; the location is the parameter's name. */
    PARAMETER
  }

  /**
   * One value that is wrong.
   *
   * @param detail what is asked of it
   * @param place what kind of location follows
   * @param location where it stands
   * @param line the line of an import on which its cat begins, from 1
   */
  public record FieldError(String detail, Place place, String location, OptionalLong line) {
    static FieldError ofParameter(Violation violation) {
      return new FieldError(
          violation.toString(), Place.PARAMETER, violation.field(), OptionalLong.empty());
    }

    /** A wrong field of the body; the field {@code ""} is the body as a whole. */
    public static FieldError ofField(Violation violation, OptionalLong line) {
      String field = violation.field();
      return field.isEmpty()
          ? new FieldError("the body " + violation.rule(), Place.POINTER, "#", line)
          : new FieldError(
              violation.toString(), Place.POINTER, "#/" + JsonPointers.escape(field), line);
    }
  }

  public Problem {
    errors = List.copyOf(errors);
    headers = Map.copyOf(headers);
  }

  public Problem(ProblemType type, String detail) {
    this(type, detail, List.of(), 0, Map.of());
  }

  /** This problem with one more header. */
  public Problem withHeader(String name, String value) {
    Map<String, String> all = new HashMap<>(headers);
    all.put(name, value);
    return new Problem(type, detail, errors, more, all);
  }

  /** The problem that a failure is to the client; what is our own fault is logged here. */
  public static Problem of(Throwable failure) {
    if (failure instanceof ProblemException e) {
      return e.problem();
    }
    if (failure instanceof InvalidValueException e) {
      List<FieldError> errors =
          e.violations().stream()
              .map(violation -> FieldError.ofField(violation, OptionalLong.empty()))
              .toList();
      return new Problem(ProblemType.INVALID_VALUES, e.getMessage() + ".", errors, 0, Map.of());
    }
    if (failure instanceof NoSuchCatException e) {
      return new Problem(ProblemType.NO_SUCH_CAT, sentence(e));
    }
    if (failure instanceof StaleRevisionException e) {
      return new Problem(ProblemType.PRECONDITION_FAILED, sentence(e));
    }
    if (failure instanceof KeyReusedException e) {
      return new Problem(ProblemType.KEY_REUSED, sentence(e));
    }
    if (failure instanceof StoreUnavailableException) {
      // Each request meets it, for as long as it lasts: a line for each is enough.
      LOG.warn(
          "the store is unavailable: {} ({})", failure.getMessage(), rootOf(failure).toString());
      LOG.debug("how it came that the store is unavailable", failure);
      return unavailable("The store is away; nothing was done. Try again.");
    }
    if (failure instanceof OutcomeUnknownException) {
      LOG.warn("the outcome of a write is unknown", failure);
      return new Problem(
          ProblemType.OUTCOME_UNKNOWN,
          "The store was lost while it wrote: all was done, or nothing. Look before you try again.");
    }
    if (failure instanceof HttpException http) {
      return ofStatus(http.getCode());
    }
    if (failure instanceof IOException) {
      LOG.debug("the client was lost", failure);
      return ofStatus(400);
    }
    LOG.error("a request failed", failure);
    return ofStatus(500);
  }

  /** A problem that is worth another try: nothing was done. */
  public static Problem unavailable(String detail) {
    return new Problem(ProblemType.UNAVAILABLE, detail)
        .withHeader("Retry-After", RETRY_AFTER_SECONDS);
  }

  /** The problem for an error of HTTP itself. */
  public static Problem ofStatus(int status) {
    ProblemType type = ProblemType.ofStatus(status);
    String detail = type.title() + ".";
    return status == 503 ? unavailable(detail) : new Problem(type, detail);
  }

  /** Answers the request with this problem. */
  public void writeTo(HttpServletRequest request, HttpServletResponse response) throws IOException {
    LimitedRequestBody.discard(request);
    @Nullable String requestId = RequestAttributes.REQUEST_ID.get(request).orElse(null);
    byte[] body = json(requestId);
    response.setStatus(type.status());
    headers.forEach(response::setHeader);
    response.setHeader("Cache-Control", "no-store");
    if (requestId != null) {
      response.setHeader("X-Request-Id", requestId);
    }
    response.setContentType(MEDIA_TYPE);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
    response.flushBuffer();
  }

  /**
   * The body of the answer.
   *
   * @param requestId the identifier of the request, where it has one
   */
  public byte[] json(@Nullable String requestId) {
    return CatJson.bytes(
        json -> {
          json.writeStartObject();
          json.writeStringProperty("type", type.uri());
          json.writeStringProperty("title", type.title());
          json.writeNumberProperty("status", type.status());
          json.writeStringProperty("detail", detail);
          if (!errors.isEmpty()) {
            json.writeArrayPropertyStart("errors");
            for (FieldError error : errors) {
              json.writeStartObject();
              json.writeStringProperty("detail", error.detail());
              String place = error.place() == Place.POINTER ? "pointer" : "parameter";
              json.writeStringProperty(place, error.location());
              error.line().ifPresent(line -> json.writeNumberProperty("line", line));
              json.writeEndObject();
            }
            json.writeEndArray();
          }
          if (more > 0) {
            json.writeNumberProperty("more", more);
          }
          if (requestId != null) {
            json.writeStringProperty("request_id", requestId);
          }
          json.writeEndObject();
        });
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      root = cause;
    }
    return root;
  }

  private static String sentence(Exception e) {
    String message = String.valueOf(e.getMessage());
    return Character.toUpperCase(message.charAt(0)) + message.substring(1) + ".";
  }
}
