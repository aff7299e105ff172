package dev.catstore.http.client;

import static dev.catstore.http.client.StubServer.answer;
import static dev.catstore.http.client.StubServer.lost;
import static dev.catstore.http.client.StubServer.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.PageRequest;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.routes.CatRoutes;
import dev.catstore.http.routes.RouteLimits;
import dev.catstore.support.Slow;
import dev.catstore.tests.InMemoryCatStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import spark.Service;

/** Responses and requests with many cats. */
@Slow
@Timeout(120)
class HttpCatStoreStreamTest extends HttpCatStoreTestCase {
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
}
