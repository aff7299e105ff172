package dev.catstore.http.server;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The settings, each a variable of the environment and an option of the command line. */
enum Setting {
  CATS_HOST("127.0.0.1", "the address to listen on"),
  CATS_PORT("5000", "the port to listen on; 0 for any free one"),
  CATS_ALLOWED_HOSTS("localhost,127.0.0.1,[::1]", "the host names that requests may be for"),
  CATS_ALLOW_ANONYMOUS(
      "false",
      "must be true to listen on another address than loopback: everybody who reaches it can change"
          + " the cats"),
  CATS_MAX_IMPORT_BYTES("1073741824", "the largest import, in bytes"),
  CATS_DATA_DIR("cats-data", "the folder of the server's own PostgreSQL"),
  CATS_DATABASE_WAIT(
      "15s", "how long to wait for a database that does not answer yet (ms, s or m)"),
  POSTGRES_HOST(null, "the host of a database of yours, or several with commas"),
  POSTGRES_PORT(null, "its port, or one for each host"),
  POSTGRES_USER(null, "the role to connect as"),
  POSTGRES_PASSWORD(
      null,
      "its password; on a command line others of the machine can see it, rather give the file"),
  POSTGRES_PASSWORD_FILE(null, "a file with the password, instead of the password"),
  POSTGRES_DB(null, "the name of the database");

  private final @Nullable String fallback;
  private final String description;

  Setting(@Nullable String fallback, String description) {
    this.fallback = fallback;
    this.description = description;
  }

  /** The option, for example {@code --data-dir} for {@code CATS_DATA_DIR}. */
  String option() {
    String name = name().startsWith("CATS_") ? name().substring("CATS_".length()) : name();
    return "--" + name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What it is where it is not given; empty if nothing. */
  Optional<String> fallback() {
    return Optional.ofNullable(fallback);
  }

  /** What it is for, for people. */
  String description() {
    return description;
  }

  /** Whether it must never be shown. */
  boolean isSecret() {
    return this == POSTGRES_PASSWORD;
  }
}
