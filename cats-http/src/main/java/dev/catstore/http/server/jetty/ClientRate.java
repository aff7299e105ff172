package dev.catstore.http.server.jetty;

import dev.catstore.http.server.config.ClientLimits;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * How fast a client is on one connection. Only the time counts in which the server waits for bytes
 * from the client, or for room to send it some. A client that was fast enough for the idle timeout
 * is measured anew: a fast start does not pay for a trickle later. Used by one thread.
 */
final class ClientRate {
  private final Client client;
  private @Nullable Request request;
  private long requests;
  private long began;
  private long bytesBefore;
  private long lastCheck;
  private boolean waited;
  private long waitedNanos;
  private boolean ended;

  /** The client of one connection. */
  interface Client {
    /** The request in progress, if any. */
    @Nullable Request request();

    /** How many requests have begun. */
    long requests();

    /** How many bytes were received and sent. */
    long bytes();

    /** Whether the connection waits for bytes from it. */
    boolean isReading();

    /** Whether the connection waits until it can send it more. */
    boolean isWriting();

    void close();

    /** Fails what is being written. */
    void failWrite(TimeoutException reason);
  }

  ClientRate(Client client, long now) {
    this.client = client;
    begin(null, now);
  }

  /** Times out a request that is too slow or too old. */
  void check(long now, ClientLimits limits) {
    @Nullable Request current = client.request();
    if (current != request || client.requests() != requests) {
      begin(current, now);
    } else if (current == null) {
      checkHead(now, limits);
    } else if (!ended) {
      checkRequest(current, now, limits);
    }
    lastCheck = now;
  }

  private void begin(@Nullable Request current, long now) {
    request = current;
    requests = client.requests();
    began = now;
    bytesBefore = client.bytes();
    lastCheck = now;
    waited = false;
    waitedNanos = 0;
    ended = false;
  }

  /** Between two requests a client may be idle; Jetty limits for how long. */
  private void checkHead(long now, ClientLimits limits) {
    if (client.bytes() == bytesBefore) {
      began = now;
    } else if (now - began > limits.request().toNanos()) {
      client.close();
    }
  }

  private void checkRequest(Request current, long now, ClientLimits limits) {
    boolean reading = client.isReading() || RequestTimeoutHandler.awaitsBody(current);
    boolean waits = reading || client.isWriting();
    if (waits && waited) {
      waitedNanos += now - lastCheck;
    }
    waited = waits;
    boolean measured = waitedNanos > limits.idle().toNanos();
    boolean slow =
        measured
            && client.bytes() - bytesBefore
                < limits.bytesPerSecond() * (waitedNanos / (double) TimeUnit.SECONDS.toNanos(1));
    if (measured && !slow) {
      waitedNanos = 0;
      bytesBefore = client.bytes();
    }
    boolean old = now - current.getBeginNanoTime() > limits.request().toNanos();
    if (waits && slow) {
      fail(current, "the client is too slow");
    } else if (old && reading && !RequestTimeoutHandler.isStream(current)) {
      fail(current, "the request took too long to arrive");
    } else if (old && !RequestTimeoutHandler.hasReadSince(current, lastCheck)) {
      // Otherwise it may be about to wait for more of the body: the next check will tell.
      RequestTimeoutHandler.expire(current);
    }
  }

  private void fail(Request current, String why) {
    ended = true;
    var reason = new TimeoutException(why);
    RequestTimeoutHandler.failBody(current, reason);
    client.failWrite(reason);
  }
}
