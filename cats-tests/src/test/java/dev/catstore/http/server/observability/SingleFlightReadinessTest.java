package dev.catstore.http.server.observability;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SingleFlightReadinessTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final String LATE = "The server cannot find out in time whether it is ready.";

  private final AtomicInteger looks = new AtomicInteger();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  @Test
  void missing_oneAfterTheOther_looksEachTime() {
    var readiness = new SingleFlightReadiness(() -> Optional.of("look " + looks.incrementAndGet()));
    assertThat(readiness.missing()).contains("look 1");
    assertThat(readiness.missing()).contains("look 2");
  }

  @Test
  void missing_whileAnotherBeginsToLook_isWhatWasSeenLast() throws Exception {
    var readiness = new SingleFlightReadiness(this::hangAtTheSecond, LONG, LONG);
    assertThat(readiness.missing()).contains("look 1");
    var slow = CompletableFuture.supplyAsync(readiness::missing);
    await(entered);
    assertThat(readiness.missing()).contains("look 1");
    assertThat(looks).hasValue(2);
    released.countDown();
    assertThat(slow.get(60, SECONDS)).contains("look 2");
  }

  @Test
  void missing_whileAnotherLooksForLong_isThatItTakesTooLong() throws Exception {
    var readiness = new SingleFlightReadiness(this::hangAtTheSecond, LONG, Duration.ZERO);
    assertThat(readiness.missing()).contains("look 1");
    var slow = CompletableFuture.supplyAsync(readiness::missing);
    await(entered);
    assertThat(readiness.missing()).contains(LATE);
    assertThat(looks).hasValue(2);
    released.countDown();
    assertThat(slow.get(60, SECONDS)).contains("look 2");
    assertThat(readiness.missing()).contains("look 3");
  }

  @Test
  void missing_withALookThatHangs_isThatItTakesTooLongUntilItEnds() {
    var readiness =
        new SingleFlightReadiness(this::hangAtTheSecond, Duration.ofSeconds(1), Duration.ZERO);
    assertThat(readiness.missing()).contains("look 1");
    assertThat(readiness.missing()).contains(LATE);
    assertThat(readiness.missing()).contains(LATE);
    assertThat(looks).hasValue(2);
    released.countDown();
    while (readiness.missing().equals(Optional.of(LATE))) {
      Thread.onSpinWait();
    }
    assertThat(readiness.missing()).hasValueSatisfying(it -> assertThat(it).startsWith("look "));
  }

  private Optional<String> hangAtTheSecond() {
    int look = looks.incrementAndGet();
    if (look == 2) {
      entered.countDown();
      await(released);
    }
    return Optional.of("look " + look);
  }

  @Test
  void missing_afterALookThatFailed_looksAgain() {
    var readiness =
        new SingleFlightReadiness(
            () -> {
              if (looks.incrementAndGet() == 1) {
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
