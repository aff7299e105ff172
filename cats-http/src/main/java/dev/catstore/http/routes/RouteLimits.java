package dev.catstore.http.routes;

import dev.catstore.http.wire.CatFormat;

/**
 * The limits of the routes, each at least 1.
 *
 * @param bodyBytes the largest body with one cat, in bytes
 * @param importBytes the largest import, in bytes
 * @param recordLength the longest line or record of an import, in Java characters; of CSV without
 *     its quotes; at most 2^29
 * @param jsonDepth how deep JSON may be nested
 * @param streams how many exports and imports may be in progress at once
 */
public record RouteLimits(
    int bodyBytes, long importBytes, int recordLength, int jsonDepth, int streams) {
  /**
   * For a record's text, in a buffer that doubles when it grows, and the copies that are parsed.
   */
  private static final int HEAP_BYTES_OF_A_CHARACTER = 12;

  /** 1 MiB, 1 GiB, 32 Ki, 32, and 64. */
  public static final RouteLimits DEFAULT =
      new RouteLimits(1 << 20, 1L << 30, CatFormat.MAX_RECORD_LENGTH, CatFormat.MAX_JSON_DEPTH, 64);

  /**
   * @throws IllegalArgumentException if one is out of its range
   */
  public RouteLimits {
    requirePositive(bodyBytes, "bodyBytes");
    requirePositive(importBytes, "importBytes");
    requirePositive(recordLength, "recordLength");
    if (recordLength > 1 << 29) {
      throw new IllegalArgumentException("recordLength must be at most 2^29");
    }
    requirePositive(jsonDepth, "jsonDepth");
    requirePositive(streams, "streams");
  }

  /** How much of the heap the largest body and the longest records of all imports take at most. */
  public long heapBytes() {
    return (long) bodyBytes * BodyMemory.HEAP_BYTES
        + (long) recordLength * streams * HEAP_BYTES_OF_A_CHARACTER;
  }

  private static void requirePositive(long limit, String name) {
    if (limit < 1) {
      throw new IllegalArgumentException(name + " must be at least 1");
    }
  }
}
