package dev.catstore.http.client;

import static dev.catstore.http.client.StubServer.answer;
import static dev.catstore.http.client.StubServer.lost;
import static dev.catstore.http.client.StubServer.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.catstore.domain.BreedSummary;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.PageRequest;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.routes.CatRoutes;
import dev.catstore.support.Slow;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import spark.Service;

/** Responses that a store cannot use, the address of the server, and the token. */
@Slow
@Timeout(120)
class HttpCatStoreResponseTest extends HttpCatStoreTestCase {
  // Other answers

  @ParameterizedTest
  @CsvSource({
    "400, MALFORMED_REQUEST",
    "404, NOT_FOUND",
    "500, INTERNAL_ERROR",
    "422, INVALID_VALUES",
    "412, PRECONDITION_FAILED",
    "405, METHOD_NOT_ALLOWED",
    "421, MISDIRECTED_REQUEST"
  })
  void problem_thatIsNotOfTheStore_isNamed(int status, ProblemType type) {
    for (Consumer<CatStore> call : shortCalls()) {
      try (var server = StubServer.start(problem(type, ""))) {
        assertThatThrownBy(() -> call.accept(store(server)))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("answered with " + status + " (" + type.uri() + "): On purpose.");
        assertThat(server.calls()).hasSize(1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 307, 401, 403, 404, 412, 422, 202})
  void answer_thatIsNoProblem_isNamed(int status) {
    for (Consumer<CatStore> call : shortCalls()) {
      try (var server =
          StubServer.start(answer(status, "Location: http://127.0.0.1:9/\r\n", "elsewhere"))) {
        assertThatThrownBy(() -> call.accept(store(server)))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("answered with " + status);
        assertThat(server.calls()).hasSize(1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>welcome</html>",
        "\"Added\"",
        "{\"id\":1,\"name\":\"Tom\",\"price\":100,\"breed\":\"manx\"}",
        "{\"id\":\"1\",\"name\":\"Tom\",\"price\":100,\"breed\":\"manx\",\"revision\":1}",
        "{\"id\":1,\"name\":\"\",\"price\":100,\"breed\":\"manx\",\"revision\":1}"
      })
  void answer_thatIsNoCat_isNamed(String body) {
    try (var server = StubServer.start(answer(200, JSON, body))) {
      assertThatThrownBy(() -> store(server).find(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("answered with 200, but the body ");
    }
  }

  @Test
  void answer_withFieldsThatAreNotKnown_isRead() {
    String grown = "{\"tags\":[{\"a\":1}],\"mother\":{\"id\":2}," + TOM_1_JSON.substring(1);
    try (var server =
        StubServer.start(
            answer(200, JSON, grown),
            answer(
                200,
                JSON,
                "[{\"x\":[1],\"breed\":\"manx\",\"count\":2,"
                    + "\"price\":{\"min\":1,\"median\":[1],\"mean\":1.5,\"max\":2}}]"))) {
      CatStore store = store(server);
      assertThat(store.find(1)).contains(TOM_1);
      var breeds = new ArrayList<BreedSummary>();
      store.eachBreed(breeds::add);
      assertThat(breeds).containsExactly(new BreedSummary("manx", 2, 1, 1.5, 2));
    }
  }

  @Test
  void page_withANextThatCannotBeRead_isNamed() {
    for (String link : List.of("</cats>; rel=next", "</cats?after=x>; rel=next", "<%>; rel=next")) {
      try (var server = StubServer.start(answer(200, JSON + "Link: " + link + "\r\n", "[]"))) {
        assertThatThrownBy(() -> store(server).page(PageRequest.FIRST))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("the next page");
      }
    }
  }

  // Where the server is

  @Test
  void find_belowAWrongBase_saysSo() {
    try (var server = TestServer.start(new InMemoryCatStore())) {
      CatStore store = HttpCatStore.at(server.uri().resolve("/nowhere"));
      assertThatThrownBy(() -> store.find(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("/nowhere/cats/1 was answered with 404 (/problems/not-found)");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/shop", "/shop/", "/a%20shop", "/shop//"})
  void base_withAPrefix_isPutBeforeEachPath(String prefix) {
    try (var server = StubServer.start(answer(200, JSON, TOM_1_JSON))) {
      assertThat(HttpCatStore.at(server.uri().resolve(prefix)).find(1)).contains(TOM_1);
      assertThat(server.calls().get(0).target).isEqualTo(prefix.replaceAll("/+$", "") + "/cats/1");
    }
  }

  @Test
  void routes_mountedElsewhereUnderAPrefix_areAStore() {
    Service service = Service.ignite().ipAddress("127.0.0.1").port(0);
    try {
      CatRoutes.mount(service, "/shop", new InMemoryCatStore());
      service.awaitInitialization();
      CatStore store =
          HttpCatStore.at(
              URI.create("http://127.0.0.1:" + service.port() + "/shop/"),
              HttpClient.newHttpClient());
      Cat first = store.add(TOM);
      store.addAll(List.of(TOM, TOM).iterator());

      PageRequest two = PageRequest.FIRST.withLimit(2);
      var page = store.page(two);
      assertThat(page.cats()).hasSize(2).contains(first);
      assertThat(store.page(two.withAfter(page.next().orElseThrow())).cats()).hasSize(1);
      assertThat(store.count(CatFilter.ALL)).isEqualTo(3);
    } finally {
      service.stop();
      service.awaitStop();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://127.0.0.1",
        "/cats",
        "http:///x",
        "http://u@127.0.0.1",
        "http://h?x",
        "http://h#x"
      })
  void base_thatIsNone_isRefused(String base) {
    assertThatThrownBy(() -> HttpCatStore.at(URI.create(base)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // Its token

  @Test
  void withToken_eachCall_showsItAndTheStoreItIsOfDoesNot() {
    List<Consumer<CatStore>> calls = new ArrayList<>(shortCalls());
    calls.add(store -> store.addAll(List.of(TOM).iterator()));
    calls.add(store -> store.each(CatFilter.ALL, cat -> {}));
    calls.add(store -> store.eachBreed(breed -> {}));
    for (Consumer<CatStore> call : calls) {
      try (var server =
          StubServer.start(answer(403, "", ""), answer(403, "", ""), answer(403, "", ""))) {
        HttpCatStore anonymous = HttpCatStore.at(server.uri());
        assertThatThrownBy(() -> call.accept(anonymous.withToken("cats_a-b.c~d+e/f_==")))
            .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> call.accept(anonymous)).isInstanceOf(IllegalStateException.class);
        assertThat(server.calls())
            .extracting(request -> request.header("authorization"))
            .containsExactly("Bearer cats_a-b.c~d+e/f_==", "");
      }
    }
  }

  @Test
  void withToken_whateverFails_isNotShown() throws Exception {
    var log = new ListAppender<ILoggingEvent>();
    log.start();
    var logger = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger("dev.catstore");
    logger.addAppender(log);
    logger.setLevel(Level.TRACE);
    try (var server = StubServer.start(BUSY, lost(), answer(401, "", ""))) {
      HttpCatStore store = HttpCatStore.at(server.uri()).withToken("the-secret");
      Throwable thrown = catchThrowable(() -> store.find(1));
      assertThat(server.calls()).hasSize(3);
      assertThat(thrown).hasMessageContaining("401");
      assertThat(Throwables.getStackTrace(thrown)).doesNotContain("the-secret");
      assertThat((Object) store).asString().doesNotContain("the-secret");
      assertThat(log.list)
          .isNotEmpty()
          .noneMatch(
              event ->
                  event.getFormattedMessage().contains("the-secret")
                      || String.valueOf(event.getThrowableProxy()).contains("the-secret"));
    } finally {
      logger.setLevel(null);
      logger.detachAppender(log);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "the secret", "the-secret\n", "the-s\u00e9cret", "=the-secret"})
  void withToken_ofWhatIsNone_isRefusedWithoutShowingIt(String token) {
    HttpCatStore store = HttpCatStore.at(URI.create("http://127.0.0.1:1"));
    assertThatThrownBy(() -> store.withToken(token))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .startsWith("a token must have")
        .doesNotContain("secret");
  }
}
