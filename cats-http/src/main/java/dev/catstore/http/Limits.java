package dev.catstore.http;

/**
 * What the routes take at the most.
 *
 * @param importBytes the largest import, in bytes, at least 1
 */
public record Limits(long importBytes) {
  /** An import of 1 GiB. */
  public static final Limits DEFAULT = new Limits(1L << 30);

  /**
   * @throws IllegalArgumentException if one is out of its range
   */
  public Limits {
    if (importBytes < 1) {
      throw new IllegalArgumentException("importBytes must be at least 1");
    }
  }
}
