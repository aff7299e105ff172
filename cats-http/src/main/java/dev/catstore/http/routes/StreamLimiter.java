package dev.catstore.http.routes;

import dev.catstore.http.problem.Problem;
import dev.catstore.http.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/** Exports and imports at work, of which there are only so many at once. */
final class StreamLimiter {
  private final Semaphore free;

  StreamLimiter(int max) {
    this.free = new Semaphore(max);
  }

  /** An export or an import. */
  @FunctionalInterface
  interface Stream {
    Object run() throws IOException;
  }

  /**
   * Runs a stream, if there is room for it.
   *
   * @throws ProblemException if there is none
   */
  Object run(HttpServletRequest request, Stream stream) throws IOException {
    if (!free.tryAcquire()) {
      throw new ProblemException(
          Problem.unavailable("Too many exports and imports are at work. Try again."));
    }
    try {
      RequestAttributes.STREAMING.set(request, true);
      return stream.run();
    } finally {
      free.release();
    }
  }
}
