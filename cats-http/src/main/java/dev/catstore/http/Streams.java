package dev.catstore.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/** Exports and imports at work, of which there are only so many at once. */
final class Streams {
  private final Semaphore free;

  Streams(int max) {
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
      request.setAttribute(CatRoutes.STREAMED, true);
      return stream.run();
    } finally {
      free.release();
    }
  }
}
