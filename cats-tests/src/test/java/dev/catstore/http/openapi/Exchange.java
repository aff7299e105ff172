package dev.catstore.http.openapi;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;

/** A request, and its answer as it went to the client. */
record Exchange(Message request, String method, String target, Message answer, int status) {

  /**
   * One direction of it.
   *
   * @param body all of it; empty where it was too large to keep, not read to its end, or broken off
   */
  record Message(HttpFields headers, Optional<ByteBuffer> body) {}

  /** The target without its query, as it was sent. */
  String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  /** What follows the question mark, as it was sent. */
  String query() {
    return target.substring(Math.min(target.length(), path().length() + 1));
  }

  @Override
  public String toString() {
    return method + " " + target + " -> " + status;
  }
}
