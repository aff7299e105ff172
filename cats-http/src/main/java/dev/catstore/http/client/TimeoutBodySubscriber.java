package dev.catstore.http.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response as it arrives, for one thread that reads it. Unlike the JDK's stream, a
 * read fails when nothing arrives for too long. Closing it before its end closes the connection, so
 * that the server notices at once.
 */
final class TimeoutBodySubscriber extends InputStream implements BodySubscriber<InputStream> {
  /** Some bytes; or none and the end; or none and a failure. */
  private record Arrival(List<ByteBuffer> bytes, @Nullable Throwable failure) {}

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Duration timeout;
  private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();

  /** Holds at most one arrival, since no more are requested, and the end. */
  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

  private Iterator<ByteBuffer> buffers = Collections.emptyIterator();
  private ByteBuffer buffer = NOTHING;
  private boolean ended;

  /**
   * @param timeout how long to wait for the next bytes
   */
  TimeoutBodySubscriber(Duration timeout) {
    this.timeout = timeout;
  }

  @Override
  public CompletionStage<InputStream> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Subscription made) {
    subscription.complete(made);
    made.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> bytes) {
    arrivals.add(new Arrival(bytes, null));
  }

  @Override
  public void onError(Throwable failure) {
    arrivals.add(new Arrival(List.of(), failure));
  }

  @Override
  public void onComplete() {
    arrivals.add(new Arrival(List.of(), null));
  }

  @Override
  public int read() throws IOException {
    return hasBytes() ? buffer.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!hasBytes()) {
      return -1;
    }
    int count = Math.min(length, buffer.remaining());
    buffer.get(target, offset, count);
    return count;
  }

  @Override
  public void close() {
    ended = true;
    buffers = Collections.emptyIterator();
    buffer = NOTHING;
    var unused = subscription.thenAccept(Subscription::cancel);
  }

  /** Waits until there is a byte to read; false at the end. */
  private boolean hasBytes() throws IOException {
    while (!buffer.hasRemaining()) {
      if (buffers.hasNext()) {
        buffer = buffers.next();
      } else if (ended) {
        return false;
      } else {
        take(next());
      }
    }
    return true;
  }

  private void take(Arrival arrival) throws IOException {
    if (arrival.failure() != null) {
      close();
      throw new IOException("the connection was lost", arrival.failure());
    }
    if (arrival.bytes().isEmpty()) {
      ended = true;
      return;
    }
    buffers = arrival.bytes().iterator();
    subscription.join().request(1); // complete, since something arrived
  }

  private Arrival next() throws IOException {
    try {
      Arrival arrival = arrivals.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
      if (arrival != null) {
        return arrival;
      }
      close();
      throw new HttpTimeoutException("nothing arrived for " + timeout);
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      var interrupted = new InterruptedIOException("interrupted while reading");
      interrupted.initCause(e);
      throw interrupted;
    }
  }
}
