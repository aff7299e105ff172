package dev.catstore.http.client;

import static java.util.Objects.requireNonNull;

import dev.catstore.domain.NewCat;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.http.wire.CatEditDocument;
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

/**
 * The body of a bulk add: cats as lines of JSON. The thread that calls {@link #send} pulls the cats
 * no faster than the connection takes them, so that only one chunk is in memory.
 */
final class CatBodyPublisher implements BodyPublisher {
  private static final int CHUNK_BYTES = 16 * 1024;

  private final Iterator<NewCat> cats;
  private final Duration timeout;
  private final CompletableFuture<Subscriber<? super ByteBuffer>> connection =
      new CompletableFuture<>();
  private final Semaphore demand = new Semaphore(0);
  private volatile boolean stopped;
  private boolean complete;
  private long count;

  /**
   * @param timeout how long to wait until the connection takes more
   */
  CatBodyPublisher(Iterator<NewCat> cats, Duration timeout) {
    this.cats = cats;
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
   * @throws StoreUnavailableException if the connection takes no more, or the thread is interrupted
   */
  void send() {
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

  private boolean takesMore() {
    try {
      if (!demand.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new StoreUnavailableException("the server accepted nothing for " + timeout, null);
      }
      return !stopped;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException("interrupted while sending", e);
    }
  }

  private byte[] pull() {
    var lines = new ByteArrayOutputStream(CHUNK_BYTES + 1024);
    while (lines.size() < CHUNK_BYTES && cats.hasNext()) {
      NewCat cat = requireNonNull(cats.next());
      lines.writeBytes(CatJson.bytes(CatEditDocument.of(cat)));
      lines.write('\n');
      count++;
    }
    return lines.toByteArray();
  }
}
