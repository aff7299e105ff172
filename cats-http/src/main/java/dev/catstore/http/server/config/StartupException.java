package dev.catstore.http.server.config;

import java.io.Serial;

/** Why the server did not start, or a command did not do its work, readable in one line. */
public final class StartupException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  public StartupException(String message) {
    super(message);
  }

  public StartupException(String message, Throwable cause) {
    super(message, cause);
  }
}
