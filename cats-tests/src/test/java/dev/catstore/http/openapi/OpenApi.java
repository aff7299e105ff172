package dev.catstore.http.openapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/** The OpenAPI document of the server: what it says about a path, and its schemas. */
final class OpenApi {
  /** Reads JSON as strictly as the document means it: one value, no key twice, exact numbers. */
  static final JsonMapper JSON =
      // Without the table of names that all parsers share: names that collide break it (3.2.4).
      JsonMapper.builder(
              JsonFactory.builder()
                  .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private static final String ADDRESS = "https://cats.invalid/openapi.json";
  private static final List<String> METHODS =
      List.of("get", "head", "post", "put", "patch", "delete", "options");

  private final JsonNode document;
  private final SchemaRegistry schemas;
  private final Map<String, Schema> found = new ConcurrentHashMap<>();

  private OpenApi(String text) {
    this.document = JSON.readTree(text);
    this.schemas =
        SchemaRegistry.withDialect(
            Dialects.getOpenApi31(), it -> it.schemas(Map.of(ADDRESS, text)));
  }

  /** The document that the server serves. */
  static OpenApi ofTheServer() {
    String name = "/dev/catstore/http/server/web/docs/openapi.json";
    try (InputStream in = requireNonNull(OpenApi.class.getResourceAsStream(name), name)) {
      return new OpenApi(new String(in.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A place in the document; references are followed. */
  record Place(String pointer, JsonNode node) {
    Optional<String> text(String name) {
      return Optional.ofNullable(node.get(name)).filter(JsonNode::isString).map(JsonNode::asString);
    }

    boolean isTrue(String name) {
      return node.path(name).asBoolean(false);
    }

    boolean has(String name) {
      return node.has(name);
    }
  }

  /** What is at a path, with the parameters that are in it, decoded. */
  record Found(Place item, Map<String, String> parameters) {}

  Place root() {
    return new Place("", document);
  }

  /** What stands there under this name, if anything does. */
  Optional<Place> get(Place place, String name) {
    JsonNode child = place.node().get(name);
    if (child == null) {
      return Optional.empty();
    }
    return Optional.of(
        child.has("$ref")
            ? at(child.get("$ref").asString().substring(1))
            : new Place(place.pointer() + "/" + escape(name), child));
  }

  /** All that stands there, by name; for an array by index. */
  Map<String, Place> children(Place place) {
    Map<String, Place> children = new LinkedHashMap<>();
    if (place.node().isArray()) {
      for (int i = 0; i < place.node().size(); i++) {
        JsonNode child = place.node().get(i);
        children.put(
            Integer.toString(i),
            child.has("$ref")
                ? at(child.get("$ref").asString().substring(1))
                : new Place(place.pointer() + "/" + i, child));
      }
    } else {
      for (String name : place.node().propertyNames()) {
        get(place, name).ifPresent(child -> children.put(name, child));
      }
    }
    return children;
  }

  /** What is at this JSON pointer. */
  Place at(String pointer) {
    JsonNode node = document.at(pointer);
    if (node.isMissingNode()) {
      throw new IllegalArgumentException("the document has no " + pointer);
    }
    return new Place(pointer, node);
  }

  /** The item of a path as it was sent; a path without parameters goes before one with them. */
  Optional<Found> find(String path) {
    Optional<Found> best = Optional.empty();
    for (Map.Entry<String, Place> item : children(at("/paths")).entrySet()) {
      var names = new ArrayList<String>();
      Matcher name = Pattern.compile("\\{(\\w+)}").matcher(item.getKey());
      while (name.find()) {
        names.add(name.group(1));
      }
      Matcher match = Pattern.compile(name.replaceAll("([^/]+)")).matcher(path);
      if (match.matches() && (best.isEmpty() || names.isEmpty())) {
        Map<String, String> parameters = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
          // In a path a plus is a plus.
          parameters.put(
              names.get(i), URLDecoder.decode(match.group(i + 1).replace("+", "%2B"), UTF_8));
        }
        best = Optional.of(new Found(item.getValue(), parameters));
      }
    }
    return best;
  }

  /** The operation that answers a method; that of GET answers HEAD too. */
  Optional<Place> operation(Place item, String method) {
    Optional<Place> operation =
        METHODS.contains(method.toLowerCase(Locale.ROOT)) && isUpperCase(method)
            ? get(item, method.toLowerCase(Locale.ROOT))
            : Optional.empty();
    return operation.isEmpty() && method.equals("HEAD") ? get(item, "get") : operation;
  }

  /** The methods of a path, as an Allow has them. */
  List<String> methods(Place item) {
    return METHODS.stream()
        .filter(
            it -> it.equals("options") || item.has(it) || (it.equals("head") && item.has("get")))
        .map(it -> it.toUpperCase(Locale.ROOT))
        .toList();
  }

  /**
   * What is wrong with a value by the schema that stands there, and with each line of NDJSON by the
   * schema of its content; nothing if nothing is.
   */
  List<String> faults(Place schema, JsonNode value) {
    Optional<Place> content = get(schema, "contentSchema");
    if (content.isEmpty()) {
      return validated(schema, value);
    }
    ArrayNode lines = JSON.createArrayNode();
    try {
      value.asString().lines().filter(it -> !it.isBlank()).map(JSON::readTree).forEach(lines::add);
    } catch (JacksonException e) {
      return List.of(" has a line that is no JSON: " + e.getOriginalMessage());
    }
    return validated(content.get(), lines);
  }

  private List<String> validated(Place schema, JsonNode value) {
    return found
        .computeIfAbsent(
            schema.pointer(),
            pointer ->
                schemas.getSchema(
                    SchemaLocation.of(
                        ADDRESS + "#" + pointer.replace("{", "%7B").replace("}", "%7D"))))
        .validate(value)
        .stream()
        .map(error -> error.getInstanceLocation() + ": " + error.getMessage())
        .toList();
  }

  private static boolean isUpperCase(String method) {
    return method.equals(method.toUpperCase(Locale.ROOT));
  }

  private static String escape(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
