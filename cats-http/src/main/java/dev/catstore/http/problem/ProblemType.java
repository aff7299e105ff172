package dev.catstore.http.problem;

import java.util.Locale;

/**
 * The types of problems (RFC 9457, 3.1.1). Their names are stable: clients compare the {@link
 * #uri()} verbatim.
 */
public enum ProblemType {
  MALFORMED_REQUEST(
      400,
      "The request is malformed",
      """
      The server cannot read the request: for example its body is not valid JSON, is \
      incomplete or has a duplicate key, its path has no positive whole number where an id \
      belongs, its query has a parameter that is unknown, repeated or wrong, or a header is \
      malformed. Nothing was done. The detail, and errors if present, say what is wrong; \
      correct it before you send the request again.
      """),
  UNAUTHORIZED(
      401,
      "A token is required",
      """
      The server requires a token, and the request has none, or an unknown one. Nothing was \
      done. Ask the operator for a token, and send it in the Authorization header as Bearer, a \
      space and the token.
      """),
  FORBIDDEN(
      403,
      "The token does not allow this",
      """
      The request would change cats, and its token only allows reading. Nothing was done. Use \
      a token whose role is write.
      """),
  NO_SUCH_CAT(
      404,
      "No such cat",
      """
      No cat has this id: it was removed, or never existed. Nothing was done. Ids are never \
      reused, so the same request will not succeed later; list the cats to see which exist.
      """),
  NOT_FOUND(
      404,
      "Not found",
      """
      Nothing has this path. Paths are case-sensitive, and a trailing slash makes another \
      path. See the API documentation for the paths that exist.
      """),
  METHOD_NOT_ALLOWED(
      405,
      "Method not allowed",
      """
      The resource at this path does not support the method of the request. Nothing was done. \
      The Allow header of the response lists the methods that it supports.
      """),
  NOT_ACCEPTABLE(
      406,
      "Not acceptable",
      """
      The Accept header of the request names no media type in which this resource is \
      available. Nothing was done. The detail names the available types; accept one of them, \
      or omit the header.
      """),
  REQUEST_TIMEOUT(
      408,
      "Request timeout",
      """
      The client stopped sending before its request was complete, or sent it too slowly. \
      Nothing was done. Send the whole request again, on a new connection.
      """),
  PRECONDITION_FAILED(
      412,
      "The cat is not at the expected revision",
      """
      The request was to be done only if the cat is (If-Match) or is not (If-None-Match) at a \
      certain revision, and that is not so: most often somebody else has changed the cat since \
      you read it. Nothing was done. Read the cat again, decide whether your change still \
      makes sense, and send it with the new ETag. Of many cats, errors names the id and the \
      line of the first twenty that are at another revision, or do not exist.
      """),
  CONTENT_TOO_LARGE(
      413,
      "The body is too large",
      """
      The body has more bytes than the server accepts: 1 MiB for one cat, and for an import as \
      many as its operator allows (1 GiB by default). Nothing was done. Send less; an import \
      can be split into several.
      """),
  URI_TOO_LONG(
      414,
      "The URI is too long",
      """
      The path and the query together are longer than the server accepts. Nothing was done. \
      Use a shorter query.
      """),
  UNSUPPORTED_MEDIA_TYPE(
      415,
      "Unsupported media type",
      """
      The body has a media type that this resource does not accept, its Content-Type is \
      missing or repeated, or it is encoded (Content-Encoding), which no body may be. Nothing \
      was done. The detail names the accepted types.
      """),
  EXPECTATION_FAILED(
      417,
      "The expectation cannot be met",
      """
      The Expect header of the request asks for something that the server does not support. \
      Nothing was done. Omit the header; 100-continue is the only supported expectation.
      """),
  MISDIRECTED_REQUEST(
      421,
      "Misdirected request",
      """
      The request is for a host name that this server does not serve. It refuses such names so \
      that no foreign web page can reach it through one. Nothing was done. Use the server's \
      own name, or have its operator add this one to CATS_ALLOWED_HOSTS.
      """),
  INVALID_VALUES(
      422,
      "Invalid values",
      """
      The request is well-formed, but some of its values break the rules for a cat: a field is \
      missing, null, unknown, of the wrong type or out of range; or, of many cats, an id comes \
      twice, or is to be edited and does not exist. Nothing was done. Each entry of errors says \
      what is wrong with a value and where it is; more is the number of further errors. Correct \
      them before you send the request again.
      """),
  KEY_REUSED(
      422,
      "The key was used for another request",
      """
      Another request was done under this Idempotency-Key before: with another cat, or with \
      other cats. Nothing was done. A key belongs to one request: use a new key for a new one, \
      and an old key only to repeat its request.
      """),
  HEADERS_TOO_LARGE(
      431,
      "The headers are too large",
      """
      The headers of the request are larger than the server accepts, which is 8 KiB. Nothing \
      was done. Send fewer or shorter headers; often cookies have grown.
      """),
  INTERNAL_ERROR(
      500,
      "Internal server error",
      """
      The server has met an error of its own. It is unknown whether anything was done. If it \
      happens again, tell the operator the request_id of the problem, which identifies it in \
      the server's log.
      """),
  NOT_IMPLEMENTED(
      501,
      "Not implemented",
      """
      The request uses a part of HTTP that the server does not support, such as a transfer \
      coding other than chunked. Nothing was done. Send the request without it.
      """),
  UNAVAILABLE(
      503,
      "Temporarily unavailable",
      """
      The server cannot handle the request at the moment: its database does not answer, it is \
      overloaded, or another request with the same Idempotency-Key is still in progress. \
      Nothing was done. Send the same request again after the number of seconds in the Retry- \
      After header.
      """),
  QUERY_TIMEOUT(
      503,
      "The query took too long",
      """
      The database did not find the cats within the time that the server allows for a query. \
      Nothing was done. The same request will most likely take as long again: narrow the \
      filter, sort by another field, or leave out the count.
      """),
  OUTCOME_UNKNOWN(
      503,
      "The outcome is unknown",
      """
      The connection to the database was lost during a write. Either everything was done, or \
      nothing. Look at the cats before you send the request again; if it had an Idempotency- \
      Key, just repeat it with the same key.
      """),
  VERSION_NOT_SUPPORTED(
      505,
      "HTTP version not supported",
      """
      The request uses a version of HTTP that the server does not support. Nothing was done. \
      Use HTTP/1.1.
      """);

  private final int status;
  private final String title;
  private final String explanation;

  ProblemType(int status, String title, String explanation) {
    this.status = status;
    this.title = title;
    this.explanation = explanation.strip();
  }

  /** The status code of the response. */
  public int status() {
    return status;
  }

  /** A short summary, the same for every occurrence. */
  public String title() {
    return title;
  }

  /** What happened and what the client can do about it: a paragraph of plain text. */
  public String explanation() {
    return explanation;
  }

  /** The identifier, for example {@code /problems/no-such-cat}. */
  public String uri() {
    return "/problems/" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The type for an error of HTTP itself with this status code. */
  public static ProblemType ofStatus(int status) {
    for (ProblemType type : values()) {
      if (type.status == status && type != NO_SUCH_CAT) {
        return type;
      }
    }
    return status >= 400 && status < 500 ? MALFORMED_REQUEST : INTERNAL_ERROR;
  }
}
