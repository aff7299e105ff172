package dev.catstore.http.routes;

import static dev.catstore.support.TestClient.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import dev.catstore.support.TestClient;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** POST, PUT and PATCH /cats with many cats. */
@Timeout(120)
final class CatBulkTest {
  private static final String[] CSV = {"Content-Type", "text/csv"};
  private static final String[] NDJSON = {"Content-Type", "application/x-ndjson"};

  private final CatStore store = new InMemoryCatStore();
  private final TestServer server = TestServer.start(store);
  private final TestClient client = new TestClient(server.uri());
  private final Cat tom = store.add(new NewCat("Tom", 100, "manx"));
  private final Cat kitty = store.add(new NewCat("Kitty", 70, "bengal"));

  @AfterEach
  void close() {
    server.close();
  }

  private List<Cat> all() {
    List<Cat> cats = new ArrayList<>();
    store.each(CatFilter.ALL, cats::add);
    return cats;
  }

  private static void assertAnswer(HttpResponse<String> response, int status, String body) {
    assertThat(response.body()).isEqualTo(body);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        " \r\n\t[{\"name\":\"a\",\"price\":1,\"breed\":\"b\"}]",
        "\uFEFF[{\"name\":\"a\",\"price\":1,\"breed\":\"b\"}, {\"id\":7,\"name\":\"a\",\"price\":1,\"breed\":\"b\",\"revision\":3}]"
      })
  void post_anArray_addsItsCats(String body) throws Exception {
    int cats = body.split("name", -1).length - 1;

    assertAnswer(client.send("POST", "/cats", body), 201, "{\"added\":%d}".formatted(cats));
    assertThat(all()).hasSize(2 + cats);
  }

  @Test
  void post_anArrayOfMoreThanOneCatMayHave_isStreamed() throws Exception {
    String cat = "{\"name\":\"%s\",\"price\":1,\"breed\":\"b\"}".formatted("x".repeat(90));
    String body = "[" + (cat + ",").repeat(20_000) + cat + "]";
    assertThat(body.length()).isGreaterThan(2 << 20);

    assertAnswer(client.send("POST", "/cats", body), 201, "{\"added\":20001}");
  }

  @Test
  void post_anObjectOfMoreThanOneCatMayHave_isTooLarge() throws Exception {
    String body = " ".repeat(100) + "{\"name\":\"" + "x".repeat(1 << 20) + "\"}";

    assertProblem(client.send("POST", "/cats", body), 413, "content-too-large");
  }

  @Test
  void post_wrongElements_areNamedByTheirPointers() throws Exception {
    HttpResponse<String> response =
        client.send(
            "POST",
            "/cats",
            "[{\"name\":\"a\",\"price\":1,\"breed\":\"b\"},{\"name\":\"a\",\"price\":-1}]");

    assertProblem(response, 422, "invalid-values");
    assertThat(response.body())
        .contains("\"pointer\":\"#/1/price\"", "\"pointer\":\"#/1/breed\"")
        .doesNotContain("\"line\"");
    assertThat(all()).hasSize(2);
  }

  @Test
  void post_underAKeyAgain_addsOnceAndAnswersTheSame() throws Exception {
    for (int i = 0; i < 2; i++) {
      assertAnswer(
          client.post("/cats", "text/csv", "name,price,breed\na,1,b\n", "Idempotency-Key", "k"),
          201,
          "{\"added\":1}");
    }
    assertThat(all()).hasSize(3);
    assertProblem(
        client.post("/cats", "text/csv", "name,price,breed\na,2,b\n", "Idempotency-Key", "k"),
        422,
        "key-reused");
    assertAnswer(
        client.send(
            "POST",
            "/cats",
            "[{\"name\":\"a\",\"price\":1,\"breed\":\"b\"}]",
            "Idempotency-Key",
            "k"),
        201,
        "{\"added\":1}");
  }

  @Test
  void put_inEveryFormat_addsReplacesAndKeeps() throws Exception {
    assertAnswer(
        client.send(
            "PUT",
            "/cats",
            "id,name,price,breed,revision\n1,Tom,100,manx,\n2,Kitty,71,bengal,1\n9,New,1,x,4\n",
            CSV),
        200,
        "{\"added\":1,\"changed\":1,\"unchanged\":1}");
    assertAnswer(
        client.send(
            "PUT",
            "/cats",
            "{\"id\":1,\"name\":\"Tim\",\"price\":100,\"breed\":\"manx\",\"revision\":null}\n",
            NDJSON),
        200,
        "{\"added\":0,\"changed\":1,\"unchanged\":0}");
    assertAnswer(
        client.send(
            "PUT",
            "/cats",
            "[{\"id\":1,\"name\":\"Tim\",\"price\":5e2,\"breed\":\"manx\",\"revision\":2}]"),
        200,
        "{\"added\":0,\"changed\":1,\"unchanged\":0}");
    assertThat(all())
        .containsExactly(
            new Cat(1, "Tim", 500, "manx", 3),
            new Cat(2, "Kitty", 71, "bengal", 2),
            new Cat(9, "New", 1, "x", 4));
  }

  @Test
  void patch_inEveryFormat_editsWhatIsThere() throws Exception {
    assertAnswer(
        client.send("PATCH", "/cats", "price,id,revision\n5,1,1\n6,2,\n", CSV),
        200,
        "{\"added\":0,\"changed\":2,\"unchanged\":0}");
    assertAnswer(
        client.send(
            "PATCH", "/cats", "{\"id\":1,\"name\":\"Tim\"}\n\n{\"id\":2,\"breed\":\"x\"}", NDJSON),
        200,
        "{\"added\":0,\"changed\":2,\"unchanged\":0}");
    assertAnswer(
        client.send("PATCH", "/cats", "[{\"id\":2,\"revision\":3,\"price\":7,\"name\":\"K\"}]"),
        200,
        "{\"added\":0,\"changed\":1,\"unchanged\":0}");
    assertThat(all()).containsExactly(new Cat(1, "Tim", 5, "manx", 3), new Cat(2, "K", 7, "x", 4));
  }

  @Test
  void put_staleCats_are412WithIdAndLine() throws Exception {
    store.edit(kitty.ref(), CatEdit.price(1));
    HttpResponse<String> response =
        client.send(
            "PUT",
            "/cats",
            "id,name,price,breed,revision\n1,Tom,5,manx,1\n\n2,Kitty,6,bengal,1\n",
            CSV);

    assertProblem(response, 412, "precondition-failed");
    assertThat(response.body())
        .contains(
            "\"errors\":[{\"detail\":\"cat 2 is at another revision\",\"pointer\":\"#/revision\",\"line\":4,\"id\":2,\"reason\":\"stale\"}]")
        .doesNotContain("more");
    assertThat(store.find(1)).contains(tom);
  }

  @Test
  void patch_anArrayWithStaleMissingAndRepeatedCats_namesThemByTheirPointers() throws Exception {
    HttpResponse<String> stale =
        client.send(
            "PATCH", "/cats", "[{\"id\":9,\"price\":1},{\"id\":1,\"price\":1,\"revision\":4}]");
    assertProblem(stale, 412, "precondition-failed");
    assertThat(stale.body())
        .contains(
            "{\"detail\":\"there is no cat 9\",\"pointer\":\"#/0/id\",\"id\":9,\"reason\":\"no_such_cat\"}",
            "{\"detail\":\"cat 1 is at another revision\",\"pointer\":\"#/1/revision\",\"id\":1,\"reason\":\"stale\"}");

    HttpResponse<String> repeated =
        client.send("PATCH", "/cats", "[{\"id\":1,\"price\":1},{\"id\":1,\"price\":2}]");
    assertProblem(repeated, 422, "invalid-values");
    assertThat(repeated.body())
        .contains("id 1 comes again, after index 0", "\"pointer\":\"#/1/id\"");
    assertThat(all()).containsExactly(tom, kitty);
  }

  @Test
  void patch_missingCatInAFile_is422WithIdAndLine() throws Exception {
    HttpResponse<String> response = client.send("PATCH", "/cats", "id,price\n1,1\n9,1\n1,3\n", CSV);
    assertProblem(response, 422, "invalid-values");
    assertThat(response.body())
        .contains("\"line\":4,\"id\":1,\"reason\":\"repeated\",\"first_line\":2");

    response = client.send("PATCH", "/cats", "id,price\n1,1\n9,1\n", CSV);
    assertProblem(response, 422, "invalid-values");
    assertThat(response.body()).contains("\"line\":3,\"id\":9,\"reason\":\"no_such_cat\"");
    assertThat(all()).containsExactly(tom, kitty);
  }

  @Test
  void dryRun_ofEachMethod_countsAndDoesNothing() throws Exception {
    assertAnswer(
        client.send("POST", "/cats?dry_run=true", "name,price,breed\na,1,b\n", CSV),
        200,
        "{\"added\":1}");
    assertAnswer(
        client.send(
            "PUT",
            "/cats?dry_run=true",
            "id,name,price,breed\n1,Tim,1,b\n2,Kitty,70,bengal\n8,a,1,b\n",
            CSV),
        200,
        "{\"added\":1,\"changed\":1,\"unchanged\":1}");
    assertAnswer(
        client.send("PATCH", "/cats?dry_run=true", "[{\"id\":1,\"price\":9}]"),
        200,
        "{\"added\":0,\"changed\":1,\"unchanged\":0}");
    assertProblem(
        client.send("PATCH", "/cats?dry_run=true", "[{\"id\":1,\"price\":9,\"revision\":2}]"),
        412,
        "precondition-failed");
    assertThat(all()).containsExactly(tom, kitty);
  }

  @Test
  void dryRun_ofOneCat_isRefused() throws Exception {
    assertProblem(
        client.send("POST", "/cats?dry_run=true", "{\"name\":\"a\",\"price\":1,\"breed\":\"b\"}"),
        400,
        "malformed-request");
    assertProblem(client.send("PUT", "/cats?dry_run=yes", "[]"), 400, "malformed-request");
    assertThat(all()).hasSize(2);
  }

  @Test
  void putAndPatch_underAKeyAgain_areDoneOnce() throws Exception {
    for (String method : List.of("PUT", "PATCH")) {
      String body = "id,name,price,breed,revision\n1,%s,1,b,\n".formatted(method);
      for (int i = 0; i < 2; i++) {
        assertAnswer(
            client.send(
                method, "/cats", body, "Content-Type", "text/csv", "Idempotency-Key", method),
            200,
            "{\"added\":0,\"changed\":1,\"unchanged\":0}");
      }
    }
    assertThat(store.find(1).orElseThrow().revision()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "PATCH"})
  void anObject_isNoArray(String method) throws Exception {
    assertProblem(
        client.send(method, "/cats", "{\"id\":1,\"name\":\"a\",\"price\":1,\"breed\":\"b\"}"),
        400,
        "malformed-request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"application/merge-patch+json", "application/json-patch+json", "text/plain"})
  void patch_ofAnotherType_isRefusedWithAcceptPatch(String type) throws Exception {
    HttpResponse<String> response = client.send("PATCH", "/cats", "[]", "Content-Type", type);

    assertProblem(response, 415, "unsupported-media-type");
    assertThat(response.headers().firstValue("Accept-Patch"))
        .contains("text/csv, application/x-ndjson, application/json");
  }

  @Test
  void options_tellsMethodsAndTypesOfPatches() throws Exception {
    HttpResponse<String> response = client.send("OPTIONS", "/cats", "");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Allow"))
        .contains("GET, HEAD, POST, PUT, PATCH, OPTIONS");
    assertThat(response.headers().firstValue("Accept-Patch")).isPresent();
  }

  @Test
  void export_asALink_isAnAttachment() throws Exception {
    HttpResponse<String> csv = client.get("/cats?format=csv&sort=-id", "Accept", "text/html");
    assertThat(csv.body())
        .isEqualTo("id,name,price,breed,revision\r\n2,Kitty,70,bengal,1\r\n1,Tom,100,manx,1\r\n");
    assertThat(csv.headers().firstValue("Content-Disposition"))
        .contains("attachment; filename=\"cats.csv\"");
    assertThat(csv.headers().firstValue("Content-Type")).get().asString().startsWith("text/csv");

    assertThat(client.get("/cats?format=csv&bom=true").body()).startsWith("\uFEFFid,");
    assertThat(client.get("/cats?format=ndjson&name=tom").body())
        .isEqualTo("{\"id\":1,\"name\":\"Tom\",\"price\":100,\"breed\":\"manx\",\"revision\":1}\n");
    HttpResponse<String> json = client.get("/cats?format=json&sort=price");
    assertThat(json.body()).startsWith("[{\"id\":2,").endsWith("}]");
    assertThat(json.headers().firstValue("Content-Disposition"))
        .contains("attachment; filename=\"cats.json\"");
  }

  @Test
  void export_byAccept_isSortedAndNoAttachment() throws Exception {
    HttpResponse<String> csv = client.get("/cats?sort=name&bom=true", "Accept", "text/csv");

    assertThat(csv.body()).startsWith("\uFEFFid,name,price,breed,revision\r\n2,Kitty");
    assertThat(csv.headers().firstValue("Content-Disposition")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "format=xml",
        "format=CSV",
        "format=ndjson&bom=true",
        "format=csv&limit=2",
        "format=csv&after=x",
        "format=csv&count=true",
        "format=csv&bom=1",
        "bom=true",
        "count=maybe"
      })
  void query_thatIsWrong_isMalformed(String query) throws Exception {
    assertProblem(client.get("/cats?" + query), 400, "malformed-request");
  }

  @Test
  void count_estimated_isToldAsThat() throws Exception {
    HttpResponse<String> response = client.get("/cats?limit=1&count=estimated");

    assertThat(response.headers().firstValue("X-Total-Count")).contains("2");
    assertThat(response.headers().firstValue("X-Total-Count-Estimated")).contains("true");
    assertThat(client.get("/cats?count=true").headers().firstValue("X-Total-Count-Estimated"))
        .isEmpty();
    assertThat(store.remove(CatRef.of(1))).isTrue();
  }
}
