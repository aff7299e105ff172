package dev.catstore.http.openapi;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.http.openapi.OpenApi.Found;
import dev.catstore.http.openapi.OpenApi.Place;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.StringNode;

/**
 * Holds exchanges against the OpenAPI document. An answer must be one that the document lists, with
 * its headers and its body; and a request that breaks the document must have been refused. (One
 * that is refused may well keep to the document: a schema cannot say everything.)
 */
public final class ExchangeJudge {
  private static final OpenApi DOCUMENT = OpenApi.ofTheServer();

  /** What HTTP itself adds, and no operation is about. */
  private static final Set<String> HEADERS_OF_HTTP =
      Set.of(
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "date",
          "transfer-encoding");

  private static final Set<List<JsonNode>> PROBLEMS =
      DOCUMENT
          .children(DOCUMENT.at("/components/schemas/Problem/x-problem-types"))
          .values()
          .stream()
          .map(it -> facts(it.node()))
          .collect(Collectors.toSet());

  private final Queue<String> breaches = new ConcurrentLinkedQueue<>();
  private final String basePath;

  /**
   * A judge of a server.
   *
   * @param basePath what it serves everything below; empty for the root
   */
  public ExchangeJudge(String basePath) {
    this.basePath = basePath;
  }

  /** Remembers what is wrong with the exchange. */
  void judge(Exchange exchange) {
    try {
      breaches(exchange.without(basePath))
          .forEach(breach -> breaches.add(exchange + ": " + breach));
    } catch (RuntimeException e) {
      breaches.add(exchange + ": " + e);
    }
  }

  /** Fails if there was anything wrong with an exchange. */
  public void assertNoBreaches() {
    assertThat(breaches).as("breaches of the OpenAPI document").isEmpty();
  }

  static List<String> breaches(Exchange exchange) {
    if (isPreflight(exchange) && exchange.status() == 200) {
      return ofAnswer(exchange, DOCUMENT.at("/x-answers-of-every-path/preflight"));
    }
    if (exchange.path().equals("*")) {
      return ofAnswer(exchange, exchange.status() == 200 ? "Options" : "AnyOperation");
    }
    Optional<Found> found = DOCUMENT.find(exchange.path());
    Optional<Place> operation =
        found.flatMap(it -> DOCUMENT.operation(it.item(), exchange.method()));
    if (operation.isPresent()) {
      var breaches = new ArrayList<String>();
      List<String> faults = faults(exchange, operation.get(), found.get().parameters());
      if (!faults.isEmpty() && !isRefusal(exchange.status())) {
        breaches.add("was not refused, although " + faults);
      }
      breaches.addAll(ofAnswer(exchange, response(exchange, operation.get())));
      return breaches;
    }
    if (found.isEmpty()) {
      return ofAnswer(exchange, exchange.status() == 404 ? "NotFound" : "AnyOperation");
    }
    return ofAnswerToAMethod(exchange, found.get().item());
  }

  /** The answer to a method that the document does not list for the path. */
  private static List<String> ofAnswerToAMethod(Exchange exchange, Place item) {
    boolean options = exchange.method().equals("OPTIONS") && exchange.status() == 200;
    if (!options && exchange.status() != 405) {
      return ofAnswer(exchange, "AnyOperation");
    }
    var breaches =
        new ArrayList<>(
            options
                ? ofAnswer(exchange, "Options")
                : ofAnswer(exchange, DOCUMENT.at("/x-answers-of-every-path/methodNotAllowed")));
    String methods = String.join(", ", DOCUMENT.methods(item));
    if (!methods.equals(exchange.answer().headers().get("Allow"))) {
      breaches.add("Allow is not " + methods);
    }
    return breaches;
  }

  /** Of a server that does CORS; any other answers it as every OPTIONS. */
  private static boolean isPreflight(Exchange exchange) {
    HttpFields headers = exchange.request().headers();
    return exchange.method().equals("OPTIONS")
        && headers.contains("Origin")
        && headers.contains("Access-Control-Request-Method")
        && exchange.answer().headers().contains("Vary", "Origin");
  }

  private static boolean isRefusal(int status) {
    return (status >= 400 && status < 500) || status == 501 || status == 505;
  }

  /** The answer that the document lists for the status. */
  private static Place response(Exchange exchange, Place operation) {
    Place responses = DOCUMENT.get(operation, "responses").orElseThrow();
    return DOCUMENT
        .get(responses, Integer.toString(exchange.status()))
        .or(() -> DOCUMENT.get(responses, exchange.status() / 100 + "XX"))
        .or(() -> DOCUMENT.get(responses, "default"))
        .orElseThrow();
  }

