package dev.catstore.http.client;

import static dev.catstore.http.client.StubServer.answer;
import static dev.catstore.http.client.StubServer.lost;
import static dev.catstore.http.client.StubServer.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.catstore.domain.BulkCounts;
import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.BulkPut;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.KeyReusedException;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.support.Slow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many cats that are sent again, and those that are sent once. */
@Slow
@Timeout(120)
class HttpCatStoreUploadTest extends HttpCatStoreTestCase {
  /** More than the buffers on the way take. */
  private static final int MANY = 300_000;

  private static final IdempotencyKey KEY = new IdempotencyKey("mine");

  private static final StubServer.Step OUTCOME_UNKNOWN = problem(ProblemType.OUTCOME_UNKNOWN, "");

  /** Reads the beginning of the body, and is gone. */
  private static final StubServer.Step BROKEN_OFF = StubServer.Call::line;

  /** The three methods, each with as many cats as a test wants. */
  enum Upload {
    ADD("POST", 201, "{\"added\":%d}") {
      @Override
      BulkCounts send(HttpCatStore store, IntFunction<Integer> source, BulkOptions options) {
        return store.addAll(repeatable(source, i -> TOM), options);
      }

      @Override
      BulkCounts sendOnce(HttpCatStore store, int count, BulkOptions options) {
        return store.addAll(items(count, i -> TOM), options);
      }
    },
    PUT("PUT", 200, "{\"added\":0,\"changed\":%d,\"unchanged\":0}") {
      @Override
      BulkCounts send(HttpCatStore store, IntFunction<Integer> source, BulkOptions options) {
        return store.putAll(repeatable(source, this::put), options);
      }

      @Override
      BulkCounts sendOnce(HttpCatStore store, int count, BulkOptions options) {
        return store.putAll(items(count, this::put), options);
      }

      private BulkPut put(int i) {
        return new BulkPut(CatRef.of(i + 1L), TOM, i);
      }
    },
    EDIT("PATCH", 200, "{\"added\":0,\"changed\":%d,\"unchanged\":0}") {
      @Override
      BulkCounts send(HttpCatStore store, IntFunction<Integer> source, BulkOptions options) {
        return store.editAll(repeatable(source, this::edit), options);
      }

      @Override
      BulkCounts sendOnce(HttpCatStore store, int count, BulkOptions options) {
        return store.editAll(items(count, this::edit), options);
      }

      private BulkEdit edit(int i) {
        return new BulkEdit(CatRef.of(i + 1L), CatEdit.price(7), i);
      }
    };

    private final String method;
    private final int status;
    private final String body;

    Upload(String method, int status, String body) {
      this.method = method;
      this.status = status;
      this.body = body;
    }

    /**
     * Sends an {@link Iterable}.
     *
     * @param source how many cats there are in each attempt, from 0; may throw
     */
    abstract BulkCounts send(HttpCatStore store, IntFunction<Integer> source, BulkOptions options);

    /** Sends an iterator. */
    abstract BulkCounts sendOnce(HttpCatStore store, int count, BulkOptions options);

    BulkCounts send(HttpCatStore store, int count, BulkOptions options) {
      return send(store, attempt -> count, options);
    }

    BulkCounts counts(int count) {
      return this == ADD ? new BulkCounts(count, 0, 0) : new BulkCounts(0, count, 0);
    }

    /** An answer that counts so many. */
    StubServer.Step done(int count) {
      return answer(status, JSON, body.formatted(count));
    }

    private static <T> Iterable<T> repeatable(IntFunction<Integer> source, IntFunction<T> item) {
      var attempts = new AtomicInteger();
      return () -> items(source.apply(attempts.getAndIncrement()), item);
    }

    private static <T> Iterator<T> items(int count, IntFunction<T> item) {
      return IntStream.range(0, count).mapToObj(item).iterator();
    }
  }

  // An Iterable, which is sent again

