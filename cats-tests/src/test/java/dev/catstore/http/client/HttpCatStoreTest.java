package dev.catstore.http.client;

import static dev.catstore.http.client.StubServer.answer;
import static dev.catstore.http.client.StubServer.lost;
import static dev.catstore.http.client.StubServer.problem;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.catstore.domain.BreedSummary;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.OutcomeUnknownException;
import dev.catstore.domain.PageRequest;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.routes.CatRoutes;
import dev.catstore.http.routes.RouteLimits;
import dev.catstore.support.Slow;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import spark.Service;

/** Servers that fail, misbehave, or are not there. */
@Slow
@Timeout(120)
class HttpCatStoreTest {
  private static final NewCat TOM = new NewCat("Tom", 100, "manx");
  private static final Cat TOM_1 = TOM.withId(1);
  private static final String TOM_1_JSON =
      "{\"id\":1,\"name\":\"Tom\",\"price\":100,\"breed\":\"manx\",\"revision\":1}";
  private static final CatRef REF = CatRef.of(1);
  private static final CatEdit EDIT = CatEdit.price(7);

  private static final String JSON = "Content-Type: application/json\r\n";
  private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final StubServer.Step BUSY =
      problem(ProblemType.UNAVAILABLE, "Retry-After: 0\r\n");
  private static final StubServer.Step GATEWAY =
      answer(502, "Content-Type: text/html\r\n", "<h1>Bad Gateway</h1>");

  // Again, and how often

