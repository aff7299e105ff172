package dev.catstore.http.wire;

/** The media types of the API, in lower case. */
public final class MediaTypes {
  public static final String JSON = "application/json";
  public static final String NDJSON = "application/x-ndjson";
  public static final String CSV = "text/csv";

  /** RFC 7396. */
  public static final String MERGE_PATCH = "application/merge-patch+json";

  /** RFC 9457. */
  public static final String PROBLEM = "application/problem+json";

  private MediaTypes() {}
}
