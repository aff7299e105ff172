package dev.catstore.http.routes;

import static dev.catstore.support.TestClient.assertProblem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.support.TestClient;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** /cats and /cats/{id} over HTTP. */
class CatRoutesTest {
  private static final String TOM = "{\"name\":\"Tom\",\"price\":100,\"breed\":\"manx\"}";

  private final TestServer server = TestServer.start(new InMemoryCatStore());
  private final TestClient client = new TestClient(server.uri());

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void post_aCat_answersWithItsPlaceAndTag() throws Exception {
    HttpResponse<String> answer = send("POST", "/cats", TOM);
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.headers().firstValue("Location")).contains("/cats/1");
    assertThat(answer.headers().firstValue("ETag")).contains("\"1\"");
    assertThat(answer.body())
        .isEqualTo("{\"id\":1,\"name\":\"Tom\",\"price\":100,\"breed\":\"manx\",\"revision\":1}");
    assertThat(send("GET", "/cats/1", "").body()).isEqualTo(answer.body());
  }

  @Test
  void cat_withATag_mustNotBeTransformed() throws Exception {
    for (HttpResponse<String> answer :
        List.of(
            send("POST", "/cats", TOM),
            send("GET", "/cats/1", ""),
            send("GET", "/cats/1", "", "If-None-Match", "\"1\""),
            send("PATCH", "/cats/1", "{\"price\":1}"))) {
      assertThat(answer.headers().firstValue("ETag")).isPresent();
      assertThat(answer.headers().firstValue("Cache-Control")).contains("no-cache, no-transform");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "If-Match|\"7\", \"8\"|Cat 1 is at another revision.",
        "If-Match|\"7\", W/\"1\"|Cat 1 is at another revision.",
        "If-Match|W/\"1\"|If-Match has only weak tags, which match nothing; send the ETag of the"
            + " cat as this server sent it.",
        "If-Match|\"1-gzip\"|If-Match has no tag of this server's; send the ETag of the cat as"
            + " this server sent it.",
        "If-Match|W/\"1-gzip\", \"\"|If-Match has no tag of this server's; send the ETag of the"
            + " cat as this server sent it.",
        "If-None-Match|W/\"1\"|Cat 1 is there, as If-None-Match excludes.",
        "If-None-Match|*|Cat 1 is there, as If-None-Match excludes."
      })
  void precondition_thatFails_isToldWithItsReason(String header, String tags, String detail)
      throws Exception {
    send("POST", "/cats", TOM);
    for (String method : List.of("PUT", "PATCH", "DELETE")) {
      HttpResponse<String> answer = send(method, "/cats/1", TOM, header, tags);
      assertProblem(answer, 412, "precondition-failed");
      assertThat(answer.body()).contains("\"detail\":\"" + detail + "\"");
    }
  }

  @Test
  void post_underAKeyAgain_answersTheSame_andRefusesAnotherCat() throws Exception {
    HttpResponse<String> first = send("POST", "/cats", TOM, "Idempotency-Key", "\"k\"");
    HttpResponse<String> second = send("POST", "/cats", TOM, "Idempotency-Key", "k");
    assertThat(second.statusCode()).isEqualTo(201);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.headers().firstValue("Location")).contains("/cats/1");
    assertProblem(
        send("POST", "/cats", TOM.replace("Tom", "Tim"), "Idempotency-Key", "k"),
        422,
        "key-reused");
    assertProblem(send("POST", "/cats", TOM, "Idempotency-Key", "a b"), 400, "malformed-request");
  }

  @Test
  void post_wrongFields_namesEachOfThem() throws Exception {
    HttpResponse<String> answer =
        send("POST", "/cats", "{\"price\":-1,\"breed\":null,\"a/b\":1,\"id\":7,\"revision\":9}");
    assertProblem(answer, 422, "invalid-values");
    assertThat(answer.body())
        .contains("\"#/price\"", "\"#/breed\"", "\"#/a~1b\"", "\"#/name\"")
        .doesNotContain("#/id", "#/revision");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[",
        "{}{}",
        "{\"name\":\"a\",\"name\":\"b\"}",
        "nope",
        "{\"price\":1e}",
        "\uFEFF{}"
      })
  void post_noJsonObject_isMalformed(String body) throws Exception {
    assertProblem(send("POST", "/cats", body), 400, "malformed-request");
  }

  @ParameterizedTest
  @CsvSource({"5e3,5000", "5000.0,5000", "0,0", "2147483647,2147483647", "-0,0"})
  void post_wholeNumbers_areTaken(String price, String stored) throws Exception {
    HttpResponse<String> answer = send("POST", "/cats", TOM.replace("100", price));
    assertThat(answer.body()).contains("\"price\":" + stored + ",");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"5.5", "-1", "2147483648", "1e999999999", "1e-999999999", "\"1\"", "true"})
  void post_otherPrices_areRefused(String price) throws Exception {
    assertProblem(send("POST", "/cats", TOM.replace("100", price)), 422, "invalid-values");
  }

  @Test
  void post_atAndOverTheLimitOfABody_isTakenAndRefused() throws Exception {
    String padding = " ".repeat((1 << 20) - TOM.length());
    assertThat(send("POST", "/cats", TOM + padding).statusCode()).isEqualTo(201);
    assertProblem(send("POST", "/cats", TOM + padding + " "), 413, "content-too-large");
  }

  @Test
  void post_bytesThatAreNoUtf8_isMalformed() throws Exception {
    byte[] body = TOM.getBytes(UTF_8);
    body[9] = (byte) 0xff;
    assertProblem(
        client.post("/cats", "application/json", BodyPublishers.ofByteArray(body)),
        400,
        "malformed-request");
  }

  @ParameterizedTest
  @CsvSource({
    "text/csv,'name,price,breed\nTom,1,manx\nTim,2,manx'",
    "text/csv,'\uFEFFbreed,name,id,price\r\nmanx,Tom,9,1\r\nmanx,Tim,8,2\r\n'",
    "application/x-ndjson,'{\"name\":\"Tom\",\"price\":1,\"breed\":\"manx\"}\n{\"name\":\"Tim\",\"price\":2,\"breed\":\"manx\"}'"
  })
  void post_manyCats_addsEachOfThem(String type, String body) throws Exception {
    HttpResponse<String> answer = send("POST", "/cats", body, "Content-Type", type);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertThat(answer.body()).isEqualTo("{\"added\":2}");
    assertThat(send("GET", "/cats", "").body())
        .isEqualTo(
            "[{\"id\":1,\"name\":\"Tom\",\"price\":1,\"breed\":\"manx\",\"revision\":1},"
                + "{\"id\":2,\"name\":\"Tim\",\"price\":2,\"breed\":\"manx\",\"revision\":1}]");
  }

  @Test
  void get_preconditions_areMet() throws Exception {
    send("POST", "/cats", TOM);
    HttpResponse<String> unchanged = send("GET", "/cats/1", "", "If-None-Match", "W/\"1\", \"9\"");
    assertThat(unchanged.statusCode()).isEqualTo(304);
    assertThat(unchanged.headers().firstValue("ETag")).contains("\"1\"");
    assertThat(unchanged.body()).isEmpty();
    assertThat(send("GET", "/cats/1", "", "If-None-Match", "\"2\"").statusCode()).isEqualTo(200);
    assertProblem(send("GET", "/cats/1", "", "If-Match", "\"2\""), 412, "precondition-failed");
    assertThat(send("GET", "/cats/1", "", "If-Match", "*").statusCode()).isEqualTo(200);
    assertProblem(send("GET", "/cats/1", "", "If-Match", "1"), 400, "malformed-request");
    assertProblem(send("GET", "/cats/2", "", "If-Match", "\"1\""), 404, "no-such-cat");
  }

  @Test
  void get_preconditionsNearlyAsLongAsHeadersMayBe_areMet() throws Exception {
    send("POST", "/cats", TOM);
    String commas = ",".repeat(7_000);
    String tags = "\"9\" , ".repeat(1_000);
    assertThat(send("GET", "/cats/1", "", "If-None-Match", commas + "\"1\"" + " ").statusCode())
        .isEqualTo(304);
    assertThat(send("GET", "/cats/1", "", "If-None-Match", tags + "\"1\"").statusCode())
        .isEqualTo(304);
    assertThat(
            send("GET", "/cats/1", "", "If-None-Match", '"' + "a".repeat(7_000) + '"').statusCode())
        .isEqualTo(200);
    assertProblem(send("GET", "/cats/1", "", "If-None-Match", commas), 400, "malformed-request");
  }

  @Test
  void head_isGetWithoutABody() throws Exception {
    send("POST", "/cats", TOM);
    HttpResponse<String> get = send("GET", "/cats/1", "");
    HttpResponse<String> head = send("HEAD", "/cats/1", "");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    for (String header : new String[] {"ETag", "Content-Type", "Content-Length"}) {
      assertThat(head.headers().allValues(header)).isEqualTo(get.headers().allValues(header));
    }
    assertThat(send("HEAD", "/cats/2", "").statusCode()).isEqualTo(404);
  }

  @Test
  void put_replacesAllOfTheCat() throws Exception {
    send("POST", "/cats", TOM);
    String tim = "{\"id\":9,\"revision\":9,\"name\":\"Tim\",\"price\":1,\"breed\":\"ragdoll\"}";
    HttpResponse<String> answer = send("PUT", "/cats/1", tim, "If-Match", "\"1\"");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("ETag")).isEmpty();
    assertThat(answer.body())
        .isEqualTo("{\"id\":1,\"name\":\"Tim\",\"price\":1,\"breed\":\"ragdoll\",\"revision\":2}");
    assertProblem(send("PUT", "/cats/1", tim, "If-Match", "\"1\""), 412, "precondition-failed");
    assertProblem(send("PUT", "/cats/1", "{}", "If-Match", "\"1\""), 422, "invalid-values");
    assertProblem(send("PUT", "/cats/2", tim), 404, "no-such-cat");
  }

  @Test
  void patch_changesWhatItNames() throws Exception {
    send("POST", "/cats", TOM);
    HttpResponse<String> answer =
        send("PATCH", "/cats/1", "{\"price\":7}", "Content-Type", "application/merge-patch+json");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("ETag")).contains("\"2\"");
    assertThat(answer.body()).contains("\"name\":\"Tom\"", "\"price\":7", "\"revision\":2");
    HttpResponse<String> empty = send("PATCH", "/cats/1", "{\"id\":1}");
    assertProblem(empty, 422, "invalid-values");
    assertThat(empty.body()).contains("\"pointer\":\"#\"");
    HttpResponse<String> text = send("PATCH", "/cats/1", "x", "Content-Type", "text/plain");
    assertProblem(text, 415, "unsupported-media-type");
    assertThat(text.headers().firstValue("Accept-Patch")).isPresent();
  }

  @Test
  void patch_ofAnotherKindOfPatch_isRefused() throws Exception {
    send("POST", "/cats", TOM);
    for (String type : new String[] {"application/json-patch+json", "application/vnd.cat+json"}) {
      HttpResponse<String> patch = send("PATCH", "/cats/1", "{\"price\":7}", "Content-Type", type);
      assertProblem(patch, 415, "unsupported-media-type");
      assertThat(patch.headers().firstValue("Accept-Patch")).isPresent();
    }
    assertThat(send("GET", "/cats/1", "").headers().firstValue("ETag")).hasValue("\"1\"");
  }

  @Test
  void body_asAWhole_hasAnotherPointerThanAFieldWithoutAName() throws Exception {
    send("POST", "/cats", TOM);
    assertThat(send("PATCH", "/cats/1", "{}").body())
        .contains(
            "\"detail\":\"the body must have at least one of name, price and breed.\"",
            "\"pointer\":\"#\"");
    assertThat(send("PATCH", "/cats/1", "{\"price\":7,\"\":1}").body())
        .contains("\"detail\":\" is not a field of a cat\",\"pointer\":\"#/\"");
  }

  @ParameterizedTest
  @CsvSource({
    "/cats/1,'application/merge-patch+json, application/json'",
    "/edit/1,application/json"
  })
  void patch_ofAnotherType_learnsWhatThePathTakes(String path, String types) throws Exception {
    send("POST", "/cats", TOM);
    HttpResponse<String> text = send("PATCH", path, "x", "Content-Type", "text/plain");
    assertProblem(text, 415, "unsupported-media-type");
    assertThat(text.headers().allValues("Accept-Patch")).containsExactly(types);
    HttpResponse<String> encoded = send("PATCH", path, "x", "Content-Encoding", "gzip");
    assertProblem(encoded, 415, "unsupported-media-type");
    assertThat(encoded.headers().allValues("Accept-Patch")).containsExactly(types);
    assertThat(encoded.headers().allValues("Accept-Encoding")).containsExactly("identity");
    assertThat(send("OPTIONS", path, "").headers().allValues("Accept-Patch"))
        .containsExactly(types);
  }

  @ParameterizedTest
  @CsvSource({"text/html,406", ";;,400"})
  void delete_whatTheClientAccepts_isHonoured(String accept, int status) throws Exception {
    send("POST", "/cats", TOM);
    assertThat(send("DELETE", "/cats/1", "", "Accept", accept).statusCode()).isEqualTo(status);
    // What generated clients accept: the only type that the document has for it.
    assertThat(send("DELETE", "/cats/1", "", "Accept", "application/problem+json").statusCode())
        .isEqualTo(204);
  }

  @Test
  void change_listsAndNegations_areMetToo() throws Exception {
    send("POST", "/cats", TOM);
    String edit = "{\"price\":7}";
    assertThat(send("PATCH", "/cats/1", edit, "If-Match", "\"7\", \"1\"").statusCode())
        .isEqualTo(200);
    assertProblem(
        send("PATCH", "/cats/1", edit, "If-Match", "W/\"2\""), 412, "precondition-failed");
    assertProblem(
        send("PATCH", "/cats/1", edit, "If-None-Match", "\"2\""), 412, "precondition-failed");
    assertProblem(send("PUT", "/cats/1", TOM, "If-None-Match", "*"), 412, "precondition-failed");
    assertProblem(send("PUT", "/cats/2", TOM, "If-None-Match", "*"), 404, "no-such-cat");
    assertProblem(send("DELETE", "/cats/1", "", "If-Match", "\"x\""), 412, "precondition-failed");
    assertThat(send("DELETE", "/cats/1", "", "If-None-Match", "\"1\"").statusCode()).isEqualTo(204);
    assertProblem(send("DELETE", "/cats/1", ""), 404, "no-such-cat");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "+1",
        "007",
        "1;v=1",
        "%2B1",
        "9223372036854775808",
        "abc",
        "1.0",
        "%D9%A1"
      })
  void anyMethod_anIdThatIsNone_isMalformed(String id) throws Exception {
    assertProblem(send("GET", "/cats/" + id, ""), 400, "malformed-request");
    assertProblem(send("DELETE", "/cats/" + id, ""), 400, "malformed-request");
    assertProblem(send("DELETE", "/remove/" + id, ""), 400, "malformed-request");
  }

  @Test
  void anyMethod_aParameter_isRefusedByItsName() throws Exception {
    HttpResponse<String> answer = send("GET", "/cats/1?colour=red", "");
    assertProblem(answer, 400, "malformed-request");
    assertThat(answer.body()).contains("\"parameter\":\"colour\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json|200",
        "text/html, */*;q=0.1|200",
        "application/*|200",
        "text/html|406",
        "application/json;q=0, */*|406",
        ";;|400"
      })
  void get_whatTheClientAccepts_isHonoured(String accept, int status) throws Exception {
    send("POST", "/cats", TOM);
    assertThat(send("GET", "/cats/1", "", "Accept", accept).statusCode()).isEqualTo(status);
    assertThat(send("GET", "/", "", "Accept", accept).statusCode()).isEqualTo(200);
  }

  @Test
  void otherMethodsAndPaths_areRefused() throws Exception {
    HttpResponse<String> answer = send("POST", "/cats/1", TOM);
    assertProblem(answer, 405, "method-not-allowed");
    assertThat(answer.headers().firstValue("Allow"))
        .contains("GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
    HttpResponse<String> options = send("OPTIONS", "/add", "");
    assertThat(options.statusCode()).isEqualTo(200);
    assertThat(options.headers().firstValue("Allow")).contains("POST, OPTIONS");
    assertProblem(send("GET", "/nope", ""), 404, "not-found");
    assertProblem(send("GET", "/cats/1/", ""), 404, "not-found");
    assertThat(send("GET", "/health/live", "").statusCode()).isEqualTo(200);
    assertThat(send("GET", "/health/ready", "").statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> send(String method, String path, String body, String... headers)
      throws Exception {
    return client.send(method, path, body, headers);
  }
}
