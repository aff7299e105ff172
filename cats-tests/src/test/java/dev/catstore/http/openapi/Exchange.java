package dev.catstore.http.openapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpFields;

/** A request, and its answer as it went to the client. */
record Exchange(Message request, String method, String target, Message answer, int status) {

  /**
   * One direction of it.
   *
   * @param body all of it; empty where it was too large to keep, not read to its end, or broken off
   */
  record Message(HttpFields headers, Optional<ByteBuffer> body) {}

  /** What a server answers below its base path and without it. */
  private static final Set<String> AT_THE_ROOT_TOO =
      Set.of("/health/live", "/health/ready", "/metrics", "*");

  /**
   * The exchange as it would be without this base path, and without what its proxy says to have
   * removed from the path.
   */
  Exchange without(String base) {
    boolean below = path().equals(base) || path().startsWith(base + "/");
    String rest =
        below
            ? target.substring(base.length())
            : AT_THE_ROOT_TOO.contains(path()) ? target : "/elsewhere" + target;
    String prefix = String.join("", request.headers().getCSV("X-Forwarded-Prefix", true)) + base;
    Optional<ByteBuffer> body =
        answer
            .body()
            .filter(it -> answer.headers().contains("Content-Type", "application/problem+json"))
            .map(it -> UTF_8.decode(it.duplicate()).toString())
            .map(it -> it.replace("\"type\":\"" + prefix + "/", "\"type\":\"/"))
            .map(UTF_8::encode)
            .or(answer::body);
    return new Exchange(
        request,
        method,
        rest.matches("[/*].*") ? rest : "/" + rest,
        new Message(answer.headers(), body),
        status);
  }

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
