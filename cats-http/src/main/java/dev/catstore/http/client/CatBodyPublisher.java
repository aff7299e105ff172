package dev.catstore.http.client;

import static java.util.Objects.requireNonNull;

import dev.catstore.http.wire.CatJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Many cats as lines of JSON. The thread that calls {@link #send} pulls the cats no faster than the
 * connection takes them, so that only one chunk is in memory.
 */
final class CatBodyPublisher<T> implements BodyPublisher {
  private static final int CHUNK_BYTES = 16 * 1024;

  private final Iterator<T> cats;
  private final Function<T, Object> document;
  private final @Nullable ToLongFunction<T> position;
  private final Duration timeout;
  private final CompletableFuture<Subscriber<? super ByteBuffer>> connection =
      new CompletableFuture<>();
  private final Semaphore demand = new Semaphore(0);
  private volatile boolean stopped;
  private boolean complete;
  private long count;
  private final SentPositions positions = new SentPositions();

  /**
   * @param document what a cat is in JSON
   * @param position where the caller has a cat from, if it says so
   * @param timeout how long to wait until the connection takes more
   */
  CatBodyPublisher(
      Iterator<T> cats,
      Function<T, Object> document,
      @Nullable ToLongFunction<T> position,
      Duration timeout) {
    this.cats = cats;
    this.document = document;
    this.position = position;
    this.timeout = timeout;
  }

  /** Unknown, so that the body is sent in chunks, and a part of it does not look complete. */
  @Override
  public long contentLength() {
    return -1;
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    boolean first = connection.complete(subscriber);
    subscriber.onSubscribe(
        new Subscription() {
          @Override
          public void request(long chunks) {
            demand.release((int) Math.min(chunks, Short.MAX_VALUE));
          }

          @Override
          public void cancel() {
            stop();
          }
        });
    if (!first) {
      subscriber.onError(new IOException("the cats cannot be pulled again"));
    }
  }

  /**
   * Pulls and sends all cats, until it is stopped. What the iterator throws comes out.
   *
   * @throws FailedAttempt if the connection takes no more, or the thread is interrupted: the body
   *     is incomplete, so nothing was done
   */
  void send() throws FailedAttempt {
    while (!complete && takesMore()) {
      byte[] chunk = pull();
      complete = !cats.hasNext();
      Subscriber<? super ByteBuffer> subscriber = connection.join();
      if (chunk.length > 0) {
        subscriber.onNext(ByteBuffer.wrap(chunk));
      }
      if (complete) {
        subscriber.onComplete();
      }
    }
  }

  /** Ends {@link #send}: the response has arrived, or the connection is lost. */
  void stop() {
    stopped = true;
    demand.release();
  }

  /** Whether the end of the body was sent, or may have been. */
  boolean isComplete() {
    return complete;
  }

  /** How many cats have been pulled. */
  long count() {
    return count;
  }

  /** Where the caller has the cats from, if it says so. */
  SentPositions positions() {
    return positions;
  }

  private boolean takesMore() throws FailedAttempt {
    try {
      if (!demand.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new FailedAttempt(true, "the server accepted nothing for " + timeout, null);
      }
      return !stopped;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedAttempt(true, "interrupted while sending", e);
    }
  }

  private byte[] pull() {
    var lines = new ByteArrayOutputStream(CHUNK_BYTES + 1024);
    while (lines.size() < CHUNK_BYTES && cats.hasNext()) {
      T cat = requireNonNull(cats.next());
      lines.writeBytes(CatJson.bytes(document.apply(cat)));
      lines.write('\n');
      count++;
      if (position != null) {
        positions.add(position.applyAsLong(cat));
      }
    }
    return lines.toByteArray();
  }
}
