package dev.catstore.http.routes;

import dev.catstore.domain.Violations;
import dev.catstore.http.problem.Problem;
import dev.catstore.http.problem.Problem.FieldError;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.regex.Pattern;
import spark.Request;
import spark.Response;
import spark.embeddedserver.jetty.HttpRequestWrapper;

/** One request, as the client sent it, and its response. */
final class Exchange {
  private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,18}");

  private final Request spark;
  private final HttpServletRequest request;
  private final HttpServletResponse response;

  Exchange(Request request, Response response) {
    this.spark = request;
    this.request = unwrapped(request);
    this.response = response.raw();
  }

  /** The request without Spark's wrapper, which would read the whole body into memory. */
  static HttpServletRequest unwrapped(Request request) {
    return request.raw() instanceof HttpRequestWrapper wrapper
        ? (HttpServletRequest) wrapper.getRequest()
        : request.raw();
  }

  HttpServletRequest request() {
    return request;
  }

  HttpServletResponse response() {
    return response;
  }

  /** A path of these routes as the client asks for it. */
  String link(String path) {
    return RequestAttributes.PREFIX.get(request).orElse("") + path;
  }

  /**
   * The id in the path.
   *
   * @throws ProblemException if it is not a positive 64-bit number in plain digits
   */
  long id() {
    String text = spark.params(":id");
    boolean plain = request.getRequestURI().indexOf(';') < 0 && ID.matcher(text).matches();
    if (plain && (text.length() < 19 || text.compareTo(Long.toString(Long.MAX_VALUE)) <= 0)) {
      return Long.parseLong(text);
    }
    throw new ProblemException(
        Problem.ofErrors(
            ProblemType.MALFORMED_REQUEST,
            List.of(FieldError.ofParameter("id", Violations.ID_RULE))));
  }
}
