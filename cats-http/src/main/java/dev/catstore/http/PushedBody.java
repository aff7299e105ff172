package dev.catstore.http;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request, pushed by the thread that makes it, as fast as the connection takes it.
 * No more than one piece of it is in memory.
 */
final class PushedBody implements BodyPublisher {
  private final Duration patience;
  private @Nullable Subscriber<? super ByteBuffer> connection;
  private long demand;
  private boolean unwanted;
  private boolean brokenOff;
  private boolean whole;

  /**
   * @param patience how long to wait until the connection takes more
   */
  PushedBody(Duration patience) {
    this.patience = patience;
  }

  /** Not known, so that the body is sent in chunks, and a part of it cannot pass for the whole. */
  @Override
  public long contentLength() {
    return -1;
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    subscriber.onSubscribe(new Demand());
    boolean refused;
    synchronized (this) {
      refused = connection != null || brokenOff;
      if (!refused) {
        connection = subscriber;
        notifyAll();
      }
    }
    if (refused) {
      subscriber.onError(new IOException("the body was broken off, or asked for again"));
    }
  }

  /**
   * Waits until the connection takes more.
   *
   * @return false if nothing more is wanted: the answer is there, or the connection is lost
   */
  synchronized boolean takesMore() throws FailedTry {
    long end = System.nanoTime() + patience.toNanos();
    while ((connection == null || demand == 0) && !unwanted) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        throw FailedTry.harmless("the server took nothing for " + patience, null);
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw FailedTry.harmless("interrupted while sending", e);
      }
    }
    return !unwanted;
  }

  /** Sends a piece, after {@link #takesMore}. */
  void push(byte[] bytes) {
    if (bytes.length > 0) {
      subscriber().onNext(ByteBuffer.wrap(bytes));
    }
  }

  /** Ends the body, after {@link #takesMore}. */
  void end() {
    Subscriber<? super ByteBuffer> subscriber;
    synchronized (this) {
      subscriber = requireNonNull(connection);
      whole = true;
    }
    subscriber.onComplete();
  }

  /** Breaks the body off: the connection is closed, and the server never sees an end. */
  void breakOff() {
    Subscriber<? super ByteBuffer> subscriber;
    synchronized (this) {
      brokenOff = true;
      subscriber = connection;
    }
    if (subscriber != null) {
      subscriber.onError(new IOException("the body was broken off"));
    }
  }

  /** Nothing more of the body is wanted. */
  synchronized void stop() {
    unwanted = true;
    notifyAll();
  }

  /** Whether the end of the body was sent, or may have been. */
  synchronized boolean isWhole() {
    return whole;
  }

  private synchronized Subscriber<? super ByteBuffer> subscriber() {
    demand--;
    return requireNonNull(connection);
  }

  private final class Demand implements Subscription {
    @Override
    public void request(long count) {
      synchronized (PushedBody.this) {
        demand += count;
        PushedBody.this.notifyAll();
      }
    }

    @Override
    public void cancel() {
      stop();
    }
  }
}
