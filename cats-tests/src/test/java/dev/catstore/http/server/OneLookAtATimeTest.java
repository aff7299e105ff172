package dev.catstore.http.server;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OneLookAtATimeTest {
  private final AtomicInteger looks = new AtomicInteger();

  @Test
  void missing_oneAfterTheOther_looksEachTime() {
    var readiness = new OneLookAtATime(() -> Optional.of("look " + looks.incrementAndGet()));
    assertThat(readiness.missing()).contains("look 1");
    assertThat(readiness.missing()).contains("look 2");
  }

  @Test
  void missing_whileAnotherLooks_isWhatWasSeenLast() throws Exception {
    var entered = new CountDownLatch(1);
    var released = new CountDownLatch(1);
    var readiness =
        new OneLookAtATime(
            () -> {
              if (looks.incrementAndGet() > 1) {
                entered.countDown();
                await(released);
              }
              return Optional.of("look " + looks.get());
            });
    assertThat(readiness.missing()).contains("look 1");
    var slow = CompletableFuture.supplyAsync(readiness::missing);
    await(entered);
    assertThat(readiness.missing()).contains("look 1");
    assertThat(looks).hasValue(2);
    released.countDown();
    assertThat(slow.get(60, SECONDS)).contains("look 2");
  }

  @Test
  void missing_afterALookThatFailed_looksAgain() {
    var readiness =
        new OneLookAtATime(
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