  @Test
  void read_unavailable_isTriedAgainAfterThePauseThatTheServerAsksFor() {
    try (var server =
        StubServer.start(
            problem(ProblemType.UNAVAILABLE, "Retry-After: 1\r\n"),
            answer(200, JSON, TOM_1_JSON))) {
      long begin = System.nanoTime();

      assertThat(store(server).find(1)).contains(TOM_1);

      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofSeconds(1));
      assertThat(server.calls()).hasSize(2);
    }
  }

  @Test
  void everything_unavailable_isTriedThreeTimes() {
    for (Consumer<CatStore> call : shortCalls()) {
      try (var server = StubServer.start(BUSY, BUSY, BUSY, BUSY)) {
        assertUnavailable(() -> call.accept(store(server)))
            .hasMessageContaining("503 (/problems/unavailable): On purpose.");
        assertThat(server.calls()).hasSize(3);
      }
    }
  }

  @Test
  void read_lost_isTriedThreeTimes() {
    for (Consumer<CatStore> call : reads()) {
      // With a byte of an answer: without one, the JDK's client itself repeats a GET.
      StubServer.Step cutOff = request -> request.readBody().send("H");
      try (var server = StubServer.start(cutOff, GATEWAY, cutOff, cutOff)) {
        assertUnavailable(() -> call.accept(store(server)));
        assertThat(server.calls()).hasSize(3);
      }
    }
  }

  @Test
  void call_ofAServerThatAsksForALongPause_endsInTime() {
    try (var server = StubServer.start(problem(ProblemType.UNAVAILABLE, "Retry-After: 3600\r\n"))) {
      CatStore store = store(server, Duration.ofSeconds(4), Duration.ofSeconds(4));
      assertUnavailable(() -> store.find(1));
      assertThat(server.calls()).hasSize(1);
    }
  }

  @Test
  void everything_serverNotThere_isUnavailable() throws Exception {
    URI nobody;
    try (var socket = new ServerSocket(0)) {
      nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
    CatStore store = HttpCatStore.at(nobody);
    for (Consumer<CatStore> call : shortCalls()) {
      assertUnavailable(() -> call.accept(store));
    }
    assertUnavailable(() -> store.addAll(List.of(TOM).iterator()));
  }

  @Test
  void add_lost_isRepeatedUnderTheSameKey() {
    try (var server = StubServer.start(lost(), GATEWAY, answer(201, JSON, TOM_1_JSON))) {
      assertThat(store(server).add(TOM)).isEqualTo(TOM_1);

      assertThat(server.calls()).hasSize(3);
      assertThat(new HashSet<>(server.calls().stream().map(this::keyAndBody).toList())).hasSize(1);
      assertThat(server.calls().get(0).header("idempotency-key")).matches("\"[0-9a-f-]{36}\"");
    }
  }

  @Test
  void add_twice_hasTwoKeys() {
    try (var server =
        StubServer.start(answer(201, JSON, TOM_1_JSON), answer(201, JSON, TOM_1_JSON))) {
      CatStore store = store(server);
      store.add(TOM);
      store.add(TOM);

      assertThat(new HashSet<>(server.calls().stream().map(this::keyAndBody).toList())).hasSize(2);
    }
  }

  @Test
  void addUnderKey_lostEachTime_isOfUnknownOutcome() {
    try (var server =
        StubServer.start(lost(), problem(ProblemType.OUTCOME_UNKNOWN, ""), lost(), lost())) {
      assertOutcomeUnknown(() -> store(server).add(TOM, new IdempotencyKey("a\"b\\c")));

      assertThat(server.calls())
          .hasSize(3)
          .allMatch(call -> call.header("idempotency-key").equals("\"a\\\"b\\\\c\""));
    }
  }

  @Test
  void add_lostAndThenRefused_isOfUnknownOutcome() {
    try (var server = StubServer.start(lost(), BUSY, BUSY)) {
      assertOutcomeUnknown(() -> store(server).add(TOM));
    }
    try (var server = StubServer.start(lost(), answer(401, "", ""))) {
      assertOutcomeUnknown(() -> store(server).add(TOM)).hasMessageContaining("401");
    }
  }

  @Test
  void editAndRemove_lost_areOfUnknownOutcomeAndNotRepeated() {
    for (StubServer.Step step :
        List.of(lost(), GATEWAY, problem(ProblemType.OUTCOME_UNKNOWN, "Retry-After: 0\r\n"))) {
      for (Consumer<CatStore> call : changes()) {
        try (var server = StubServer.start(step)) {
          assertOutcomeUnknown(() -> call.accept(store(server)));
          assertThat(server.calls()).hasSize(1);
        }
      }
    }
  }

  @Test
  void editAndRemove_unavailableAtFirst_areRepeated() {
    try (var server = StubServer.start(BUSY, BUSY, answer(200, JSON, TOM_1_JSON))) {
      assertThat(store(server).edit(CatRef.of(1, 3), EDIT)).isEqualTo(TOM_1);
      assertThat(server.calls())
          .hasSize(3)
          .allMatch(
              call ->
                  call.method.equals("PATCH")
                      && call.header("if-match").equals("\"3\"")
                      && call.header("content-type").equals("application/merge-patch+json")
                      && call.body.equals("{\"price\":7}"));
    }
    try (var server =
        StubServer.start(BUSY, call -> call.send("HTTP/1.1 204 No Content\r\n\r\n"))) {
      assertThat(store(server).remove(REF)).isTrue();
    }
  }

  // Too late, and interrupted

  @Test
  void call_withoutAnswerInTime_fails() {
    var end = new CountDownLatch(1);
    StubServer.Step silent = call -> await(end);
    var second = Duration.ofSeconds(1);
    for (Consumer<CatStore> call : reads()) {
      try (var server = StubServer.start(silent)) {
        assertUnavailable(() -> call.accept(store(server, second, second)));
      }
    }
    for (Consumer<CatStore> call : changes()) {
      try (var server = StubServer.start(silent)) {
        assertOutcomeUnknown(() -> call.accept(store(server, second, second)));
      }
    }
    end.countDown();
  }

  @Test
  void call_interrupted_failsAndKeepsTheFlag() throws Exception {
    for (Consumer<CatStore> read : reads()) {
      assertThat(interrupted(read)).isInstanceOf(StoreUnavailableException.class);
    }
    for (Consumer<CatStore> change : changes()) {
      assertThat(interrupted(change)).isInstanceOf(OutcomeUnknownException.class);
    }
    assertThat(interrupted(store -> store.add(TOM))).isInstanceOf(OutcomeUnknownException.class);
    assertThat(
            interrupted(StubServer.Call::readBody, store -> store.addAll(List.of(TOM).iterator())))
        .isInstanceOf(OutcomeUnknownException.class);
  }

  @Test
  void each_interruptedHalfWay_failsAndKeepsTheFlag() {
    var end = new CountDownLatch(1);
    try (var server =
        StubServer.start(
            call -> {
              call.send(CHUNKED + chunk(TOM_1_JSON + "\n"));
              await(end);
            })) {
      CatStore store = store(server);
      assertUnavailable(() -> store.each(CatFilter.ALL, cat -> Thread.currentThread().interrupt()));
      assertThat(Thread.interrupted()).isTrue();
    } finally {
      end.countDown();
    }
  }

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

  // Lists

  @Test
  void each_brokenOffAfterACat_isNotTriedAgain() {
    try (var server = StubServer.start(call -> call.send(CHUNKED + chunk(TOM_1_JSON + "\n")))) {
      List<Cat> shown = new ArrayList<>();
      assertUnavailable(() -> store(server).each(CatFilter.ALL, shown::add));
      assertThat(shown).containsExactly(TOM_1);
      assertThat(server.calls()).hasSize(1);
    }
  }

  @Test
  void list_brokenOffAnywhere_isNeverTakenForWhole() {
    String breed = "{\"breed\":\"a\",\"count\":1,\"price\":{\"min\":1,\"mean\":1,\"max\":1}}";
    for (String part :
        List.of(
            "[", "[" + breed, "[" + breed + ",", "[" + breed.substring(0, 20), "[" + breed + "]")) {
      StubServer.Step step = call -> call.send(CHUNKED + chunk(part));
      try (var server = StubServer.start(step, step, step)) {
        assertUnavailable(() -> store(server).eachBreed(shown -> {}));
      }
    }
    StubServer.Step page =
        call -> call.send("HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n[" + TOM_1_JSON + "]");
    try (var server = StubServer.start(page, page, page)) {
      assertUnavailable(() -> store(server).page(PageRequest.FIRST));
      assertThat(server.calls()).hasSize(3);
    }
    StubServer.Step endless = call -> call.send("HTTP/1.0 200 OK\r\n\r\n" + TOM_1_JSON + "\n");
    try (var server = StubServer.start(endless)) {
      assertThatThrownBy(() -> store(server).each(CatFilter.ALL, cat -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("where it ends");
    }
  }

  @Test
  void each_nothingArrivesAnyMore_fails() {
    var end = new CountDownLatch(1);
    try (var server =
        StubServer.start(
            call -> {
              call.send(CHUNKED + chunk(TOM_1_JSON + "\n"));
              await(end);
            })) {
      CatStore store = store(server, Duration.ofSeconds(9), Duration.ofSeconds(1));
      assertUnavailable(() -> store.each(CatFilter.ALL, cat -> {}))
          .hasStackTraceContaining("nothing arrived for PT1S");
    } finally {
      end.countDown();
    }
  }

  @Test
  void each_visitorThrows_closesTheConnectionAtOnce() {
    try (var server =
        StubServer.start(
            call -> {
              call.send(CHUNKED);
              assertThatExceptionOfType(IOException.class)
                  .isThrownBy(
                      () -> {
                        while (true) {
                          call.send(chunk(TOM_1_JSON + "\n"));
                        }
                      });
            })) {
      var failure = new StoreUnavailableException("thrown on purpose", null);
      assertThat(
              catchThrowable(
                  () ->
                      store(server)
                          .each(
                              CatFilter.ALL,
                              cat -> {
                                throw failure;
                              })))
          .isSameAs(failure)
          .hasNoSuppressedExceptions();
      server.assertServed();
      assertThat(server.calls()).hasSize(1);
    }
  }

  // Bulk adds

  @Test
  void addAll_cats_areSentAsLinesInChunks() {
    try (var server = StubServer.start(answer(201, JSON, "{\"added\":2}"))) {
      assertThat(store(server).addAll(List.of(TOM, TOM).iterator())).isEqualTo(2);

      StubServer.Call call = server.calls().get(0);
      assertThat(call.header("content-type")).isEqualTo("application/x-ndjson");
      assertThat(call.header("transfer-encoding")).isEqualTo("chunked");
      assertThat(call.headers).doesNotContainKeys("idempotency-key", "content-length");
      String line = "{\"name\":\"Tom\",\"price\":100,\"breed\":\"manx\"}\n";
      assertThat(call.body).isEqualTo(line + line);
    }
  }

  @Test
  void addAll_unavailable_isNotTriedAgain() {
    try (var server = StubServer.start(BUSY)) {
      assertUnavailable(() -> store(server).addAll(List.of(TOM).iterator()));
      assertThat(server.calls()).hasSize(1);
    }
  }

  @Test
  void addAll_lostAfterTheBody_isOfUnknownOutcome() {
    for (StubServer.Step step :
        List.of(lost(), GATEWAY, problem(ProblemType.OUTCOME_UNKNOWN, ""))) {
      try (var server = StubServer.start(step)) {
        assertOutcomeUnknown(() -> store(server).addAll(List.of(TOM).iterator()));
        assertThat(server.calls()).hasSize(1);
      }
    }
  }

  @Test
  void addAll_lostBeforeTheEndOfTheBody_isUnavailable() {
    try (var server = StubServer.start(StubServer.Call::line)) {
      assertUnavailable(() -> store(server).addAll(endless()));
    }
  }

  @Test
  void addAll_answeredBeforeTheEndOfTheBody_usesTheAnswer() {
    try (var server = StubServer.start(early(ProblemType.CONTENT_TOO_LARGE))) {
      assertThatThrownBy(() -> store(server).addAll(endless()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("413 (/problems/content-too-large)");
    }
    for (ProblemType type : List.of(ProblemType.UNAVAILABLE, ProblemType.REQUEST_TIMEOUT)) {
      try (var server = StubServer.start(early(type))) {
        assertUnavailable(() -> store(server).addAll(endless()))
            .hasMessageContaining(type.status() + " (" + type.uri() + ")");
      }
    }
  }

  @Test
  void addAll_moreThanTheServerTakes_isNamed() {
    Service service = Service.ignite().ipAddress("127.0.0.1").port(0);
    try {
      CatRoutes.mount(
          service, "", new InMemoryCatStore(), new RouteLimits(1_000, 1_000, 1_000, 8, 1));
      service.awaitInitialization();
      CatStore store = HttpCatStore.at(URI.create("http://127.0.0.1:" + service.port()));
      assertThatThrownBy(() -> store.addAll(Stream.generate(() -> TOM).limit(10_000).iterator()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("413 (/problems/content-too-large)");
      assertThat(store.count(CatFilter.ALL)).isZero();
    } finally {
      service.stop();
      service.awaitStop();
    }
  }

  @Test
  void addAll_serverThatTakesNothing_isUnavailable() {
    var end = new CountDownLatch(1);
    try (var server = StubServer.start(call -> await(end))) {
      CatStore store = store(server, Duration.ofSeconds(9), Duration.ofSeconds(1));
      assertUnavailable(() -> store.addAll(endless())).hasMessageContaining("accepted nothing");
    } finally {
      end.countDown();
    }
  }

  @Test
  void addAll_serverThatDoesNotAnswer_isOfUnknownOutcome() {
    var end = new CountDownLatch(1);
    try (var server = StubServer.start(call -> await(end))) {
      CatStore store = store(server, Duration.ofSeconds(9), Duration.ofSeconds(1));
      assertOutcomeUnknown(() -> store.addAll(List.of(TOM).iterator()));
    } finally {
      end.countDown();
    }
  }

  @Test
  void addAll_iteratorThrows_breaksTheBodyOff() {
    List<String> bodies = new ArrayList<>();
    try (var server = StubServer.start(call -> bodies.add(call.rest()))) {
      var failure = new UncheckedIOException(new IOException("thrown on purpose"));
      Iterator<NewCat> cats =
          Stream.concat(
                  Stream.generate(() -> TOM).limit(10_000),
                  Stream.of(TOM)
                      .peek(
                          cat -> {
                            throw failure;
                          }))
              .iterator();

      assertThat(catchThrowable(() -> store(server).addAll(cats))).isSameAs(failure);
      server.assertServed();
      assertThat(bodies).hasSize(1).noneMatch(body -> body.endsWith("0\r\n\r\n"));
    }
  }

  @Test
  void addAll_interruptedWhileTheServerTakesNothing_isUnavailable() throws Exception {
    assertThat(interrupted(store -> store.addAll(endless())))
        .isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void addAll_otherNumberAdded_isNamed() {
    try (var server = StubServer.start(answer(201, JSON, "{\"added\":1}"))) {
      assertThatThrownBy(() -> store(server).addAll(List.of(TOM, TOM).iterator()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("1 of 2 cats");
    }
  }

  private static List<Consumer<CatStore>> reads() {
    return List.of(
        store -> store.find(1),
        store -> store.count(CatFilter.ALL),
        store -> store.page(PageRequest.FIRST),
        store -> store.each(CatFilter.ALL, cat -> {}),
        store -> store.eachBreed(breed -> {}));
  }

  private static List<Consumer<CatStore>> changes() {
    return List.of(store -> store.edit(REF, EDIT), store -> store.remove(REF));
  }

  /** All but the bulk add. */
  private static List<Consumer<CatStore>> shortCalls() {
    return Stream.of(reads(), changes(), List.<Consumer<CatStore>>of(store -> store.add(TOM)))
        .flatMap(List::stream)
        .toList();
  }

  private static CatStore store(StubServer server) {
    return HttpCatStore.at(server.uri());
  }

  private static CatStore store(StubServer server, Duration callLimit, Duration patience) {
    return new HttpCatStore(server.uri(), HttpClient.newHttpClient(), callLimit, patience);
  }

  private static Iterator<NewCat> endless() {
    return Stream.generate(() -> TOM).iterator();
  }

  /** An answer before the end of the body, and a close that lingers (RFC 9112, 9.6). */
  private static StubServer.Step early(ProblemType type) {
    return call -> {
      call.line();
      call.send(
          StubServer.text(
              type.status(),
              "Content-Type: application/problem+json\r\n",
              StubServer.problem(type)));
      call.endAnswer();
      call.linger();
    };
  }

  /** What a call throws that is interrupted once the server has the request and says nothing. */
  private static Throwable interrupted(Consumer<CatStore> call) throws Exception {
    return interrupted(request -> {}, call);
  }

  private static Throwable interrupted(StubServer.Step reading, Consumer<CatStore> call)
      throws Exception {
    var asked = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    try (var server =
        StubServer.start(
            request -> {
              reading.serve(request);
              asked.countDown();
              await(end);
            })) {
      CatStore store = store(server);
      var task =
          new FutureTask<Throwable>(
              () -> {
                Throwable thrown = catchThrowable(() -> call.accept(store));
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                return thrown;
              });
      var thread = new Thread(task, "interrupted");
      thread.start();
      assertThat(asked.await(20, SECONDS)).isTrue();
      thread.interrupt();
      return task.get(20, SECONDS);
    } finally {
      end.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  private String keyAndBody(StubServer.Call call) {
    return call.header("idempotency-key") + call.body;
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertUnavailable(
      ThrowingCallable call) {
    return assertThatThrownBy(call).isInstanceOf(StoreUnavailableException.class);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertOutcomeUnknown(
      ThrowingCallable call) {
    return assertThatThrownBy(call).isInstanceOf(OutcomeUnknownException.class);
  }
}
