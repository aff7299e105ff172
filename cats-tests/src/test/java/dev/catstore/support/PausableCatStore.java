package dev.catstore.support;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.StoreUnavailableException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** A store whose calls, except the readiness probe, block while it is paused. */
public final class PausableCatStore extends ForwardingCatStore {
  private static final int TIMEOUT_SECONDS = 60;

  /** The id that the readiness probe asks for. */
  private static final long PROBED_ID = Long.MAX_VALUE;

  private final CatStore cats;
  private final Semaphore calls = new Semaphore(0);
  private volatile CountDownLatch resumed = new CountDownLatch(0);

  public PausableCatStore(CatStore cats) {
    super(cats);
    this.cats = cats;
  }

  public void pause() {
    resumed = new CountDownLatch(1);
  }

  public void resume() {
    resumed.countDown();
  }

  /** Waits for one more call to arrive. */
  public void awaitCall() throws InterruptedException {
    assertThat(calls.tryAcquire(TIMEOUT_SECONDS, SECONDS)).as("a call").isTrue();
  }

  @Override
  protected CatStore delegate() {
    calls.release();
    try {
      assertThat(resumed.await(TIMEOUT_SECONDS, SECONDS)).as("resumed").isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException("interrupted while paused", e);
    }
    return cats;
  }

  @Override
  public Optional<Cat> find(long id) {
    return id == PROBED_ID ? cats.find(id) : super.find(id);
  }
}
