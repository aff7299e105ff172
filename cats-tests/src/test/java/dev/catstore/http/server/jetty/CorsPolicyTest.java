package dev.catstore.http.server.jetty;

import static dev.catstore.support.TestClient.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.NewCat;
import dev.catstore.http.server.auth.Role;
import dev.catstore.http.server.auth.Tokens;
import dev.catstore.support.TestClient;
import dev.catstore.support.TestServer;
import dev.catstore.support.TokenFiles;
import dev.catstore.tests.InMemoryCatStore;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What pages of other origins can do, in browsers that keep to the Fetch standard. */
@TestInstance(Lifecycle.PER_CLASS)
final class CorsPolicyTest {
  private static final String NAMED = "https://app.example";
  private static final String OTHER = "https://evil.example";
  private static final String TOKEN = Tokens.generate();
  private static final String TOM = "{\"name\":\"Tom\",\"price\":100,\"breed\":\"manx\"}";

  @TempDir private static Path folder;
  private final InMemoryCatStore store = new InMemoryCatStore();
  private final TestServer plain = TestServer.start(store);
  private TestServer named;

  @BeforeAll
  void start() throws IOException {
    named =
        TestServer.startWithTokens(
            store,
            TokenFiles.write(folder, Tokens.line(Role.WRITE, TOKEN, Optional.of("shop"))),
            Map.of(
                "CATS_CORS_ORIGINS",
                NAMED + ",http://localhost:8080,capacitor://localhost,tauri://localhost",
                "CATS_TRUSTED_PROXIES",
                "127.0.0.1"));
    store.add(new NewCat("Tom", 100, "manx"));
  }

  @AfterAll
  void close() {
    try {
      named.close();
    } finally {
      plain.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {NAMED, "http://localhost:8080", "capacitor://localhost", "tauri://localhost"})
  void answer_toANamedOrigin_canBeRead(String origin) throws Exception {
    HttpResponse<String> answer = get("/cats?count=true", "Origin", origin);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertReadable(answer, origin);
    assertThat(list(answer, "Access-Control-Expose-Headers"))
        .contains("ETag", "Link", "Location", "X-Total-Count", "X-Request-Id", "Retry-After");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
    assertThat(list(answer, "Vary")).contains("Origin", "Accept");
  }

  @ParameterizedTest
  @CsvSource({
    "/cats/999,404,no-such-cat",
    "/nope,404,not-found",
    "/cats/0,400,malformed-request",
    "/add,405,method-not-allowed"
  })
  void problem_toANamedOrigin_canBeRead(String path, int status, String type) throws Exception {
    HttpResponse<String> answer = get(path, "Origin", NAMED);
    assertProblem(answer, status, type);
    assertReadable(answer, NAMED);
  }

  @Test
  void refusal_toANamedOrigin_canBeRead() throws Exception {
    HttpResponse<String> tokenless = client(named).get("/cats", "Origin", NAMED);
    assertProblem(tokenless, 401, "unauthorized");
    assertReadable(tokenless, NAMED);
    assertThat(list(tokenless, "Access-Control-Expose-Headers")).contains("WWW-Authenticate");

    HttpResponse<String> misdirected =
        get("/cats", "Origin", NAMED, "X-Forwarded-Host", "evil.example");
    assertProblem(misdirected, 421, "misdirected-request");
    assertReadable(misdirected, NAMED);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/cats",
    "DELETE,/cats/1",
    "PUT,/cats/1",
    "POST,/nope",
    "GET,/openapi.json",
    "BREW,/"
  })
  void preflight_ofANamedOrigin_isAnsweredEverywhereWithoutAToken(String method, String path)
      throws Exception {
    HttpResponse<String> answer = preflight(named, NAMED, method, path);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertReadable(answer, NAMED);
    assertThat(list(answer, "Access-Control-Allow-Methods"))
        .containsExactlyInAnyOrder("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
    assertThat(list(answer, "Access-Control-Allow-Headers"))
        .containsExactlyInAnyOrder(
            "Accept",
            "Authorization",
            "Baggage",
            "Cache-Control",
            "Content-Type",
            "Idempotency-Key",
            "If-Match",
            "If-None-Match",
            "Sentry-Trace",
            "Traceparent",
            "Tracestate",
            "X-Request-Id",
            "X-Requested-With");
    assertThat(answer.headers().firstValue("Access-Control-Max-Age")).contains("600");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
    assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        OTHER,
        "null",
        "http://app.example",
        "https://app.example:444",
        "https://app.example.evil.example",
        "https://evil-app.example",
        "https://appxexample",
        ""
      })
  void originThatIsNotNamed_readsNothing(String origin) throws Exception {
    HttpResponse<String> answer = get("/cats", "Origin", origin);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertUnreadable(answer);
    assertThat(list(answer, "Vary")).contains("Origin");
    assertUnreadable(preflight(named, origin, "DELETE", "/cats/1"));
  }

