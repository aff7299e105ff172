package dev.catstore.http.server.config;

import org.slf4j.event.Level;

/**
 * What is logged, and how.
 *
 * @param format what a line looks like
 * @param level the lowest level that is logged, of the server's own classes
 * @param access whether each request is logged
 */
public record LogSettings(Format format, Level level, boolean access) {
  /** Until the settings are known. */
  public static final LogSettings DEFAULT = new LogSettings(Format.TEXT, Level.WARN, false);

  /** What a line of the log looks like. */
  public enum Format {
    /** For people. */
    TEXT,
    /** For programs: each line is a JSON object. */
    JSON
  }
}