  @ParameterizedTest
  @EnumSource
  void iterable_failedAtFirst_isSentAgainUnderAKeyOfItsOwn(Upload upload) {
    for (StubServer.Step first : List.of(BUSY, OUTCOME_UNKNOWN, GATEWAY, lost())) {
      try (var server = StubServer.start(first, lost(), upload.done(2))) {
        assertThat(upload.send(store(server), 2, BulkOptions.NONE)).isEqualTo(upload.counts(2));

        assertThat(server.calls())
            .hasSize(3)
            .allMatch(call -> call.method.equals(upload.method) && call.target.equals("/cats"));
        assertThat(server.calls().stream().map(call -> call.header("idempotency-key")).distinct())
            .singleElement()
            .asString()
            .matches("\"[0-9a-f-]{36}\"");
        assertThat(server.calls().stream().map(call -> call.body).distinct())
            .singleElement()
            .asString()
            .hasLineCount(2);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void iterable_brokenOffBeforeItsEnd_isSentAgain(Upload upload) {
    try (var server = StubServer.start(BROKEN_OFF, BROKEN_OFF, upload.done(MANY))) {
      assertThat(upload.send(store(server), MANY, BulkOptions.NONE)).isEqualTo(upload.counts(MANY));
      assertThat(server.calls()).hasSize(3);
    }
  }

  @Test
  void iterable_failedThreeTimes_failsAsTheLastAttemptDid() {
    try (var server = StubServer.start(BUSY, BUSY, BUSY, BUSY)) {
      assertUnavailable(() -> Upload.ADD.send(store(server), 1, BulkOptions.NONE));
      assertThat(server.calls()).hasSize(3);
    }
    try (var server = StubServer.start(BROKEN_OFF, BROKEN_OFF, BROKEN_OFF, BROKEN_OFF)) {
      assertUnavailable(() -> Upload.PUT.send(store(server), MANY, BulkOptions.NONE));
      assertThat(server.calls()).hasSize(3);
    }
  }

  @Test
  void iterable_lostOnceAfterItsEnd_isOfUnknownOutcomeWhateverComesAfter() {
    for (StubServer.Step second : List.of(BUSY, lost(), OUTCOME_UNKNOWN)) {
      try (var server = StubServer.start(lost(), second, BUSY, BUSY)) {
        assertOutcomeUnknown(() -> Upload.EDIT.send(store(server), 1, BulkOptions.NONE));
        assertThat(server.calls()).hasSize(3);
      }
    }
    for (StubServer.Step second :
        List.of(answer(401, "", ""), Upload.PUT.done(7), problem(ProblemType.KEY_REUSED, ""))) {
      try (var server = StubServer.start(lost(), second)) {
        assertOutcomeUnknown(() -> Upload.PUT.send(store(server), 1, BulkOptions.NONE));
        assertThat(server.calls()).hasSize(2);
      }
    }
  }

  @Test
  void iterable_lostOnceAndBrokenOffThen_isOfUnknownOutcome() {
    try (var server = StubServer.start(lost(), BROKEN_OFF, BROKEN_OFF)) {
      assertOutcomeUnknown(
          () ->
              Upload.ADD.send(store(server), attempt -> attempt == 0 ? 1 : MANY, BulkOptions.NONE));
      assertThat(server.calls()).hasSize(3);
    }
  }

  @Test
  void iterable_ofWhichTheServerTakesNothing_isSentAgain() {
    var givenUp = new CountDownLatch(1);
    try (var server = StubServer.start(call -> await(givenUp), Upload.PUT.done(MANY))) {
      HttpCatStore store = store(server, Duration.ofSeconds(9), Duration.ofSeconds(2));
      IntFunction<Integer> source =
          attempt -> {
            if (attempt == 1) {
              givenUp.countDown();
            }
            return MANY;
          };
      assertThat(Upload.PUT.send(store, source, BulkOptions.NONE))
          .isEqualTo(Upload.PUT.counts(MANY));
      assertThat(server.calls()).hasSize(2);
    }
  }

  @Test
  void iterable_ofAServerThatAsksForALongPause_isNotSentAgain() {
    try (var server = StubServer.start(problem(ProblemType.UNAVAILABLE, "Retry-After: 3600\r\n"))) {
      assertUnavailable(() -> Upload.ADD.send(store(server), 1, BulkOptions.NONE));
      assertThat(server.calls()).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void iterable_underTheKeyOfTheCaller_isSentUnderIt(Upload upload) {
    try (var server = StubServer.start(lost(), upload.done(1))) {
      assertThat(upload.send(store(server), 1, BulkOptions.under(KEY))).isEqualTo(upload.counts(1));
      assertThat(server.calls())
          .hasSize(2)
          .allMatch(call -> call.header("idempotency-key").equals("\"mine\""));
    }
  }

  // An iterator, which is sent once

  @ParameterizedTest
  @EnumSource
  void iterator_failed_isNotSentAgain(Upload upload) {
    try (var server = StubServer.start(BUSY)) {
      assertUnavailable(() -> upload.sendOnce(store(server), 1, BulkOptions.NONE));
      assertThat(server.calls()).hasSize(1);
      assertThat(server.calls().get(0).headers).doesNotContainKey("idempotency-key");
    }
    try (var server = StubServer.start(BROKEN_OFF)) {
      assertUnavailable(() -> upload.sendOnce(store(server), MANY, BulkOptions.under(KEY)));
      assertThat(server.calls()).hasSize(1);
    }
    for (StubServer.Step step : List.of(lost(), GATEWAY, OUTCOME_UNKNOWN)) {
      try (var server = StubServer.start(step)) {
        assertOutcomeUnknown(() -> upload.sendOnce(store(server), 1, BulkOptions.under(KEY)));
        assertThat(server.calls()).hasSize(1);
        assertThat(server.calls().get(0).header("idempotency-key")).isEqualTo("\"mine\"");
      }
    }
  }

  // Tried only

  @ParameterizedTest
  @EnumSource
  void dryRun_saysSoAndIsSentWithoutAKey(Upload upload) {
    StubServer.Step checked = answer(200, JSON, upload.body.formatted(1));
    try (var server = StubServer.start(lost(), checked, checked)) {
      assertThat(upload.send(store(server), 1, BulkOptions.DRY_RUN)).isEqualTo(upload.counts(1));
      assertThat(upload.sendOnce(store(server), 1, BulkOptions.DRY_RUN))
          .isEqualTo(upload.counts(1));

      assertThat(server.calls())
          .hasSize(3)
          .allMatch(call -> call.target.equals("/cats?dry_run=true"))
          .allMatch(call -> !call.headers.containsKey("idempotency-key"));
    }
  }

  @Test
  void dryRun_lostEachTime_didNothing() {
    try (var server = StubServer.start(lost(), lost(), lost())) {
      assertUnavailable(() -> Upload.PUT.send(store(server), 1, BulkOptions.DRY_RUN));
      assertThat(server.calls()).hasSize(3);
    }
  }

  @Test
  void dryRun_underTheKeyOfTheCaller_isSentUnderIt() {
    StubServer.Step checked = answer(200, JSON, "{\"added\":1}");
    try (var server = StubServer.start(checked)) {
      Upload.ADD.send(store(server), 1, new BulkOptions(Optional.of(KEY), true));
      assertThat(server.calls().get(0).header("idempotency-key")).isEqualTo("\"mine\"");
    }
  }

  // What the source throws

  @ParameterizedTest
  @EnumSource
  void iterable_thatThrows_isNotAskedAgain(Upload upload) {
    for (RuntimeException failure :
        List.of(
            new IllegalStateException("thrown on purpose"),
            new StoreUnavailableException("thrown on purpose", null),
            new UncheckedIOException(new IOException("thrown on purpose")))) {
      var asked = new AtomicInteger();
      try (var server = StubServer.start()) {
        assertThat(
                catchThrowable(
                    () ->
                        upload.send(
                            store(server),
                            attempt -> {
                              asked.incrementAndGet();
                              throw failure;
                            },
                            BulkOptions.NONE)))
            .isSameAs(failure);
        assertThat(asked).hasValue(1);
        assertThat(server.calls()).isEmpty();
      }
    }
  }

  @Test
  void iterable_whoseIteratorThrows_isNotSentAgain() {
    var failure = new StoreUnavailableException("thrown on purpose", null);
    try (var server = StubServer.start(StubServer.Call::rest)) {
      Iterable<BulkPut> puts = () -> failing(failure);
      assertThat(catchThrowable(() -> store(server).putAll(puts, BulkOptions.NONE)))
          .isSameAs(failure);
      server.assertServed();
      assertThat(server.calls()).hasSize(1);
    }
  }

  @Test
  void iterable_whoseSecondIteratorThrows_givesOutWhatItThrew() {
    var failure = new IllegalStateException("thrown on purpose");
    var attempts = new AtomicInteger();
    try (var server = StubServer.start(lost(), StubServer.Call::rest)) {
      Iterable<BulkPut> puts =
          () ->
              attempts.getAndIncrement() == 0
                  ? List.of(new BulkPut(REF, TOM, 1)).iterator()
                  : failing(failure);
      assertThat(catchThrowable(() -> store(server).putAll(puts, BulkOptions.NONE)))
          .isSameAs(failure);
      server.assertServed();
    }
  }

  /** Throws after more than one buffer of puts, so that the server has begun to read. */
  private static Iterator<BulkPut> failing(RuntimeException failure) {
    return IntStream.range(0, MANY)
        .mapToObj(
            i -> {
              if (i == 20_000) {
                throw failure;
              }
              return new BulkPut(CatRef.of(i + 1L), TOM, i);
            })
        .iterator();
  }

  // The key

  @ParameterizedTest
  @EnumSource
  void keyOfTheCaller_reused_isNamed(Upload upload) {
    try (var server = StubServer.start(problem(ProblemType.KEY_REUSED, ""))) {
      assertThatThrownBy(() -> upload.sendOnce(store(server), 1, BulkOptions.under(KEY)))
          .isInstanceOfSatisfying(
              KeyReusedException.class, e -> assertThat(e.key()).isEqualTo(KEY));
      assertThat(server.calls()).hasSize(1);
    }
  }

  @Test
  void keyOfItsOwn_reused_isNamedAsAResponse() {
    try (var server = StubServer.start(problem(ProblemType.KEY_REUSED, ""))) {
      assertThatThrownBy(() -> Upload.ADD.send(store(server), 1, BulkOptions.NONE))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("key-reused");
    }
  }
}
