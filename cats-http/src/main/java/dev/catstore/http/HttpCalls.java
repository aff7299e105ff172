package dev.catstore.http;

import dev.catstore.domain.OutcomeUnknownException;
import dev.catstore.domain.StoreUnavailableException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests, again where that can do no harm, and says what has become of those that failed.
 * Threads may share it.
 */
final class HttpCalls {
  /** What a request does where it is sent. */
  enum Effect {
    /** Nothing: it reads. */
    NONE,
    /** It writes once, however often it is sent. */
    ONCE,
    /** It writes each time. */
    EACH_TIME
  }

  /** Makes something of an answer. */
  @FunctionalInterface
  interface Use<T> {
    /**
     * Is given an answer that does not say that the request failed.
     *
     * @throws IOException if the answer was broken off
     */
    T of(Answer answer) throws IOException;
  }

  /** Pushes a body in the thread of the caller. */
  @FunctionalInterface
  interface Push {
    void into(PushedBody body) throws FailedTry;
  }

  private static final Logger LOG = LoggerFactory.getLogger(HttpCalls.class);

  private static final int MAX_TRIES = 3;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final HttpClient http;
  private final Duration timeLimit;
  private final Duration patience;

  /**
   * @param timeLimit how long a call may take in all, its tries and pauses together
   * @param patience how long nothing may arrive in a stream
   */
  HttpCalls(HttpClient http, Duration timeLimit, Duration patience) {
    this.http = http;
    this.timeLimit = timeLimit;
    this.patience = patience;
  }

  /** Asks for an answer that is read as a whole. */
  <T> T call(HttpRequest request, Effect effect, Use<T> use) {
    return tryAgain(request, effect, HttpCalls::whole, timeLimit, use);
  }

  /** Asks for an answer that is read as it arrives; what {@code use} returns is to close it. */
  <T> T stream(HttpRequest request, Use<T> use) {
    BodyHandler<InputStream> arriving =
        head -> head.statusCode() == 200 ? new AnswerBytes(patience) : whole(head);
    return tryAgain(request, Effect.NONE, arriving, patience, use);
  }

  /** Sends a body while it is pushed, once; what the push throws comes out unchanged. */
  <T> T upload(HttpRequest request, PushedBody body, Push push, Use<T> use) {
    CompletableFuture<HttpResponse<InputStream>> response =
        http.sendAsync(request, HttpCalls::whole);
    // Also while the body is on its way: a server that refuses it does not wait for its end.
    response.whenComplete((answer, failure) -> body.stop());
    try {
      try {
        push.into(body);
      } catch (Throwable failure) {
        body.breakOff();
        throw failure;
      }
      return use(await(response, patience), use);
    } catch (FailedTry failed) {
      // A body without its end adds nothing.
      throw failure(failed, body.isWhole() && !failed.nothingDone());
    }
  }

  private <T> T tryAgain(
      HttpRequest request,
      Effect effect,
      BodyHandler<InputStream> handler,
      Duration limit,
      Use<T> use) {
    long end = System.nanoTime() + limit.toNanos();
    boolean maybeDone = false;
    for (int tries = 1; ; tries++) {
      try {
        Duration left = Duration.ofNanos(end - System.nanoTime());
        return use(await(http.sendAsync(request, handler), left), use);
      } catch (IllegalStateException e) {
        throw maybeDone ? new OutcomeUnknownException(String.valueOf(e.getMessage()), e) : e;
      } catch (FailedTry failed) {
        maybeDone |= effect != Effect.NONE && !failed.nothingDone();
        boolean harmless = failed.nothingDone() || effect != Effect.EACH_TIME;
        Duration pause = pause(failed, tries);
        boolean inTime = end - System.nanoTime() > pause.toNanos();
        if (tries == MAX_TRIES || !harmless || !inTime || !sleep(pause)) {
          throw failure(failed, maybeDone);
        }
        LOG.debug("try {} failed: {}", tries, failed.reason());
      }
    }
  }

  private static RuntimeException failure(FailedTry failed, boolean maybeDone) {
    return maybeDone
        ? new OutcomeUnknownException(failed.reason(), failed.getCause())
        : new StoreUnavailableException(failed.reason(), failed.getCause());
  }

  /** Gives the answer to its use, unless it says that the request failed. */
  private static <T> T use(Answer answer, Use<T> use) throws FailedTry {
    boolean used = false;
    try {
      boolean nothingDone = answer.is(ProblemType.UNAVAILABLE);
      if (nothingDone || answer.is(ProblemType.OUTCOME_UNKNOWN) || answer.isAStrangersFailure()) {
        throw new FailedTry(nothingDone, answer.toString(), null, answer.retryAfter());
      }
      T result = use.of(answer);
      used = true;
      return result;
    } catch (IOException e) {
      throw FailedTry.lost(answer + ", but the answer was broken off", e);
    } finally {
      if (!used) {
        answer.close();
      }
    }
  }

  private static Answer await(CompletableFuture<HttpResponse<InputStream>> response, Duration limit)
      throws FailedTry {
    try {
      return Answer.of(response.get(limit.toNanos(), TimeUnit.NANOSECONDS));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof ConnectException
          || cause instanceof HttpConnectTimeoutException
          || cause instanceof SSLHandshakeException) {
        throw FailedTry.harmless("the server cannot be reached", cause);
      }
      if (cause instanceof IOException) {
        throw FailedTry.lost("the connection to the server was lost", cause);
      }
      throw new IllegalStateException("the request cannot be sent", cause);
    } catch (TimeoutException e) {
      abandon(response);
      throw FailedTry.lost("the server did not answer in time", e);
    } catch (InterruptedException e) {
      abandon(response);
      Thread.currentThread().interrupt();
      throw FailedTry.lost("interrupted while waiting for the server", e);
    }
  }

  /** Closes the connection. */
  private static void abandon(CompletableFuture<HttpResponse<InputStream>> response) {
    if (!response.cancel(true)) {
      response.thenAccept(late -> Answer.of(late).close()); // it came at the last moment
    }
  }

  private static HttpResponse.BodySubscriber<InputStream> whole(HttpResponse.ResponseInfo head) {
    return BodySubscribers.mapping(BodySubscribers.ofByteArray(), ByteArrayInputStream::new);
  }

  /** What the server asks for, and a random time, so that clients do not come back together. */
  private static Duration pause(FailedTry failed, int tries) {
    Duration asked = failed.retryAfter();
    long jitter = ThreadLocalRandom.current().nextLong(FIRST_PAUSE.toMillis() << tries);
    return (asked.compareTo(LONGEST_PAUSE) < 0 ? asked : LONGEST_PAUSE).plusMillis(jitter);
  }

  /** Waits; false, with the flag set, if interrupted. */
  private static boolean sleep(Duration pause) {
    try {
      Thread.sleep(pause.toMillis());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
