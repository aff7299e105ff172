package dev.catstore.http.client;

import dev.catstore.domain.QueryTimeoutException;
import dev.catstore.http.problem.ProblemType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
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
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLHandshakeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests, retries them where that can do no harm, and tells what became of those that
 * failed. Threads may share it.
 */
final class RetryingHttpClient {
  /** What sending a request more than once does on the server (RFC 9110, 9.2). */
  enum Effect {
    /** Nothing: it only reads. */
    SAFE,
    /** The same as sending it once. */
    IDEMPOTENT,
    /** It may be done again, or get another response. */
    NOT_IDEMPOTENT
  }

  /** Makes something of an response, and throws {@link IOException} where it was broken off. */
  @FunctionalInterface
  interface Use<T> {
    T of(ApiResponse response) throws IOException;
  }

  /** The same of the response to an upload. */
  @FunctionalInterface
  interface UploadUse<T> {
    T of(ApiResponse response, CatBodyPublisher<?> sent) throws IOException;
  }

  /** Sends a request once. */
  @FunctionalInterface
  private interface Attempt<T> {
    T run(Duration left) throws FailedAttempt;
  }

  private static final Logger LOG = LoggerFactory.getLogger(RetryingHttpClient.class);

  private static final int MAX_ATTEMPTS = 3;
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final Duration UNLIMITED = Duration.ofDays(365);

  private final HttpClient http;
  private final Duration callTimeout;
  private final Duration streamTimeout;

  /**
   * @param callTimeout how long a call may take, all its attempts and pauses together
   * @param streamTimeout for how long nothing may arrive in a stream
   */
  RetryingHttpClient(HttpClient http, Duration callTimeout, Duration streamTimeout) {
    this.http = http;
    this.callTimeout = callTimeout;
    this.streamTimeout = streamTimeout;
  }

  /** Sends a request whose response is read completely. */
  <T> T call(HttpRequest request, Effect effect, Use<T> use) {
    return retry(
        effect,
        MAX_ATTEMPTS,
        callTimeout,
        left -> use(await(http.sendAsync(request, RetryingHttpClient::whole), left), use));
  }

  /** Sends a request whose response is read as it arrives; the result of {@code use} closes it. */
  <T> T stream(HttpRequest request, Use<T> use) {
    BodyHandler<InputStream> arriving =
        head -> head.statusCode() == 200 ? new TimeoutBodySubscriber(streamTimeout) : whole(head);
    return retry(
        Effect.SAFE,
        MAX_ATTEMPTS,
        streamTimeout,
        left -> use(await(http.sendAsync(request, arriving), left), use));
  }

  /**
   * Sends a body while its cats are pulled; what their iterator throws comes out, whatever became
   * of the attempts before. It lasts as long as something is sent.
   *
   * @param bodies makes the body of each attempt
   * @param repeatable whether there may be more than one
   */
  <T> T upload(
      Function<BodyPublisher, HttpRequest> request,
      Supplier<CatBodyPublisher<?>> bodies,
      boolean repeatable,
      Effect effect,
      UploadUse<T> use) {
    return retry(
        effect,
        repeatable ? MAX_ATTEMPTS : 1,
        UNLIMITED,
        left -> {
          CatBodyPublisher<?> body = bodies.get();
          return upload(request.apply(body), body, response -> use.of(response, body));
        });
  }

  private <T> T upload(HttpRequest request, CatBodyPublisher<?> upload, Use<T> use)
      throws FailedAttempt {
    CompletableFuture<HttpResponse<InputStream>> response =
        http.sendAsync(request, RetryingHttpClient::whole);
    // A server that refuses the body responds before its end.
    var unused = response.whenComplete((arrived, failure) -> upload.stop());
    try {
      upload.send();
    } catch (Throwable failure) {
      abandon(response); // an incomplete body does nothing
      throw failure;
    }
    try {
      return use(await(response, streamTimeout), use);
    } catch (FailedAttempt failed) {
      throw upload.isComplete() ? failed : failed.withNothingDone();
    }
  }

  private <T> T retry(Effect effect, int maxAttempts, Duration limit, Attempt<T> call) {
    long end = System.nanoTime() + limit.toNanos();
    boolean maybeDone = false;
    for (int attempt = 1; ; attempt++) {
      try {
        if (Thread.currentThread().isInterrupted()) {
          throw new FailedAttempt(true, "interrupted before the request was sent", null);
        }
        Duration left = Duration.ofNanos(end - System.nanoTime());
        return call.run(left);
      } catch (FailedAttempt failed) {
        maybeDone |= effect != Effect.SAFE && !failed.nothingDone();
        boolean harmless = failed.nothingDone() || effect != Effect.NOT_IDEMPOTENT;
        boolean again = attempt < maxAttempts && harmless && failed.isWorthARetry();
        // So that clients that failed together do not come back together.
        long jitter = ThreadLocalRandom.current().nextLong(FIRST_PAUSE_MILLIS << attempt);
        Duration pause = failed.retryAfter().plusMillis(jitter);
        long left = Math.min(end - System.nanoTime(), streamTimeout.toNanos());
        if (!again || left <= pause.toNanos() || !sleep(pause)) {
          throw failed.forCaller(maybeDone);
        }
        LOG.debug("attempt {} failed", attempt, failed);
      }
    }
  }

  /** Uses the response, unless it says that the request failed. */
  private static <T> T use(ApiResponse response, Use<T> use) throws FailedAttempt {
    boolean used = false;
    try {
      if (response.is(ProblemType.QUERY_TIMEOUT)) {
        throw new QueryTimeoutException(response.toString(), null);
      }
      boolean nothingDone =
          response.is(ProblemType.UNAVAILABLE) || response.is(ProblemType.REQUEST_TIMEOUT);
      if (nothingDone
          || response.is(ProblemType.OUTCOME_UNKNOWN)
          || response.isForeignServerError()) {
        throw new FailedAttempt(nothingDone, response.toString(), null, response.retryAfter());
      }
      T result = use.of(response);
      used = true;
      return result;
    } catch (IllegalStateException e) {
      throw FailedAttempt.ofUnusable(e);
    } catch (IOException e) {
      throw new FailedAttempt(false, response + ", but the response was aborted", e);
    } finally {
      if (!used) {
        response.close();
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
      throw FailedAttempt.ofUnusable(
          new IllegalStateException("the request cannot be sent", cause));
    } catch (TimeoutException e) {
      abandon(response);
      throw new FailedAttempt(false, "the server did not respond in time", e);
    } catch (InterruptedException e) {
      abandon(response);
      Thread.currentThread().interrupt();
      throw new FailedAttempt(false, "interrupted while waiting for the server", e);
    }
  }

  /** Closes the connection. */
  private static void abandon(CompletableFuture<HttpResponse<InputStream>> response) {
    if (!response.cancel(true)) {
      // It has just arrived, or had failed.
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
