package dev.catstore.http.client;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * Where the caller has the cat of each line from that was sent. Lines whose positions grow by the
 * same step make one run: those of a file without gaps do, and those of a caller who names none. So
 * the memory does not grow with them; otherwise each run takes a few bytes.
 */
final class SentPositions {
  /** The runs that are over, each as its length and its step. */
  private final ByteArrayOutputStream runs = new ByteArrayOutputStream();

  private long lines;
  private long last;
  private long runLength;
  private long runStep;

  /** Notes the position of the next line. */
  void add(long position) {
    long step = position - last;
    if (step != runStep) {
      endRun();
      runStep = step;
    }
    runLength++;
    lines++;
    last = position;
  }

  boolean has(long line) {
    return line >= 1 && line <= lines;
  }

  /** The position of a line that was noted, from 1. */
  long at(long line) {
    ByteBuffer encoded = ByteBuffer.wrap(runs.toByteArray());
    long position = 0;
    long left = line;
    while (encoded.hasRemaining()) {
      long length = decode(encoded);
      long step = decode(encoded);
      if (left <= length) {
        return position + left * step;
      }
      position += length * step;
      left -= length;
    }
    return position + left * runStep;
  }

  private void endRun() {
    if (runLength > 0) {
      encode(runLength);
      encode(runStep);
      runLength = 0;
    }
  }

  /** Seven bits in each byte, the lowest first; small numbers, also negative ones, are short. */
  private void encode(long value) {
    long rest = (value << 1) ^ (value >> 63);
    for (; (rest & ~0x7FL) != 0; rest >>>= 7) {
      runs.write((int) ((rest & 0x7F) | 0x80));
    }
    runs.write((int) rest);
  }

  private static long decode(ByteBuffer encoded) {
    long rest = 0;
    int shift = 0;
    byte next;
    do {
      next = encoded.get();
      rest |= (next & 0x7FL) << shift;
      shift += 7;
    } while (next < 0);
    return (rest >>> 1) ^ -(rest & 1);
  }
}
