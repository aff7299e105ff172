package dev.catstore.http.server;

import java.io.Serial;

/** Why the server did not start, or a command did not do its work, readable in one line. */
final class StartupException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  StartupException(String message) {
    super(message);
  }

  StartupException(String message, Throwable cause) {
    super(message, cause);
  }
}