  private static List<String> ofAnswer(Exchange exchange, String response) {
    return ofAnswer(exchange, DOCUMENT.at("/components/responses/" + response));
  }

  private static List<String> ofAnswer(Exchange exchange, Place response) {
    var breaches = new ArrayList<String>();
    Map<String, Place> headers =
        new HashMap<>(DOCUMENT.children(DOCUMENT.at("/x-headers-of-every-answer")));
    DOCUMENT.get(response, "headers").map(DOCUMENT::children).ifPresent(headers::putAll);
    headers.forEach((name, header) -> checkHeader(exchange, name, header, breaches));
    for (HttpField field : exchange.answer().headers()) {
      boolean known = headers.keySet().stream().anyMatch(field::is);
      if (!known && !HEADERS_OF_HTTP.contains(field.getLowerCaseName())) {
        breaches.add("no answer like this has the header " + field.getName());
      }
    }
    checkContent(exchange, response, breaches);
    return breaches;
  }

  private static void checkHeader(
      Exchange exchange, String name, Place header, List<String> breaches) {
    List<String> values = exchange.answer().headers().getValuesList(name);
    if (!values.isEmpty()) {
      Place schema = DOCUMENT.get(header, "schema").orElseThrow();
      DOCUMENT
          .faults(schema, value(schema, String.join(", ", values)))
          .forEach(fault -> breaches.add("the header " + name + fault));
    } else if (header.isTrue("required")) {
      breaches.add("the header " + name + " is missing");
    }
  }

  private static void checkContent(Exchange exchange, Place response, List<String> breaches) {
    Optional<ByteBuffer> body = exchange.answer().body();
    boolean empty = body.isPresent() && !body.get().hasRemaining();
    String type = mediaType(exchange.answer().headers());
    Optional<Place> contents = DOCUMENT.get(response, "content");
    Optional<Place> content = contents.flatMap(it -> DOCUMENT.get(it, type));
    boolean head = exchange.method().equals("HEAD");
    if (contents.isEmpty() ? !type.isEmpty() : content.isEmpty()) {
      breaches.add("no answer like this is " + (type.isEmpty() ? "without a type" : type));
    } else if (head || contents.isEmpty()) {
      if (body.isPresent() && !empty) {
        breaches.add("no answer like this has a body");
      }
    } else if (body.isPresent()) {
      Place schema = DOCUMENT.get(content.orElseThrow(), "schema").orElseThrow();
      ByteBuffer plain = decoded(exchange.answer().headers(), body.get());
      faults(schema, type, plain).forEach(fault -> breaches.add("the answer" + fault));
      if (type.equals("application/problem+json")) {
        checkProblem(exchange, response, plain, breaches);
      }
    }
  }

  private static void checkProblem(
      Exchange exchange, Place response, ByteBuffer body, List<String> breaches) {
    JsonNode problem = OpenApi.JSON.readTree(UTF_8.decode(body.duplicate()).toString());
    if (!PROBLEMS.contains(facts(problem))) {
      breaches.add("the document has no such type of problem: " + problem);
    }
    if (response
        .node()
        .path("x-problem-types")
        .valueStream()
        .noneMatch(problem.path("type")::equals)) {
      breaches.add("no answer like this is a problem of this type: " + problem);
    }
    if (problem.path("status").asInt(0) != exchange.status()) {
      breaches.add("the problem is about another status: " + problem);
    }
    if (!problem.path("request_id").asString("").equals(header(exchange, "X-Request-Id"))) {
      breaches.add("the problem is about another request: " + problem);
    }
  }

  /** What is the same for every problem of a type. */
  private static List<JsonNode> facts(JsonNode problem) {
    return List.of(problem.path("type"), problem.path("title"), problem.path("status"));
  }

  private static String header(Exchange exchange, String name) {
    return String.valueOf(exchange.answer().headers().get(name));
  }

