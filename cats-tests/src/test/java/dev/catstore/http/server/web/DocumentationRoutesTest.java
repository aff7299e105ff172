package dev.catstore.http.server.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.http.problem.ProblemType;
import dev.catstore.support.TestClient;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server says about itself. */
@TestInstance(Lifecycle.PER_CLASS)
class DocumentationRoutesTest {
  private static final Pattern LINK = Pattern.compile("(?:src|href)=\"([^\"]*)\"");

  private final TestServer server = TestServer.start(new InMemoryCatStore());
  private final TestClient client = new TestClient(server.uri());

  @AfterAll
  void close() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/openapi.json,application/json,no-cache",
    "/docs,text/html;charset=utf-8,no-cache",
    "/docs/start.js,text/javascript;charset=utf-8,no-cache",
    "/docs/problem.css,text/css;charset=utf-8,no-cache",
    "/docs/swagger-ui.css,text/css;charset=utf-8,max-age=86400",
    "/docs/swagger-ui-bundle.js,text/javascript;charset=utf-8,max-age=86400",
    "/problems/not-found,text/html;charset=utf-8,no-cache"
  })
  void get_isReadByNothingElse_andLoadsNothingElse(String path, String type, String cacheControl)
      throws Exception {
    HttpResponse<String> get = send("GET", path);
    assertThat(get.statusCode()).isEqualTo(200);
    assertThat(get.body()).isNotBlank();
    assertThat(get.headers().firstValue("Content-Type")).contains(type);
    assertThat(get.headers().firstValue("Cache-Control")).contains(cacheControl);
    assertThat(get.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(get.headers().firstValue("Content-Security-Policy").orElse(""))
        .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
        .doesNotContain("unsafe", "http", "*");

    HttpResponse<String> head = send("HEAD", path);
    assertThat(head.body()).isEmpty();
    for (String header :
        List.of("Content-Type", "Content-Length", "Cache-Control", "Content-Security-Policy")) {
      assertThat(head.headers().allValues(header)).isEqualTo(get.headers().allValues(header));
    }
    assertThat(send("OPTIONS", path).headers().firstValue("Allow")).contains("GET, HEAD, OPTIONS");
    assertThat(send("POST", path).statusCode()).isEqualTo(405);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/docs", "/problems/not-found"})
  void page_linksToWhatIsThere_andHasNoScriptOfItsOwn(String path) throws Exception {
    String page = send("GET", path).body();
    var links = new ArrayList<String>();
    for (MatchResult link : LINK.matcher(page).results().toList()) {
      if (!link.group(1).equals("data:,")) {
        links.add(link.group(1));
        URI target = URI.create(server.uri() + path).resolve(link.group(1));
        assertThat(target).hasHost(server.uri().getHost());
        assertThat(send("GET", target.getPath()).statusCode()).as(link.group(1)).isEqualTo(200);
      }
    }
    assertThat(links).isNotEmpty();
    assertThat(page)
        .doesNotContain("<style", "style=", "onload", "onclick", "javascript:")
        .doesNotContainPattern("<script[^>]*>[^<]");
  }

  @ParameterizedTest
  @EnumSource
  void problem_hasAPage(ProblemType type) throws Exception {
    HttpResponse<String> page = send("GET", type.uri());
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body())
        .contains("<h1>" + type.title() + "</h1>", "Status " + type.status(), type.uri())
        .contains("<p>" + type.explanation() + "</p>");
    assertThat(type.explanation()).hasSizeGreaterThan(80).doesNotContain("\n", "  ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/problems",
        "/problems/",
        "/problems/nope",
        "/problems/NO_SUCH_CAT",
        "/problems/no-such-cat/",
        "/problems/%3Cscript%3E",
        "/docs/",
        "/docs/nope",
        "/docs/index.html",
        "/docs/openapi.json",
        "/docs/swagger-ui/swagger-ui.css",
        "/openapi.yaml"
      })
  void get_somethingElse_isNotFound(String path) throws Exception {
    HttpResponse<String> answer = send("GET", path);
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).startsWith("{\"type\":\"/problems/not-found\"");
  }

  @Test
  void page_ofATextWithMarkup_showsItAsText() {
    assertThat(ProblemPage.escape("<b> & \"c\"")).isEqualTo("&lt;b&gt; &amp; \"c\"");
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    return client.send(method, path, BodyPublishers.noBody(), BodyHandlers.ofString());
  }
}
