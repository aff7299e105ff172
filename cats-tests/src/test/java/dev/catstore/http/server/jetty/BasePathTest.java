package dev.catstore.http.server.jetty;

import static dev.catstore.support.TestClient.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.KeyReusedException;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.NoSuchCatException;
import dev.catstore.domain.Page;
import dev.catstore.domain.PageRequest;
import dev.catstore.http.client.HttpCatStore;
import dev.catstore.http.server.auth.Role;
import dev.catstore.http.server.auth.Tokens;
import dev.catstore.support.RawConnection;
import dev.catstore.support.TestClient;
import dev.catstore.support.TestServer;
import dev.catstore.support.TokenFiles;
import dev.catstore.tests.InMemoryCatStore;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server below a path: where it answers, and that each of its links leads there. */
@TestInstance(Lifecycle.PER_CLASS)
final class BasePathTest {
  private static final String TOM = "{\"name\":\"Tom\",\"price\":1,\"breed\":\"manx\"}";

  private final TestServer server =
      TestServer.start(
          new InMemoryCatStore(),
          Map.of(
              "CATS_BASE_PATH", "/the/shop",
              "CATS_TRUSTED_PROXIES", "127.0.0.1",
              "CATS_CORS_ORIGINS", "https://a.example"));

  /** Of the whole server, as operators ask it. */
  private final TestClient client = new TestClient(server.uri().resolve("/"));

  @AfterAll
  void close() {
    server.close();
  }

  @Test
  void address_hasThePath() {
    assertThat(server.uri()).hasPath("/the/shop");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "the/shop",
        "the/shop/",
        "the/shop?x",
        "the/shop/cats?limit=1",
        "the/shop/breeds",
        "the/shop/docs",
        "the/shop/docs/start.js",
        "the/shop/openapi.json",
        "the/shop/problems/not-found",
        "the/shop/health/live",
        "the/shop/health/ready",
        "the/shop/metrics",
        "health/live",
        "health/ready",
        "metrics"
      })
  void get_below_isServed(String target) throws Exception {
    assertThat(client.get(target).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "cats",
        "breeds",
        "docs",
        "openapi.json",
        "problems/not-found",
        "health",
        "health/live/",
        "the",
        "the/shopping/cats",
        "the/shop;x/cats",
        "THE/SHOP/cats",
        "%74he/shop/cats",
        "the/shop/../cats",
        "the/shop/../../cats",
        "the/shop/../shop/cats",
        "the/shop/x/../../shop/cats",
        "the/shop/the/shop/cats"
      })
  void request_elsewhere_isNotFound(String target) throws Exception {
    HttpResponse<String> response =
        client.post(target, "application/json", TOM, "Origin", "https://a.example");
    assertProblem(response, 404, "/the/shop", "not-found");
    assertThat(response.headers().firstValue("Access-Control-Allow-Origin"))
        .contains("https://a.example");
  }

  /** What can be mistaken for the address of another server is refused, as it is without a path. */
  @ParameterizedTest
  @ValueSource(strings = {"the/shop//evil.example/cats", "the/shop/%2e%2e/cats"})
  void request_thatIsAmbiguous_isRefused(String target) throws Exception {
    assertProblem(client.get(target), 400, "/the/shop", "malformed-request");
  }

  @Test
  void options_ofTheServer_areToldWithoutAPath() throws Exception {
    String response =
        RawConnection.exchange(
            server.uri(), "OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertThat(response).startsWith("HTTP/1.1 200").contains("Allow: GET, HEAD, POST");
  }

  @ParameterizedTest
  @CsvSource({"'',/the/shop", "/a,/a/the/shop", "/a.b/~c-_,/a.b/~c-_/the/shop"})
  void links_leadBelowIt(String forwarded, String prefix) throws Exception {
    String[] headers =
        forwarded.isEmpty() ? new String[0] : new String[] {"X-Forwarded-Prefix", forwarded};
    HttpResponse<String> added = client.post("the/shop/cats", "application/json", TOM, headers);
    String id = added.body().replaceAll("\\D*(\\d+).*", "$1");
    assertThat(added.headers().firstValue("Location")).contains(prefix + "/cats/" + id);
    client.post("the/shop/add", "application/json", TOM);
    assertThat(client.get("the/shop/cats?limit=1", headers).headers().firstValue("Link").orElse(""))
        .startsWith("<" + prefix + "/cats?limit=1&after=");
    assertProblem(client.get("the/shop/cats/999", headers), 404, prefix, "no-such-cat");
    assertProblem(client.get("the/shop/nothing", headers), 404, prefix, "not-found");
    assertThat(client.get("the/shop/problems/not-found", headers).body())
        .contains("type <code>" + prefix + "/problems/not-found</code>");
    assertThat(client.get("the/shop/openapi.json", headers).body())
        .contains("\"servers\": [{ \"url\": \"" + prefix + "\"")
        .contains("\"x-problem-types\": [\"" + prefix + "/problems/not-found\"]")
        .contains("a 404 `" + prefix + "/problems/not-found`")
        .contains("\"/problems/{name}\": {")
        .doesNotContain("\"/problems/n", "`/problems/n");
  }

  @Test
  void requestThatCannotBeRead_hasAProblemWithThePath() throws Exception {
    assertThat(RawConnection.exchange(server.uri(), "nonsense\r\n\r\n"))
        .contains("{\"type\":\"/the/shop/problems/malformed-request\"");
    assertProblem(
        client.get("the/shop/cats", "X-Forwarded-For", "nonsense"),
        400,
        "/the/shop",
        "malformed-request");
  }

  /** Open are only those below the path, and health. */
  @Test
  void tokens_areRequiredBelow(@TempDir Path folder) throws Exception {
    Path tokens =
        TokenFiles.write(folder, Tokens.line(Role.READ, Tokens.generate(), Optional.of("nobody")));
    try (TestServer other =
        TestServer.startWithTokens(
            new InMemoryCatStore(), tokens, Map.of("CATS_BASE_PATH", "/shop"))) {
      var stranger = new TestClient(other.uri().resolve("/"));
      assertProblem(stranger.get("shop/cats"), 401, "/shop", "unauthorized");
      assertProblem(stranger.get("metrics"), 401, "/shop", "unauthorized");
      assertThat(stranger.get("shop/docs").statusCode()).isEqualTo(200);
      assertThat(stranger.get("shop/health/live").statusCode()).isEqualTo(200);
      assertThat(stranger.get("health/live").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void httpCatStore_understandsTheServer() {
    for (String end : List.of("", "/")) {
      var store = HttpCatStore.at(URI.create(server.uri() + end));
      var key = new IdempotencyKey("key" + end);
      Cat cat = store.add(new NewCat("Mia", 5, "bengal"), key);
      assertThat(store.find(cat.id())).contains(cat);
      assertThat(store.find(999)).isEmpty();
      assertThatThrownBy(() -> store.add(new NewCat("Mia", 6, "bengal"), key))
          .isInstanceOf(KeyReusedException.class);
      assertThatThrownBy(() -> store.edit(CatRef.of(999), CatEdit.price(1)))
          .isInstanceOf(NoSuchCatException.class);
      PageRequest onePerPage = PageRequest.FIRST.withLimit(1);
      List<Cat> paged = new ArrayList<>();
      Optional<Page> page = Optional.of(store.page(onePerPage));
      while (page.isPresent()) {
        paged.addAll(page.get().cats());
        page = page.get().next().map(it -> store.page(onePerPage.withAfter(it)));
      }
      assertThat(paged).contains(cat).hasSize((int) store.count(CatFilter.ALL));
    }
  }
}
