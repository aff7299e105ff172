package dev.catstore.http.openapi;

import dev.catstore.domain.CatStore;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.support.ForwardingCatStore;
import dev.catstore.tests.InMemoryCatStore;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A call of each operation of the OpenAPI document for each status that it lists. */
final class Calls {
  /** Of the server that is called. */
  static final Map<String, String> SETTINGS =
      Map.of("CATS_MAX_IMPORT_BYTES", Integer.toString(2 << 20));

  private static final String TOM = "{\"name\":\"Tom\",\"price\":1,\"breed\":\"manx\"}";
  private static final String PRICE = "{\"price\":2}";
  private static final String TOO_LARGE = " ".repeat((1 << 20) + 1);
  private static final String TOO_LARGE_IMPORT = " ".repeat((2 << 20) + 1);
  private static final String PUT = "{\"id\":5,\"name\":\"Tom\",\"price\":1,\"breed\":\"manx\"}";
  private static final String CSV = "Content-Type: text/csv";
  static final String JSON = "Content-Type: application/json";
  private static final String TEXT = "Content-Type: text/plain";
  private static final String NO_TYPE = "Accept: image/png";

  private Calls() {}

  /** What is sent, with the id of a new cat in the path, and what is answered. */
  record Call(String operation, int status, String request, String body, List<String> headers) {
    String method() {
      return request.split(" ", 2)[0];
    }

    /** The path without the query. */
    String path() {
      return target().replaceFirst("\\?.*", "");
    }

    private String target() {
      return request.split(" ", 2)[1];
    }

    HttpRequest to(URI server, long id) {
      HttpRequest.Builder sent =
          HttpRequest.newBuilder(URI.create(server + target().replace("{id}", Long.toString(id))))
              .timeout(Duration.ofSeconds(30))
              .method(
                  method(),
                  body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
      for (String header : headers) {
        String[] nameAndValue = header.split(": ", 2);
        sent.header(nameAndValue[0], nameAndValue[1]);
      }
      return sent.build();
    }

    @Override
    public String toString() {
      return operation + " " + status + ": " + request + " " + String.join(", ", headers);
    }
  }

  /** One call at least for each operation and status. */
  static Stream<Call> all() {
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

  /** A store that cannot be reached: with it a server answers the calls of status 503. */
  static CatStore away() {
    return new ForwardingCatStore(new InMemoryCatStore()) {
      @Override
      protected CatStore delegate() {
        throw new StoreUnavailableException("away on purpose", null);
      }
    };
  }
}