  private static ByteBuffer decoded(HttpFields headers, ByteBuffer body) {
    if (!headers.contains("Content-Encoding", "gzip")) {
      return body;
    }
    byte[] bytes = new byte[body.remaining()];
    body.duplicate().get(bytes);
    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return ByteBuffer.wrap(in.readAllBytes());
    } catch (IOException e) {
      throw new IllegalArgumentException("the answer is no gzip", e);
    }
  }

  /** What is wrong with the request. */
  private static List<String> faults(
      Exchange exchange, Place operation, Map<String, String> pathParameters) {
    var faults = new ArrayList<String>();
    Optional<Place> parameters = DOCUMENT.get(operation, "parameters");
    for (Place parameter : parameters.map(DOCUMENT::children).orElse(Map.of()).values()) {
      String name = parameter.text("name").orElseThrow();
      List<String> values =
          switch (parameter.text("in").orElseThrow()) {
            case "path" -> List.of(pathParameters.getOrDefault(name, ""));
            case "query" -> queryValues(exchange.query(), name, faults);
            default -> exchange.request().headers().getValuesList(name);
          };
      if (values.size() > 1 && parameter.text("in").orElseThrow().equals("query")) {
        faults.add(name + " is there twice");
      } else if (!values.isEmpty()) {
        Place schema = DOCUMENT.get(parameter, "schema").orElseThrow();
        DOCUMENT
            .faults(schema, value(schema, String.join(", ", values)))
            .forEach(fault -> faults.add(name + fault));
      } else if (parameter.isTrue("required")) {
        faults.add(name + " is missing");
      }
    }
    DOCUMENT
        .get(operation, "requestBody")
        .ifPresent(body -> faults.addAll(bodyFaults(exchange.request(), body)));
    return faults;
  }

  private static List<String> queryValues(String query, String name, List<String> faults) {
    var values = new ArrayList<String>();
    for (String part : query.split("&", -1)) {
      String[] pair = part.split("=", 2);
      try {
        if (URLDecoder.decode(pair[0], UTF_8).equals(name)) {
          values.add(pair.length == 2 ? URLDecoder.decode(pair[1], UTF_8) : "");
        }
      } catch (IllegalArgumentException e) {
        faults.add("the query cannot be decoded: " + part);
      }
    }
    return values;
  }

  private static List<String> bodyFaults(Exchange.Message request, Place body) {
    String sent = mediaType(request.headers());
    // In words, the document says: where JSON is taken, so is +json, except for a merge patch.
    String type =
        DOCUMENT.get(body, "content").orElseThrow().has(sent)
                || DOCUMENT.get(body, "content").orElseThrow().has("application/merge-patch+json")
                || !sent.matches("application/[^/]+\\+json")
            ? sent
            : "application/json";
    Optional<Place> content = DOCUMENT.get(DOCUMENT.get(body, "content").orElseThrow(), type);
    if (content.isEmpty()) {
      return List.of("the body is " + (sent.isEmpty() ? "of no type" : sent));
    }
    Place schema = DOCUMENT.get(content.get(), "schema").orElseThrow();
    return request.body().map(it -> faults(schema, type, it)).orElse(List.of());
  }

  /** What is wrong with a body: of JSON with the value, of anything else with the text. */
  private static List<String> faults(Place schema, String type, ByteBuffer body) {
    String text;
    try {
      text = charset(schema, type, body).newDecoder().decode(body.duplicate()).toString();
    } catch (CharacterCodingException e) {
      return List.of(" is no UTF-8");
    }
    if (text.startsWith("\uFEFF")) {
      text = text.substring(1);
    }
    return type.matches("application/(.+\\+)?json")
        ? jsonFaults(schema, text)
        : DOCUMENT.faults(schema, StringNode.valueOf(text));
  }

  /** In words, the document says: a file may be in UTF-16, if its byte order mark says so. */
  private static Charset charset(Place schema, String type, ByteBuffer body) {
    boolean file =
        type.equals("text/csv")
            || type.equals("application/x-ndjson")
            || schema.text("type").equals(Optional.of("array"));
    int mark = body.remaining() < 2 ? 0 : body.getShort(body.position()) & 0xffff;
    return file && (mark == 0xfeff || mark == 0xfffe) ? UTF_16 : UTF_8;
  }

  private static List<String> jsonFaults(Place schema, String text) {
    try {
      JsonNode value = OpenApi.JSON.readTree(text);
      return value.isMissingNode() ? List.of(" is empty") : DOCUMENT.faults(schema, value);
    } catch (JacksonException e) {
      return List.of(" is no JSON: " + e.getOriginalMessage());
    }
  }

  /** The text of a parameter or header as its schema sees it. */
  static JsonNode value(Place schema, String text) {
    String type = schema.text("type").orElse("string");
    if (type.equals("integer") && text.matches("-?[0-9]+")) {
      return JsonNodeFactory.instance.numberNode(new java.math.BigInteger(text));
    }
    if (type.equals("boolean") && (text.equals("true") || text.equals("false"))) {
      return JsonNodeFactory.instance.booleanNode(text.equals("true"));
    }
    return StringNode.valueOf(text);
  }

  private static String mediaType(HttpFields headers) {
    List<String> values = headers.getValuesList("Content-Type");
    return values.size() == 1
        ? values.get(0).split(";", 2)[0].strip().toLowerCase(Locale.ROOT)
        : "";
  }
}
