package dev.catstore.http.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Requests for the operations of an OpenAPI document, of which each may be right or wrong in any of
 * its parts. The same seed gives the same requests, as long as the server gives the same ids.
 */
final class RandomRequests {
  /** How many of the newest cats are asked for: the older ones are removed by now. */
  private static final int NEW_CATS = 25;

  /** So few that most of them have been used before. */
  private static final int FEW_KEYS = 30;

  private final Random random;

  private long newestId;

  private final List<Operation> operations = new ArrayList<>();

  /** A method and a path of the document, with its parameters and bodies that are right. */
  private record Operation(
      String method, String path, List<Parameter> query, boolean takesKey, List<Body> bodies) {}

  /** A parameter of the query, and its values where the document lists them. */
  private record Parameter(String name, List<String> values) {}

  private record Body(String mediaType, String text) {}

  /**
   * @param openApi the document; an operation's body is taken from its examples
   */
  RandomRequests(JsonNode openApi, long seed) {
    this.random = new Random(seed);
    openApi
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        operation -> {
                          if (RequestParts.METHODS.contains(
                              operation.getKey().toUpperCase(Locale.ROOT))) {
                            operations.add(
                                operation(
                                    path.getKey(),
                                    operation.getKey(),
                                    path.getValue(),
                                    operation.getValue(),
                                    openApi));
                          }
                        }));
  }

  private static Operation operation(
      String path, String method, JsonNode item, JsonNode operation, JsonNode openApi) {
    List<Parameter> query = new ArrayList<>();
    boolean takesKey = false;
    for (JsonNode holder : List.of(item, operation)) {
      for (JsonNode parameter : holder.path("parameters")) {
        JsonNode found = resolve(parameter, openApi);
        String name = found.get("name").asString();
        if (found.path("in").asString("").equals("query")) {
          query.add(new Parameter(name, values(resolve(found.get("schema"), openApi))));
        }
        takesKey |= name.equals("Idempotency-Key");
      }
    }
    List<Body> bodies = new ArrayList<>();
    resolve(operation.path("requestBody"), openApi)
        .path("content")
        .properties()
        .forEach(
            type -> {
              for (JsonNode example : type.getValue().path("examples")) {
                bodies.add(body(type.getKey(), resolve(example, openApi).path("value")));
              }
              if (type.getValue().has("example")) {
                bodies.add(body(type.getKey(), type.getValue().get("example")));
              }
            });
    return new Operation(method.toUpperCase(Locale.ROOT), path, query, takesKey, bodies);
  }

  private static List<String> values(JsonNode schema) {
    if (schema.path("type").asString("").equals("boolean")) {
      return List.of("true", "false");
    }
    List<String> values = new ArrayList<>();
    schema.path("enum").forEach(value -> values.add(value.asString()));
    return values;
  }

  private static Body body(String mediaType, JsonNode value) {
    return new Body(mediaType, value.isString() ? value.asString() : value.toString());
  }

  private static JsonNode resolve(JsonNode node, JsonNode openApi) {
    return node.has("$ref") ? openApi.at(node.get("$ref").asString().substring(1)) : node;
  }

  /**
   * What is sent on one connection: some requests, of which the last asks to close it, or none at
   * all.
   */
  List<byte[]> next(long newestId) {
    this.newestId = newestId;
    if (oneIn(50)) {
      return List.of(garbage(random.nextInt(2000)));
    }
    List<byte[]> requests = new ArrayList<>();
    int count = oneIn(4) ? 1 + random.nextInt(8) : 1;
    for (int i = 0; i < count; i++) {
      requests.add(request(i == count - 1));
    }
    if (oneIn(25)) {
      byte[] last = requests.remove(requests.size() - 1);
      requests.add(Arrays.copyOf(last, random.nextInt(last.length)));
    }
    return requests;
  }

  private byte[] request(boolean last) {
    Operation operation = any(operations);
    String method = oneIn(10) ? any(RequestParts.METHODS) : operation.method();
    var head = new StringBuilder();
    head.append(method)
        .append(' ')
        .append(target(operation))
        .append(' ')
        .append(version())
        .append("\r\n");
    if (!oneIn(50)) {
      head.append("Host: localhost\r\n");
    }
    if (last) {
      head.append("Connection: close\r\n");
    }
    for (int i = oneIn(3) ? random.nextInt(4) : 0; i > 0; i--) {
      head.append(any(RequestParts.HEADERS)).append("\r\n");
    }
    if (operation.takesKey() && oneIn(3)) {
      head.append("Idempotency-Key: ").append(random.nextInt(FEW_KEYS)).append("\r\n");
    }
    Body body = body(operation);
    if (body == null) {
      return head.append("\r\n").toString().getBytes(ISO_8859_1);
    }
    if (!oneIn(20)) {
      head.append("Content-Type: ")
          .append(oneIn(8) ? any(RequestParts.MEDIA_TYPES) : body.mediaType())
          .append("\r\n");
    }
    return framed(head, mutated(body.text()));
  }

  private String target(Operation operation) {
    String path =
        operation
            .path()
            .replace(
                "{id}",
                oneIn(4)
                    ? any(RequestParts.IDS)
                    : "" + Math.max(1, newestId - random.nextInt(NEW_CATS)))
            .replace("{name}", oneIn(2) ? "no-such-cat" : any(RequestParts.IDS));
    if (oneIn(40)) {
      path =
          any(
              List.of(
                  "*",
                  "http://localhost" + path,
                  "http://evil.example/",
                  "//",
                  "/./" + path,
                  path + "/",
                  path + "%2F",
                  "/x".repeat(3000),
                  "\\",
                  "/\u00e9",
                  "?"));
    }
    var target = new StringBuilder(path);
    int parameters =
        operation.query().isEmpty()
            ? (oneIn(10) ? 1 : 0)
            : random.nextInt(Math.min(4, operation.query().size() + 1));
    for (int i = 0; i < parameters; i++) {
      Parameter parameter =
          operation.query().isEmpty() || oneIn(12)
              ? new Parameter(any(RequestParts.QUERY_VALUES), List.of())
              : any(operation.query());
      boolean listed = !parameter.values().isEmpty() && !oneIn(5);
      target.append(i == 0 ? '?' : '&').append(parameter.name());
      if (!oneIn(20)) {
        target.append('=').append(any(listed ? parameter.values() : RequestParts.QUERY_VALUES));
      }
    }
    return target.toString();
  }

  private String version() {
    return oneIn(60)
        ? any(List.of("HTTP/1.0", "HTTP/2.0", "HTTP/0.9", "HTTP/x", "", "http/1.1"))
        : "HTTP/1.1";
  }

  private @Nullable Body body(Operation operation) {
    if (operation.bodies().isEmpty()) {
      return oneIn(15) ? new Body("application/json", "{}") : null;
    }
    if (oneIn(30)) {
      return null;
    }
    Body body = any(operation.bodies());
    boolean object = body.text().startsWith("{") && !body.text().contains("\n");
    return object && oneIn(4)
        ? new Body(body.mediaType(), "[" + String.join(",", copies(body.text())) + "]")
        : body;
  }

  private List<String> copies(String text) {
    return Collections.nCopies(random.nextInt(4), text);
  }

  /** The text as bytes, mostly with something changed. */
  private byte[] mutated(String text) {
    byte[] bytes =
        switch (random.nextInt(16)) {
          case 0 -> text.substring(0, random.nextInt(text.length() + 1)).getBytes(UTF_8);
          case 1 -> (text + any(List.of("x", " ", "\u0000", "\n\n", "{}", ","))).getBytes(UTF_8);
          case 2 ->
              text.replaceFirst(
                      "\"[^\"]*\"", "\"" + Matcher.quoteReplacement(any(RequestParts.TEXTS)) + "\"")
                  .getBytes(UTF_8);
          case 3 -> text.replaceAll("[0-9]+", any(RequestParts.NUMBERS)).getBytes(UTF_8);
          case 4 ->
              text.replaceFirst(
                      "[0-9]+", any(List.of("null", "true", "[]", "{}", "\"5\"", "[".repeat(2000))))
                  .getBytes(UTF_8);
          case 5 -> text.getBytes(any(List.of(UTF_16, ISO_8859_1)));
          case 6 -> ("\ufeff" + text).getBytes(UTF_8);
          case 7 -> garbage(random.nextInt(200));
          default -> text.getBytes(UTF_8);
        };
    if (oneIn(12) && bytes.length > 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    if (oneIn(800)) {
      bytes = ("{\"name\":\"" + "x".repeat(1 << 20) + "\"}").getBytes(UTF_8);
    }
    return bytes;
  }

  private byte[] framed(StringBuilder head, byte[] body) {
    var request = new ByteArrayOutputStream();
    switch (random.nextInt(20)) {
      case 0 -> {
        head.append("Transfer-Encoding: ")
            .append(any(List.of("chunked", "gzip", "chunked, chunked", "identity")))
            .append("\r\n\r\n");
        request.writeBytes(head.toString().getBytes(ISO_8859_1));
        request.writeBytes(
            (oneIn(4)
                    ? any(List.of("zz", "-1", "ffffffffffffffff", "5;x=y"))
                    : Integer.toHexString(body.length))
                .getBytes(ISO_8859_1));
        request.writeBytes("\r\n".getBytes(ISO_8859_1));
        request.writeBytes(body);
        request.writeBytes("\r\n0\r\n\r\n".getBytes(ISO_8859_1));
      }
      case 1 -> {
        head.append("Content-Length: ")
            .append(
                any(
                    List.of(
                        "-1",
                        "x",
                        "" + (body.length + 1),
                        "" + Math.max(0, body.length - 1),
                        "99999999999999999999",
                        "5\r\nContent-Length: 6")))
            .append("\r\n\r\n");
        request.writeBytes(head.toString().getBytes(ISO_8859_1));
        request.writeBytes(body);
      }
      default -> {
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        request.writeBytes(head.toString().getBytes(ISO_8859_1));
        request.writeBytes(body);
      }
    }
    return request.toByteArray();
  }

  private byte[] garbage(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
