package dev.catstore.http.routes;

import dev.catstore.http.problem.Problem;
import dev.catstore.http.problem.ProblemException;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/** Limits how many exports and imports are in progress at once. */
final class StreamLimiter {
  private final Semaphore permits;

  StreamLimiter(int max) {
    this.permits = new Semaphore(max);
  }

  /** An export or an import, but for the end of the response, by which the client knows of it. */
  @FunctionalInterface
  interface Stream<T> {
    T run() throws IOException;
  }

  /**
   * Runs a stream.
   *
   * @throws ProblemException if too many are in progress
   */
  <T> T run(Exchange exchange, Stream<T> stream) throws IOException {
    if (!permits.tryAcquire()) {
      throw new ProblemException(
          Problem.unavailable("Too many exports and imports are in progress. Try again."));
    }
    try {
      RequestAttributes.STREAMING.set(exchange.request(), true);
      return stream.run();
    } finally {
      permits.release();
    }
  }
}
