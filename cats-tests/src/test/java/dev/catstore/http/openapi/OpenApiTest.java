package dev.catstore.http.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.http.openapi.OpenApi.Place;
import dev.catstore.http.problem.ProblemType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The OpenAPI document is true of itself. */
class OpenApiTest {
  private static final OpenApi DOCUMENT = OpenApi.ofTheServer();

  @Test
  void examples_keepToTheirSchemas() {
    var examples = new ArrayList<String>();
    var faults = new ArrayList<String>();
    visit(
        DOCUMENT.root(),
        place -> {
          for (JsonNode example : examples(place)) {
            examples.add(place.pointer());
            Place schema = DOCUMENT.get(place, "schema").orElse(place);
            DOCUMENT.faults(schema, example).forEach(fault -> faults.add(place.pointer() + fault));
          }
        });
    assertThat(faults).isEmpty();
    assertThat(examples).hasSizeGreaterThan(40);
  }

  /** Every body that is JSON or rows has one, but for the document itself. */
  @Test
  void bodies_haveExamples() {
    var without = new ArrayList<String>();
    visit(
        DOCUMENT.root(),
        place -> {
          boolean json = place.pointer().matches(".*/content/[^/]*(json|csv)");
          if (json && place.has("schema") && examples(place).isEmpty()) {
            without.add(place.pointer());
          }
        });
    assertThat(without)
        .containsExactly("/paths/~1openapi.json/get/responses/200/content/application~1json");
  }

  @Test
  void problems_areThoseOfTheServer() {
    List<String> described =
        DOCUMENT
            .at("/components/schemas/Problem/x-problem-types")
            .node()
            .valueStream()
            .map(it -> text(it, "type") + text(it, "title") + text(it, "status"))
            .toList();
    assertThat(described)
        .containsExactlyElementsOf(
            Arrays.stream(ProblemType.values())
                .map(it -> it.uri() + it.title() + it.status())
                .toList());
  }

  /** Each is the answer of an operation, or of a path or method that is not there. */
  @Test
  void problems_areEachAnAnswer() {
    var answers = new TreeSet<String>();
    visit(
        DOCUMENT.root(),
        place -> {
          if (place.has("headers")) {
            place.node().path("x-problem-types").forEach(it -> answers.add(it.asString()));
          }
        });
    assertThat(answers)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ProblemType.values()).map(ProblemType::uri).toList());
  }

  /** OpenAPI 3.1 has a meaning for it; generators and proxies leave out one side or the other. */
  @Test
  void references_haveNothingBesideThem() {
    assertThat(pointers(it -> it.has("$ref") && it.node().size() > 1)).isEmpty();
  }

  /** Generators drop the properties, or make a class for each side. */
  @Test
  void objects_haveNoAlternativesBesideTheirProperties() {
    assertThat(
            pointers(
                it ->
                    it.has("properties") && (it.has("oneOf") || it.has("anyOf") || it.has("not"))))
        .isEmpty();
  }

  /** Generators take a number without a format for one of 32 bits, and a constant for anything. */
  @Test
  void values_haveTypesAndNumbersHaveFormats() {
    assertThat(pointers(it -> (it.has("const") || it.has("enum")) && !it.has("type"))).isEmpty();
    assertThat(
            pointers(
                it -> it.node().path("type").toString().contains("integer") && !it.has("format")))
        .isEmpty();
  }

  /** Many generators know only the first body, and the first answer that is no error. */
  @Test
  void bodies_areJsonFirst() {
    assertThat(
            pointers(
                place ->
                    place.pointer().endsWith("/content")
                        && place.has("application/json")
                        && !place
                            .node()
                            .propertyNames()
                            .iterator()
                            .next()
                            .equals("application/json")))
        .isEmpty();
  }

  /** Of answers with different schemas, a generator takes that of the lowest status. */
  @Test
  void answers_ofAnOperation_haveOneSchema() {
    var different = new ArrayList<String>();
    visit(
        DOCUMENT.root(),
        place -> {
          if (place.has("operationId")) {
            long schemas =
                DOCUMENT
                    .children(DOCUMENT.get(place, "responses").orElseThrow())
                    .entrySet()
                    .stream()
                    .filter(it -> it.getKey().startsWith("2"))
                    .map(it -> it.getValue().node().at("/content/application~1json/schema"))
                    .distinct()
                    .count();
            if (schemas > 1) {
              different.add(place.pointer());
            }
          }
        });
    assertThat(different).isEmpty();
  }

  @Test
  void operations_sayWhatTheyAreFor() {
    var names = new ArrayList<String>();
    for (Place item : DOCUMENT.children(DOCUMENT.at("/paths")).values()) {
      for (Place operation : DOCUMENT.children(item).values()) {
        if (operation.has("responses")) {
          names.add(operation.text("operationId").orElseThrow());
          assertThat(operation.text("summary").orElse("")).as(operation.pointer()).isNotBlank();
          assertThat(operation.node().path("tags").size()).as(operation.pointer()).isEqualTo(1);
          assertThat(operation.node().path("responses").has("default"))
              .as(operation.pointer())
              .isTrue();
        }
      }
    }
    assertThat(names).doesNotHaveDuplicates().isNotEmpty();
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString();
  }

  /** Where something is that should not be. */
  private static List<String> pointers(Predicate<Place> which) {
    var pointers = new ArrayList<String>();
    visit(
        DOCUMENT.root(),
        place -> {
          if (which.test(place)) {
            pointers.add(place.pointer());
          }
        });
    return pointers;
  }

  /** What is given as an example there: a single one, some with names, or those of a schema. */
  private static List<JsonNode> examples(Place place) {
    var examples = new ArrayList<JsonNode>();
    JsonNode node = place.node();
    boolean schema = node.has("type") || node.has("anyOf") || node.has("oneOf");
    if (node.has("example") && node.has("schema")) {
      examples.add(node.get("example"));
    }
    if (node.path("examples").isObject() && node.has("schema")) {
      node.get("examples").forEach(it -> examples.add(it.path("value")));
    }
    if (node.path("examples").isArray() && schema) {
      node.get("examples").forEach(examples::add);
    }
    return examples;
  }

  /** Shows every object and array of the document, each where it stands. */
  private static void visit(Place place, Consumer<Place> visitor) {
    visitor.accept(place);
    for (Map.Entry<String, JsonNode> child : place.node().properties()) {
      String name = child.getKey().replace("~", "~0").replace("/", "~1");
      visit(new Place(place.pointer() + "/" + name, child.getValue()), visitor);
    }
    for (int i = 0; place.node().isArray() && i < place.node().size(); i++) {
      visit(new Place(place.pointer() + "/" + i, place.node().get(i)), visitor);
    }
  }
}
