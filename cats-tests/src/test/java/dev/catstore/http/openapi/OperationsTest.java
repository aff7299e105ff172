package dev.catstore.http.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.http.openapi.OpenApi.Place;
import dev.catstore.support.ForwardingCatStore;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
  private static final TestServer SERVER =
      TestServer.start(STORE, Map.of("CATS_MAX_IMPORT_BYTES", Integer.toString(2 << 20)));
  private static final TestServer AWAY = TestServer.start(away());

  private static final String TOM = "{\"name\":\"Tom\",\"price\":1,\"breed\":\"manx\"}";
  private static final String PRICE = "{\"price\":2}";
  private static final String TOO_LARGE = " ".repeat((1 << 20) + 1);
  private static final String TOO_LARGE_IMPORT = " ".repeat((2 << 20) + 1);
  private static final String PUT = "{\"id\":5,\"name\":\"Tom\",\"price\":1,\"breed\":\"manx\"}";
  private static final String CSV = "Content-Type: text/csv";
  private static final String JSON = "Content-Type: application/json";
  private static final String TEXT = "Content-Type: text/plain";
  private static final String NO_TYPE = "Accept: image/png";

  /** What is sent, with the id of a new cat in the path, and what is answered. */
  private record Call(
      String operation, int status, String request, String body, List<String> headers) {
    @Override
    public String toString() {
      return operation + " " + status + ": " + request + " " + String.join(", ", headers);
    }
  }

  @AfterAll
  static void close() {
    try {
      SERVER.close();
    } finally {
      AWAY.close();
    }
  }

  static Stream<Call> calls() {
    return Stream.of(
        call("listCats", 200, "GET /cats"),
        call("listCats", 200, "GET /cats?limit=1&sort=-price&count=true&name=t&price_min=1"),
        call("listCats", 200, "GET /cats?breed=manx&price_max=5", "Accept: text/csv"),
        call("listCats", 200, "GET /cats", "Accept: application/x-ndjson"),
        call("listCats", 400, "GET /cats?limit=0"),
        call("listCats", 406, "GET /cats", NO_TYPE),
        call("listCats", 503, "GET /cats"),
        call("headCats", 200, "HEAD /cats?count=true"),
        call("headCats", 400, "HEAD /cats?colour=red"),
        call("headCats", 406, "HEAD /cats", NO_TYPE),
        call("headCats", 503, "HEAD /cats"),
        send("addCats", 201, "POST /cats", TOM, JSON, "Idempotency-Key: \"k\""),
        send(
            "addCats", 201, "POST /cats", "name,price,breed\nTom,1,manx", "Content-Type: text/csv"),
        send("addCats", 201, "POST /cats", TOM + "\n" + TOM, "Content-Type: application/x-ndjson"),
        send("addCats", 201, "POST /cats", "[" + TOM + "]", JSON),
        send("addCats", 200, "POST /cats?dry_run=true", "[" + TOM + "]", JSON),
        send("addCats", 400, "POST /cats", "[", JSON),
        send("addCats", 400, "POST /cats", "name\nTom", "Content-Type: text/csv"),
        send("addCats", 406, "POST /cats", TOM, JSON, NO_TYPE),
        send("addCats", 413, "POST /cats", TOO_LARGE, JSON),
        send("addCats", 415, "POST /cats", TOM, TEXT),
        send("addCats", 415, "POST /cats", TOM, JSON, "Content-Encoding: gzip"),
        send("addCats", 422, "POST /cats", PRICE, JSON),
        send("addCats", 422, "POST /cats", PRICE, "Content-Type: application/x-ndjson"),
        send("addCats", 503, "POST /cats", TOM, JSON),
        send("putCats", 200, "PUT /cats", "[" + PUT + "]", JSON),
        send("putCats", 200, "PUT /cats?dry_run=true", PUT, "Content-Type: application/x-ndjson"),
        send("putCats", 200, "PUT /cats", "id,name,price,breed\n5,Tom,1,manx", CSV),
        send("putCats", 400, "PUT /cats", PUT, JSON),
        send("putCats", 406, "PUT /cats", "[]", JSON, NO_TYPE),
        send("putCats", 412, "PUT /cats", "id,name,price,breed,revision\n1,Tom,1,a,99", CSV),
        send("putCats", 413, "PUT /cats", TOO_LARGE_IMPORT, JSON),
        send("putCats", 415, "PUT /cats", "[]", TEXT),
        send("putCats", 422, "PUT /cats", "[" + TOM + "]", JSON),
        send("putCats", 422, "PUT /cats", PUT + "\n" + PUT, "Content-Type: application/x-ndjson"),
        send("putCats", 503, "PUT /cats", "[]", JSON),
        send("editCats", 200, "PATCH /cats", "[" + PUT + "]", JSON, "Idempotency-Key: e"),
        send("editCats", 400, "PATCH /cats", "{", JSON),
        send("editCats", 406, "PATCH /cats", "[]", JSON, NO_TYPE),
        send("editCats", 412, "PATCH /cats", "id,price,revision\n1,1,99", CSV),
        send("editCats", 413, "PATCH /cats", TOO_LARGE_IMPORT, JSON),
        send("editCats", 415, "PATCH /cats", "[]", TEXT),
        send("editCats", 422, "PATCH /cats", "id,price\n999999,1", CSV),
        send("editCats", 503, "PATCH /cats", "[]", JSON),
        call("catsOptions", 200, "OPTIONS /cats"),
        call("listCats", 200, "GET /cats?format=csv&bom=true&sort=-name"),
        call("listCats", 200, "GET /cats?format=json"),
        call("listCats", 200, "GET /cats?count=estimated"),
        call("findCat", 200, "GET /cats/{id}"),
        call("findCat", 304, "GET /cats/{id}", "If-None-Match: \"1\""),
        call("findCat", 400, "GET /cats/x"),
        call("findCat", 404, "GET /cats/999"),
        call("findCat", 406, "GET /cats/{id}", NO_TYPE),
        call("findCat", 412, "GET /cats/{id}", "If-Match: \"7\""),
        call("findCat", 503, "GET /cats/{id}"),
        call("headCat", 200, "HEAD /cats/{id}"),
        call("headCat", 304, "HEAD /cats/{id}", "If-None-Match: *"),
        call("headCat", 400, "HEAD /cats/0"),
        call("headCat", 404, "HEAD /cats/999"),
        call("headCat", 406, "HEAD /cats/{id}", NO_TYPE),
        call("headCat", 412, "HEAD /cats/{id}", "If-Match: W/\"1\""),
        call("headCat", 503, "HEAD /cats/{id}"),
        send("replaceCat", 200, "PUT /cats/{id}", TOM, JSON, "If-Match: \"1\""),
        send("replaceCat", 400, "PUT /cats/{id}", "", JSON),
        send("replaceCat", 404, "PUT /cats/999", TOM, JSON),
        send("replaceCat", 406, "PUT /cats/{id}", TOM, JSON, NO_TYPE),
        send("replaceCat", 412, "PUT /cats/{id}", TOM, JSON, "If-Match: \"7\", \"8\""),
        send("replaceCat", 413, "PUT /cats/{id}", TOO_LARGE, JSON),
        send("replaceCat", 415, "PUT /cats/{id}", TOM, TEXT),
        send("replaceCat", 422, "PUT /cats/{id}", PRICE, JSON),
        send("replaceCat", 503, "PUT /cats/{id}", TOM, JSON),
        send(
            "editCat",
            200,
            "PATCH /cats/{id}",
            PRICE,
            "Content-Type: application/merge-patch+json"),
        send("editCat", 200, "PATCH /cats/{id}", PRICE, JSON),
        send("editCat", 400, "PATCH /cats/{id}", "{", JSON),
        send("editCat", 404, "PATCH /cats/999", PRICE, JSON),
        send("editCat", 406, "PATCH /cats/{id}", PRICE, JSON, NO_TYPE),
        send("editCat", 412, "PATCH /cats/{id}", PRICE, JSON, "If-None-Match: *"),
        send("editCat", 413, "PATCH /cats/{id}", TOO_LARGE, JSON),
        send("editCat", 415, "PATCH /cats/{id}", PRICE, TEXT),
        send("editCat", 422, "PATCH /cats/{id}", "{}", JSON),
        send("editCat", 503, "PATCH /cats/{id}", PRICE, JSON),
        call("removeCat", 204, "DELETE /cats/{id}"),
        call("removeCat", 400, "DELETE /cats/{id}", "If-Match: 1"),
        call("removeCat", 404, "DELETE /cats/999"),
        call("removeCat", 406, "DELETE /cats/{id}", NO_TYPE),
        call("removeCat", 412, "DELETE /cats/{id}", "If-Match: \"7\""),
        call("removeCat", 503, "DELETE /cats/{id}"),
        call("catOptions", 200, "OPTIONS /cats/{id}"),
        call("listBreeds", 200, "GET /breeds"),
        call("listBreeds", 400, "GET /breeds?breed=manx"),
        call("listBreeds", 406, "GET /breeds", NO_TYPE),
        call("listBreeds", 503, "GET /breeds"),
        call("tutorialList", 200, "GET /?colour=red", NO_TYPE),
        call("tutorialList", 503, "GET /"),
        send("tutorialAdd", 200, "POST /add", TOM.replace("1", "\"007\",\"a\":0"), JSON),
        send("tutorialAdd", 400, "POST /add", "Tom", JSON),
        send("tutorialAdd", 413, "POST /add", TOO_LARGE, JSON),
        send("tutorialAdd", 415, "POST /add", TOM, TEXT),
        send("tutorialAdd", 422, "POST /add", PRICE, JSON),
        send("tutorialAdd", 503, "POST /add", TOM, JSON),
        call("tutorialRemove", 200, "DELETE /remove/999"),
        call("tutorialRemove", 400, "DELETE /remove/-1"),
        call("tutorialRemove", 503, "DELETE /remove/{id}"),
        send("tutorialEdit", 200, "PATCH /edit/{id}", PRICE, "Content-Type: application/a+json"),
        send("tutorialEdit", 400, "PATCH /edit/007", PRICE, JSON),
        send("tutorialEdit", 404, "PATCH /edit/999", PRICE, JSON),
        send("tutorialEdit", 413, "PATCH /edit/{id}", TOO_LARGE, JSON),
        send("tutorialEdit", 415, "PATCH /edit/{id}", PRICE, TEXT),
        send("tutorialEdit", 422, "PATCH /edit/{id}", "{\"price\":1.5}", JSON),
        send("tutorialEdit", 503, "PATCH /edit/{id}", PRICE, JSON),
        call("live", 200, "GET /health/live"),
        call("ready", 200, "GET /health/ready"),
        call("ready", 503, "GET /health/ready"),
        call("metrics", 200, "GET /metrics"),
        call("metrics", 200, "GET /metrics", "Accept: application/openmetrics-text; version=1.0.0"),
        call("openApi", 200, "GET /openapi.json"),
        call("docs", 200, "GET /docs"),
        call("docsFile", 200, "GET /docs/start.js"),
        call("docsFile", 200, "GET /docs/swagger-ui.css"),
        call("docsFile", 404, "GET /docs/openapi.json"),
        call("problemPage", 200, "GET /problems/no-such-cat"),
        call("problemPage", 404, "GET /problems/no-such-problem"));
  }

  private static Call call(String operation, int status, String request, String... headers) {
    return new Call(operation, status, request, "", List.of(headers));
  }

  private static Call send(
      String operation, int status, String request, String body, String... headers) {
    return new Call(operation, status, request, body, List.of(headers));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void operation_isAnsweredAsListed(Call call) throws Exception {
    TestServer server = call.status() == 503 ? AWAY : SERVER;
    long id = STORE.add(new NewCat("Tom", 1, "manx")).id();
    String[] request = call.request().replace("{id}", Long.toString(id)).split(" ", 2);
    String path = request[1].replaceFirst("\\?.*", "");
    Place operation =
        DOCUMENT.operation(DOCUMENT.find(path).orElseThrow().item(), request[0]).orElseThrow();
    assertThat(operation.text("operationId")).contains(call.operation());

    HttpRequest.Builder sent =
        HttpRequest.newBuilder(URI.create(server.uri() + request[1]))
            .method(
                request[0],
                call.body().isEmpty()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(call.body()));
    for (String header : call.headers()) {
      String[] nameAndValue = header.split(": ", 2);
      sent.header(nameAndValue[0], nameAndValue[1]);
    }
    HttpResponse<String> answer = CLIENT.send(sent.build(), BodyHandlers.ofString());
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
    assertThat(calls().map(it -> it.operation() + " " + it.status()).collect(Collectors.toSet()))
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

  /** A store that cannot be reached. */
  private static CatStore away() {
    return new ForwardingCatStore(new InMemoryCatStore()) {
      @Override
      protected CatStore delegate() {
        throw new StoreUnavailableException("away on purpose", null);
      }
    };
  }
}
