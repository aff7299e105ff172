package dev.catstore.http.client;

import static java.util.Objects.requireNonNull;

import dev.catstore.domain.NewCat;
import dev.catstore.domain.StoreUnavailableException;
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
 * The body of a bulk add: cats as lines of JSON. The thread that calls {@link #send} pulls the
 * cats, no faster than the connection takes them, so that one piece of the body is in memory.
 */
final class CatBodyPublisher implements BodyPublisher {
  private static final int PIECE_BYTES = 16 * 1024;

  private final Iterator<NewCat> cats;
  private final Duration patience;
  private final CompletableFuture<Subscriber<? super ByteBuffer>> connection =
      new CompletableFuture<>();
  private final Semaphore demand = new Semaphore(0);
  private volatile boolean unwanted;
  private boolean whole;
  private long count;

  /**
   * @param patience how long to wait until the connection takes more
   */
  CatBodyPublisher(Iterator<NewCat> cats, Duration patience) {
    this.cats = cats;
    this.patience = patience;
  }

  /** Not known, so that the body is sent in chunks, and a part of it cannot pass for the whole. */
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
          public void request(long pieces) {
            demand.release((int) Math.min(pieces, Short.MAX_VALUE));
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
   * Pulls and sends all cats, or as many as are wanted. What the iterator throws comes out.
   *
   * @throws StoreUnavailableException if the connection takes no more, or the thread is interrupted
   */
  void send() {
    while (!whole && takesMore()) {
      byte[] piece = pull();
      whole = !cats.hasNext();
      Subscriber<? super ByteBuffer> subscriber = connection.join();
      if (piece.length > 0) {
        subscriber.onNext(ByteBuffer.wrap(piece));
      }
      if (whole) {
        subscriber.onComplete();
      }
    }
  }

  /** Ends {@link #send}: the answer is there already, or the connection is lost. */
  void stop() {
    unwanted = true;
    demand.release();
  }

  /** Whether the end of the body was sent, or may have been. */
  boolean isWhole() {
    return whole;
  }

  /** How many cats have been pulled. */
  long count() {
    return count;
  }

  private boolean takesMore() {
    try {
      if (!demand.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new StoreUnavailableException("the server took nothing for " + patience, null);
      }
      return !unwanted;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException("interrupted while sending", e);
    }
  }

  private byte[] pull() {
    var lines = new ByteArrayOutputStream(PIECE_BYTES + 1024);
    while (lines.size() < PIECE_BYTES && cats.hasNext()) {
      NewCat cat = requireNonNull(cats.next());
      lines.writeBytes(CatJson.bytes(json -> CatJson.write(json, cat)));
      lines.write('\n');
      count++;
    }
    return lines.toByteArray();
  }
}
