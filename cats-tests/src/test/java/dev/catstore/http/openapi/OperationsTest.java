package dev.catstore.http.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import dev.catstore.http.openapi.OpenApi.Place;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation of the OpenAPI document is there, and answers with every status that the document
 * lists for it. What the answers look like is for {@link ExchangeJudge}, as in every test.
 */
class OperationsTest {
  private static final OpenApi DOCUMENT = OpenApi.ofTheServer();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static final CatStore STORE = new InMemoryCatStore();
  private static final TestServer SERVER = TestServer.start(STORE, Calls.SETTINGS);
  private static final TestServer AWAY = TestServer.start(Calls.away());

  @AfterAll
  static void close() {
    try {
      SERVER.close();
    } finally {
      AWAY.close();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.catstore.http.openapi.Calls#all")
  void operation_isAnsweredAsListed(Calls.Call call) throws Exception {
    TestServer server = call.status() == 503 ? AWAY : SERVER;
    long id = STORE.add(new NewCat("Tom", 1, "manx")).id();
    Place operation =
        DOCUMENT
            .operation(
                DOCUMENT.find(call.path().replace("{id}", "1")).orElseThrow().item(), call.method())
            .orElseThrow();
    assertThat(operation.text("operationId")).contains(call.operation());

    HttpResponse<String> answer = CLIENT.send(call.to(server.uri(), id), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(call.status());
  }

  @Test
  void calls_areOfEveryOperationAndStatus() {
    Set<String> listed =
        operations(
            (method, operation) ->
                operation.node().path("responses").propertyNames().stream()
                    .filter(status -> status.matches("[0-9]+"))
                    .map(status -> operation.text("operationId").orElseThrow() + " " + status));
    assertThat(
            Calls.all().map(it -> it.operation() + " " + it.status()).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(listed);
  }

  @Test
  void document_hasTheRoutesOfTheServer_andNoOthers() {
    Set<String> routes =
        TestServer.routes().stream()
            .map(it -> it.replaceAll(":(\\w+)", "{$1}"))
            .collect(Collectors.toSet());
    Set<String> listed =
        operations(
            (method, operation) ->
                // HEAD and OPTIONS are for the server as a whole.
                Set.of("head", "options").contains(method)
                    ? Stream.of()
                    : Stream.of(method.toUpperCase(Locale.ROOT) + " " + path(operation)));
    assertThat(listed).containsExactlyInAnyOrderElementsOf(routes).hasSizeGreaterThan(10);
  }

  private static Set<String> operations(BiFunction<String, Place, Stream<String>> about) {
    Set<String> all = new TreeSet<>();
    for (Place item : DOCUMENT.children(DOCUMENT.at("/paths")).values()) {
      DOCUMENT
          .children(item)
          .forEach(
              (method, operation) -> {
                if (operation.has("responses")) {
                  about.apply(method, operation).forEach(all::add);
                }
              });
    }
    return all;
  }

  /** The path of an operation, from its pointer: /paths/PATH/METHOD. */
  private static String path(Place operation) {
    return List.of(operation.pointer().split("/", -1)).get(2).replace("~1", "/");
  }
}
