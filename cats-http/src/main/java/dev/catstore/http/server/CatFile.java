package dev.catstore.http.server;

import dev.catstore.http.wire.CatFormat;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a command has cats from, or puts them.
 *
 * @param path the file; empty for standard input or output
 * @param format what is in it
 * @param compressed whether that is compressed with gzip
 */
record CatFile(Optional<Path> path, CatFormat format, boolean compressed) {
  private static final String STANDARD_STREAM = "-";
  private static final String GZIP = ".gz";

  /**
   * The file of this name, which also says what is in it where the caller does not.
   *
   * @throws IllegalArgumentException if neither says it, or there can be no such file
   */
  static CatFile of(String name, Optional<CatFormat> format) {
    if (name.equals(STANDARD_STREAM)) {
      return new CatFile(
          Optional.empty(),
          format.orElseThrow(
              () -> new IllegalArgumentException("- needs --format: it has no name that says it")),
          false);
    }
    String lower = name.toLowerCase(Locale.ROOT);
    boolean compressed = lower.endsWith(GZIP);
    String plain = compressed ? lower.substring(0, lower.length() - GZIP.length()) : lower;
    CatFormat found =
        format
            .or(() -> formatOf(plain))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the name must end in .csv, .ndjson, .jsonl or .json, or in one of these"
                            + " with .gz, or --format must say what is in it: "
                            + name));
    return new CatFile(Optional.of(Path.of(name)), found, compressed);
  }

  private static Optional<CatFormat> formatOf(String name) {
    return name.endsWith(".jsonl")
        ? Optional.of(CatFormat.NDJSON)
        : Arrays.stream(CatFormat.values())
            .filter(it -> name.endsWith("." + it.extension()))
            .findFirst();
  }

  /** The name, or which stream it is. */
  String describe(String standardStream) {
    return path.map(Path::toString).orElse(standardStream);
  }
}
