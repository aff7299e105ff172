package dev.catstore.http;

import java.util.Locale;

/**
 * What can be wrong with a request or its answer (RFC 9457, 3.1.1). The names are stable: clients
 * compare the {@link #uri()} as it stands.
 */
public enum ProblemType {
  MALFORMED_REQUEST(400, "The request cannot be read"),
  UNAUTHORIZED(401, "A token is needed"),
  FORBIDDEN(403, "The token does not allow it"),
  NO_SUCH_CAT(404, "There is no such cat"),
  NOT_FOUND(404, "There is nothing here"),
  METHOD_NOT_ALLOWED(405, "The method is not for this resource"),
  NOT_ACCEPTABLE(406, "There is no such representation"),
  REQUEST_TIMEOUT(408, "The request took too long to arrive"),
  PRECONDITION_FAILED(412, "The cat is not at the expected revision"),
  CONTENT_TOO_LARGE(413, "The body is too large"),
  URI_TOO_LONG(414, "The URI is too long"),
  UNSUPPORTED_MEDIA_TYPE(415, "The body has the wrong media type"),
  EXPECTATION_FAILED(417, "The expectation cannot be met"),
  MISDIRECTED_REQUEST(421, "The host is not served here"),
  INVALID_VALUES(422, "Some values are wrong"),
  KEY_REUSED(422, "The key was used for another cat"),
  HEADERS_TOO_LARGE(431, "The headers are too large"),
  INTERNAL_ERROR(500, "The server has a defect"),
  NOT_IMPLEMENTED(501, "The server does not know how"),
  UNAVAILABLE(503, "The server cannot do it now"),
  OUTCOME_UNKNOWN(503, "The outcome is unknown"),
  VERSION_NOT_SUPPORTED(505, "The version of HTTP is not supported");

  private final int status;
  private final String title;

  ProblemType(int status, String title) {
    this.status = status;
    this.title = title;
  }

  /** The status code of the answer. */
  public int status() {
    return status;
  }

  /** What it is in a few words, the same for every occurrence. */
  public String title() {
    return title;
  }

  /** The identifier, for example {@code /problems/no-such-cat}. */
  public String uri() {
    return "/problems/" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The type for an error of HTTP itself that has this status code. */
  public static ProblemType ofStatus(int status) {
    for (ProblemType type : values()) {
      if (type.status == status && type != NO_SUCH_CAT) {
        return type;
      }
    }
    return status >= 400 && status < 500 ? MALFORMED_REQUEST : INTERNAL_ERROR;
  }
}
