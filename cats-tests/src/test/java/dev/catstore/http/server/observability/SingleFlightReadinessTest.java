package dev.catstore.http.server.observability;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.http.routes.Readiness;
import dev.catstore.support.CapturedLog;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SingleFlightReadinessTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final String LATE = "The server cannot find out in time whether it is ready.";

  private final AtomicInteger checks = new AtomicInteger();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  @Test
  void missing_oneAfterTheOther_checksEachTime() {
    var readiness =
        new SingleFlightReadiness(() -> Optional.of("check " + checks.incrementAndGet()));
    assertThat(readiness.missing()).contains("check 1");
    assertThat(readiness.missing()).contains("check 2");
  }

  @Test
  void missing_whileAnotherCheckBegins_isTheLastResult() throws Exception {
    var readiness = readiness(this::hangInTheSecond, LONG, LONG);
    assertThat(readiness.missing()).contains("check 1");
    var slow = CompletableFuture.supplyAsync(readiness::missing);
    await(entered);
    assertThat(readiness.missing()).contains("check 1");
    assertThat(checks).hasValue(2);
    released.countDown();
    assertThat(slow.get(60, SECONDS)).contains("check 2");
  }

  @Test
  void missing_whileAnotherCheckTakesLong_isThatItTakesTooLong() throws Exception {
    var readiness = readiness(this::hangInTheSecond, LONG, Duration.ZERO);
    assertThat(readiness.missing()).contains("check 1");
    var slow = CompletableFuture.supplyAsync(readiness::missing);
    await(entered);
    assertThat(readiness.missing()).contains(LATE);
    assertThat(checks).hasValue(2);
    released.countDown();
    assertThat(slow.get(60, SECONDS)).contains("check 2");
    assertThat(readiness.missing()).contains("check 3");
  }

  @Test
  void missing_withACheckThatHangs_isThatItTakesTooLongUntilItEnds() {
    var readiness = readiness(this::hangInTheSecond, Duration.ofSeconds(1), Duration.ZERO);
    assertThat(readiness.missing()).contains("check 1");
    assertThat(readiness.missing()).contains(LATE);
    assertThat(readiness.missing()).contains(LATE);
    assertThat(checks).hasValue(2);
    released.countDown();
    while (readiness.missing().equals(Optional.of(LATE))) {
      Thread.onSpinWait();
    }
    assertThat(readiness.missing()).hasValueSatisfying(it -> assertThat(it).startsWith("check "));
  }

  @Test
  void missing_whileTheFirstCheckRuns_isNotKnownYet() throws Exception {
    checks.set(1);
    var readiness = readiness(this::hangInTheSecond, LONG, LONG);
    var slow = CompletableFuture.supplyAsync(readiness::missing);
    await(entered);
    assertThat(readiness.missing()).contains("The server does not know yet whether it is ready.");
    released.countDown();
    assertThat(slow.get(60, SECONDS)).contains("check 2");
  }

  @Test
  void missing_afterACheckThatCouldNotStart_checksAgain() {
    var attempts = new AtomicInteger();
    Executor executor =
        task -> {
          if (attempts.incrementAndGet() == 1) {
            throw new OutOfMemoryError("on purpose");
          }
          SingleFlightReadiness.startThread(task);
        };
    var readiness = new SingleFlightReadiness(Optional::empty, LONG, Duration.ZERO, executor);
    try (var log = new CapturedLog(SingleFlightReadiness.class)) {
      assertThat(readiness.missing())
          .contains("The server could not find out whether it is ready.");
      assertThat(log.drainMessages()).containsExactly("a readiness check did not start");
    }
    assertThat(readiness.missing()).isEmpty();
  }

  private static SingleFlightReadiness readiness(
      Readiness readiness, Duration timeout, Duration fresh) {
    return new SingleFlightReadiness(readiness, timeout, fresh, SingleFlightReadiness::startThread);
  }

  private Optional<String> hangInTheSecond() {
    int check = checks.incrementAndGet();
    if (check == 2) {
      entered.countDown();
      await(released);
    }
    return Optional.of("check " + check);
  }

  @Test
  void missing_afterACheckThatFailed_checksAgain() {
    var readiness =
        new SingleFlightReadiness(
            () -> {
              if (checks.incrementAndGet() == 1) {
                throw new IllegalStateException("on purpose");
              }
              return Optional.empty();
            });
    assertThatThrownBy(readiness::missing).hasMessage("on purpose");
    assertThat(readiness.missing()).isEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
