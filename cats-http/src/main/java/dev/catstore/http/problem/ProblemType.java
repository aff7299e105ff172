package dev.catstore.http.problem;

import java.util.Locale;

/**
 * What can be wrong with a request or its answer (RFC 9457, 3.1.1). The names are stable: clients
 * compare the {@link #uri()} as it stands.
 */
public enum ProblemType {
  MALFORMED_REQUEST(
      400,
      "The request cannot be read",
      """
      The server cannot make sense of the request: for example its body is no JSON, is cut \
      short or has a key twice, its path has no positive whole number where an id belongs, its \
      query has a parameter that is unknown, repeated or wrong, or a header cannot be read. \
      Nothing was done. The detail, and errors where it is there, say what is wrong; correct \
      it before you send the request again.
      """),
  UNAUTHORIZED(
      401,
      "A token is needed",
      """
      The server serves those alone who show a token, and the request has none, or one that is \
      not known. Nothing was done. Ask the operator for a token, and send it in the header \
      Authorization, as Bearer and the token with a space between them.
      """),
  FORBIDDEN(
      403,
      "The token does not allow it",
      """
      The token of the request is one to read the cats, and the request would change them. \
      Nothing was done. Use a token whose role is write.
      """),
  NO_SUCH_CAT(
      404,
      "There is no such cat",
      """
      No cat has this id: it was removed, or there never was one. Nothing was done. Ids are \
      not given out again, so the same request will not succeed later; list the cats to see \
      which there are.
      """),
  NOT_FOUND(
      404,
      "There is nothing here",
      """
      Nothing has this path. Paths are compared letter by letter, and a slash at the end makes \
      another one. See the API documentation for the paths that there are.
      """),
  METHOD_NOT_ALLOWED(
      405,
      "The method is not for this resource",
      """
      There is something at this path, but it does not take the method of the request. Nothing \
      was done. The Allow header of the answer lists the methods that it takes.
      """),
  NOT_ACCEPTABLE(
      406,
      "There is no such representation",
      """
      The Accept header of the request names no type in which the server can show this \
      resource. Nothing was done. The detail names the types that there are; accept one of \
      them, or leave the header out.
      """),
  REQUEST_TIMEOUT(
      408,
      "The request took too long to arrive",
      """
      The client stopped sending before its request was complete, and the server has waited \
      long enough. Nothing was done. Send the whole request again, on a new connection.
      """),
  PRECONDITION_FAILED(
      412,
      "The cat is not at the expected revision",
      """
      The request asked to go ahead only if the cat is (If-Match) or is not (If-None-Match) at \
      a certain revision, and that is not so: most often somebody else has changed the cat \
      since you read it. Nothing was done. Read the cat again, decide whether your change \
      still makes sense, and send it with the new ETag.
      """),
  CONTENT_TOO_LARGE(
      413,
      "The body is too large",
      """
      The body has more bytes than the server takes: 1 MiB for one cat, and for an import as \
      many as its operator allows (1 GiB unless set otherwise). Nothing was done. Send less; \
      an import can be split into several.
      """),
  URI_TOO_LONG(
      414,
      "The URI is too long",
      """
      The path and the query together are longer than the server reads. Nothing was done. Use \
      a shorter query.
      """),
  UNSUPPORTED_MEDIA_TYPE(
      415,
      "The body has the wrong media type",
      """
      The body is of a type that this resource does not take, its Content-Type is missing or \
      there twice, or it is encoded (Content-Encoding), which no body may be. Nothing was \
      done. The detail names the types that are taken.
      """),
  EXPECTATION_FAILED(
      417,
      "The expectation cannot be met",
      """
      The Expect header of the request asks for something that the server does not know. \
      Nothing was done. Leave the header out; 100-continue is the only expectation there is.
      """),
  MISDIRECTED_REQUEST(
      421,
      "The host is not served here",
      """
      The request is for a host name that this server was not told to answer to. It refuses \
      such names so that no foreign web page can reach it through one. Nothing was done. Use \
      the server's own name, or have its operator add this one to CATS_ALLOWED_HOSTS.
      """),
  INVALID_VALUES(
      422,
      "Some values are wrong",
      """
      The request could be read, but some of its values break the rules of a cat: a field is \
      missing, null, unknown, of the wrong type or out of its range. Nothing was done; of an \
      import, too, no cat was added. Each entry of errors says what is asked of a value and \
      where it stands; more says how many others are wrong. Correct them before you send the \
      request again.
      """),
  KEY_REUSED(
      422,
      "The key was used for another cat",
      """
      A cat was added under this Idempotency-Key before, and it was not the same as this one. \
      Nothing was done. A key stands for one cat for good: take a new key for a new cat, and \
      the old one only to repeat the request that it came with.
      """),
  HEADERS_TOO_LARGE(
      431,
      "The headers are too large",
      """
      The headers of the request are larger than the server reads, which is 8 KiB. Nothing was \
      done. Send fewer or shorter headers; often it is cookies that have grown.
      """),
  INTERNAL_ERROR(
      500,
      "The server has a defect",
      """
      The server has come upon a mistake of its own. It is not known whether anything was \
      done. If it happens again, tell the operator the request_id of the problem, by which the \
      server's log can be searched.
      """),
  NOT_IMPLEMENTED(
      501,
      "The server does not know how",
      """
      The request uses a part of HTTP that the server does not have, such as a transfer coding \
      other than chunked. Nothing was done. Send the request without it.
      """),
  UNAVAILABLE(
      503,
      "The server cannot do it now",
      """
      The server cannot do it at the moment: its database does not answer, it has too much to \
      do, or another request under the same Idempotency-Key is still at work. Nothing was \
      done. Send the same request again after the number of seconds in the Retry-After header.
      """),
  OUTCOME_UNKNOWN(
      503,
      "The outcome is unknown",
      """
      The connection to the database was lost while a change was being written. Either all of \
      it was done or nothing. Look at the cats before you send the request again; where it had \
      an Idempotency-Key, just repeat it under the same key.
      """),
  VERSION_NOT_SUPPORTED(
      505,
      "The version of HTTP is not supported",
      """
      The request is in a version of HTTP that the server does not speak. Nothing was done. \
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

  /** The status code of the answer. */
  public int status() {
    return status;
  }

  /** What it is in a few words, the same for every occurrence. */
  public String title() {
    return title;
  }

  /** What has happened, and what the client can do about it, in a paragraph of plain text. */
  public String explanation() {
    return explanation;
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
