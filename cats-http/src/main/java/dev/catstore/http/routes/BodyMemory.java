package dev.catstore.http.routes;

import dev.catstore.http.problem.Problem;
import dev.catstore.http.problem.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Semaphore;

/**
 * How many bytes the bodies with one cat may have that are in memory at once, whatever the number
 * of requests. Small bodies, as nearly all are, do not count.
 */
final class BodyMemory {
  static final int SMALL = 8 * 1024;

  /**
   * So much of the heap is kept for each byte: about eight copies while a body is read and parsed,
   * and as much again for what the garbage collector rounds up and has not collected yet.
   */
  static final int HEAP_BYTES = 16;

  private final Semaphore bytes;

  BodyMemory(long bytes) {
    this.bytes = new Semaphore((int) Math.min(bytes, Integer.MAX_VALUE));
  }

  /**
   * A quarter of the heap, but at least for one body.
   *
   * @param largest the largest body, in bytes
   */
  static BodyMemory ofHeap(int largest) {
    return new BodyMemory(Math.max(largest, Runtime.getRuntime().maxMemory() / 4 / HEAP_BYTES));
  }

  /** What is done with a body. */
  @FunctionalInterface
  interface Use<T> {
    T of(byte[] body);
  }

  /**
   * Reads a body to its end, and uses it.
   *
   * @param bufferSize how many bytes to read at once
   * @throws ProblemException if there is no memory left for it
   */
  <T> T read(InputStream body, int bufferSize, Use<T> use) throws IOException {
    var read = new ByteArrayOutputStream(bufferSize);
    int held = 0;
    try {
      byte[] buffer = new byte[bufferSize];
      for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
        int wanted = Math.max(0, read.size() + count - SMALL) - held;
        if (!bytes.tryAcquire(wanted)) {
          throw new ProblemException(
              Problem.unavailable("Too many large bodies are in progress. Try again."));
        }
        held += wanted;
        read.write(buffer, 0, count);
      }
      return use.of(read.toByteArray());
    } finally {
      bytes.release(held);
    }
  }
}