  @Test
  void answer_withoutAnOrigin_dependsOnItAllTheSame() throws Exception {
    HttpResponse<String> answer = get("/cats");
    assertUnreadable(answer);
    assertThat(list(answer, "Vary")).contains("Origin", "Accept");
  }

  @Test
  void options_thatAreNoPreflight_sayWhatThereIs() throws Exception {
    HttpResponse<String> answer =
        client(named)
            .send(
                "OPTIONS",
                "/cats/1",
                BodyPublishers.noBody(),
                BodyHandlers.ofString(),
                "Origin",
                NAMED);
    assertThat(answer.headers().firstValue("Allow"))
        .contains("GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
    assertReadable(answer, NAMED);
  }

  @Test
  void serverWithoutNamedOrigins_letsNoneRead() throws Exception {
    HttpResponse<String> answer = client(plain).get("/cats", "Origin", NAMED);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertUnreadable(answer);
    assertThat(list(answer, "Vary")).doesNotContain("Origin");

    HttpResponse<String> preflight = preflight(plain, NAMED, "DELETE", "/cats/1");
    assertUnreadable(preflight);
    assertThat(preflight.headers().firstValue("Allow")).isPresent();
  }

  /** What a browser sends for any page without asking first, with whatever body. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text/plain",
        "text/plain;charset=UTF-8",
        "text/plain; application/json",
        "text/plain; a=application/json",
        "text/plain; a=\"; application/json\"",
        "text/plain, application/json",
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=application/json",
        "multipart/form-data; boundary=application/json"
      })
  void requestThatNeedsNoPreflight_changesNothing(String type) throws Exception {
    List<Cat> before = cats();
    for (String path :
        List.of(
            "/add",
            "/cats",
            "/cats/1",
            "/edit/1",
            "/remove/1",
            "/",
            "/cats?_method=DELETE",
            "/remove/1?_method=DELETE")) {
      for (String origin : List.of(OTHER, "null")) {
        String[] simple = {"Origin", origin, "Sec-Fetch-Site", "cross-site"};
        String[] headers = simple;
        if (!type.isEmpty()) {
          headers = Arrays.copyOf(simple, simple.length + 2);
          headers[simple.length] = "Content-Type";
          headers[simple.length + 1] = type;
        }
        assertThat(send("POST", path, headers).statusCode()).as(path).isIn(400, 405, 415);
        assertThat(send("GET", path, headers).statusCode()).as(path).isIn(200, 400, 405);
        assertThat(send("HEAD", path, headers).statusCode()).as(path).isIn(200, 400, 405);
      }
    }
    assertThat(cats()).isEqualTo(before);
  }

  private List<Cat> cats() {
    var cats = new ArrayList<Cat>();
    store.each(CatFilter.ALL, cats::add);
    return cats;
  }

  private HttpResponse<String> send(String method, String path, String... headers)
      throws Exception {
    return client(plain)
        .send(method, path, BodyPublishers.ofString(TOM), BodyHandlers.ofString(), headers);
  }

  /** With the token. */
  private HttpResponse<String> get(String path, String... headers) throws Exception {
    String[] all = Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "Authorization";
    all[headers.length + 1] = "Bearer " + TOKEN;
    return client(named).get(path, all);
  }

  private static HttpResponse<String> preflight(
      TestServer server, String origin, String method, String path) throws Exception {
    return client(server)
        .send(
            "OPTIONS",
            path,
            BodyPublishers.noBody(),
            BodyHandlers.ofString(),
            "Origin",
            origin,
            "Access-Control-Request-Method",
            method,
            "Access-Control-Request-Headers",
            "authorization,content-type");
  }

  private static TestClient client(TestServer server) {
    return new TestClient(server.uri());
  }

  private static void assertReadable(HttpResponse<String> answer, String origin) {
    assertThat(answer.headers().allValues("Access-Control-Allow-Origin")).containsExactly(origin);
    assertThat(list(answer, "Vary")).contains("Origin");
  }

  private static void assertUnreadable(HttpResponse<String> answer) {
    HttpHeaders headers = answer.headers();
    assertThat(headers.map().keySet()).noneMatch(it -> it.startsWith("access-control-"));
    assertThat(headers.firstValue("Cross-Origin-Resource-Policy")).contains("same-origin");
  }

  private static List<String> list(HttpResponse<String> answer, String header) {
    return answer.headers().allValues(header).stream()
        .flatMap(it -> Arrays.stream(it.split(",", -1)))
        .map(String::strip)
        .toList();
  }
}
