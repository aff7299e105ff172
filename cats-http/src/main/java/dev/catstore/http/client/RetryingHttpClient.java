package dev.catstore.http.client;

import dev.catstore.domain.OutcomeUnknownException;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.http.problem.ProblemType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests, again where that can do no harm, and says what has become of those that failed.
 * Threads may share it.
 */
final class RetryingHttpClient {
  /** What it does at the server to send a request more than once (RFC 9110, 9.2). */
  enum Effect {
    /** Nothing: it reads. */
    SAFE,
    /** The same as to send it once. */
    IDEMPOTENT,
    /** It may be done again, or answered otherwise. */
    NOT_IDEMPOTENT
  }

  /** Makes something of an answer, and throws {@link IOException} where it was broken off. */
  @FunctionalInterface
  interface Use<T> {
    T of(ApiResponse answer) throws IOException;
  }

  /** A request that was not answered, or not by the store. */
  private static final class FailedAttempt extends Exception {
    @Serial private static final long serialVersionUID = 1;

    /** False where nobody knows what was done. */
    private final boolean nothingDone;

    private final Duration retryAfter;

    FailedAttempt(
        boolean nothingDone, String reason, @Nullable Throwable cause, Duration retryAfter) {
      super(reason, cause, false, false);
      this.nothingDone = nothingDone;
      this.retryAfter = retryAfter;
    }

    FailedAttempt(boolean nothingDone, String reason, @Nullable Throwable cause) {
      this(nothingDone, reason, cause, Duration.ZERO);
    }

    RuntimeException forCaller(boolean maybeDone) {
      String reason = String.valueOf(getMessage());
      return maybeDone
          ? new OutcomeUnknownException(reason, getCause())
          : new StoreUnavailableException(reason, getCause());
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(RetryingHttpClient.class);

  private static final int MAX_TRIES = 3;
  private static final long FIRST_PAUSE_MILLIS = 100;

  private final HttpClient http;
  private final Duration timeLimit;
  private final Duration patience;

  /**
   * @param timeLimit how long a call may take in all, its tries and pauses together
   * @param patience how long nothing may arrive in a stream
   */
  RetryingHttpClient(HttpClient http, Duration timeLimit, Duration patience) {
    this.http = http;
    this.timeLimit = timeLimit;
    this.patience = patience;
  }

  /** Asks for an answer that is read as a whole. */
  <T> T call(HttpRequest request, Effect effect, Use<T> use) {
    return tryAgain(request, effect, RetryingHttpClient::whole, timeLimit, use);
  }

  /** Asks for an answer that is read as it arrives; what {@code use} returns is to close it. */
  <T> T stream(HttpRequest request, Use<T> use) {
    BodyHandler<InputStream> arriving =
        head -> head.statusCode() == 200 ? new TimeoutBodySubscriber(patience) : whole(head);
    return tryAgain(request, Effect.SAFE, arriving, patience, use);
  }

  /** Sends a body while its cats are pulled, once; what their iterator throws comes out. */
  <T> T upload(HttpRequest request, CatBodyPublisher upload, Use<T> use) {
    CompletableFuture<HttpResponse<InputStream>> response =
        http.sendAsync(request, RetryingHttpClient::whole);
    // Also while the body is on its way: a server that refuses it does not wait for its end.
    var unused = response.whenComplete((answer, failure) -> upload.stop());
    try {
      upload.send();
    } catch (Throwable failure) {
      abandon(response); // without its end the body adds nothing
      throw failure;
    }
    try {
      return use(await(response, patience), use);
    } catch (FailedAttempt failed) {
      throw failed.forCaller(upload.isWhole() && !failed.nothingDone);
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
        if (Thread.currentThread().isInterrupted()) {
          throw new FailedAttempt(true, "interrupted before the request was sent", null);
        }
        Duration left = Duration.ofNanos(end - System.nanoTime());
        return use(await(http.sendAsync(request, handler), left), use);
      } catch (IllegalStateException e) {
        throw maybeDone ? new OutcomeUnknownException(String.valueOf(e.getMessage()), e) : e;
      } catch (FailedAttempt failed) {
        maybeDone |= effect != Effect.SAFE && !failed.nothingDone;
        boolean harmless = failed.nothingDone || effect != Effect.NOT_IDEMPOTENT;
        // Clients that failed together shall not come back together.
        long jitter = ThreadLocalRandom.current().nextLong(FIRST_PAUSE_MILLIS << tries);
        Duration pause = failed.retryAfter.plusMillis(jitter);
        boolean inTime = end - System.nanoTime() > pause.toNanos();
        if (tries == MAX_TRIES || !harmless || !inTime || !sleep(pause)) {
          throw failed.forCaller(maybeDone);
        }
        LOG.debug("try {} failed", tries, failed);
      }
    }
  }

  /** Gives the answer to its use, unless it says that the request failed. */
  private static <T> T use(ApiResponse answer, Use<T> use) throws FailedAttempt {
    boolean used = false;
    try {
      boolean nothingDone =
          answer.is(ProblemType.UNAVAILABLE) || answer.is(ProblemType.REQUEST_TIMEOUT);
      if (nothingDone || answer.is(ProblemType.OUTCOME_UNKNOWN) || answer.isForeignServerError()) {
        throw new FailedAttempt(nothingDone, answer.toString(), null, answer.retryAfter());
      }
      T result = use.of(answer);
      used = true;
      return result;
    } catch (IOException e) {
      throw new FailedAttempt(false, answer + ", but the answer was broken off", e);
    } finally {
      if (!used) {
        answer.close();
      }
    }
  }

  private static ApiResponse await(
      CompletableFuture<HttpResponse<InputStream>> response, Duration limit) throws FailedAttempt {
    try {
      return ApiResponse.of(response.get(limit.toNanos(), TimeUnit.NANOSECONDS));
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof ConnectException
          || cause instanceof HttpConnectTimeoutException
          || cause instanceof SSLHandshakeException) {
        throw new FailedAttempt(true, "the server cannot be reached", cause);
      }
      if (cause instanceof IOException) {
        throw new FailedAttempt(false, "the connection to the server was lost", cause);
      }
      throw new IllegalStateException("the request cannot be sent", cause);
    } catch (TimeoutException e) {
      abandon(response);
      throw new FailedAttempt(false, "the server did not answer in time", e);
    } catch (InterruptedException e) {
      abandon(response);
      Thread.currentThread().interrupt();
      throw new FailedAttempt(false, "interrupted while waiting for the server", e);
    }
  }

  /** Closes the connection. */
  private static void abandon(CompletableFuture<HttpResponse<InputStream>> response) {
    if (!response.cancel(true)) {
      // It came at the last moment, or had failed.
      var unused = response.thenAccept(late -> ApiResponse.of(late).close());
    }
  }

  private static BodySubscriber<InputStream> whole(HttpResponse.ResponseInfo head) {
    return BodySubscribers.mapping(BodySubscribers.ofByteArray(), ByteArrayInputStream::new);
  }

  /** Waits; false, with the flag set, if interrupted. */
  private static boolean sleep(Duration pause) {
    try {
      TimeUnit.NANOSECONDS.sleep(pause.toNanos());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
