package dev.catstore.http.client;

import static dev.catstore.http.client.StubServer.answer;
import static dev.catstore.http.client.StubServer.lost;
import static dev.catstore.http.client.StubServer.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.OutcomeUnknownException;
import dev.catstore.domain.QueryTimeoutException;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.support.Slow;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is repeated, what is not, and what a call means that was lost. */
@Slow
@Timeout(120)
class HttpCatStoreRetryTest extends HttpCatStoreTestCase {
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
  void read_thatTookTooLong_isNotRepeated() {
    for (Consumer<CatStore> call : reads()) {
      try (var server = StubServer.start(problem(ProblemType.QUERY_TIMEOUT, ""))) {
        assertThatExceptionOfType(QueryTimeoutException.class)
            .isThrownBy(() -> call.accept(store(server)));
        assertThat(server.calls()).hasSize(1);
      }
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

  private String keyAndBody(StubServer.Call call) {
    return call.header("idempotency-key") + call.body;
  }
}
