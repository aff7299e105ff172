package dev.catstore.http.server.config;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The settings: each is an environment variable and a command-line option. */
public enum Setting {
  CATS_HOST("127.0.0.1", "the address to listen on"),
  CATS_PORT("5000", "the port to listen on; 0 for any free one"),
  CATS_BASE_PATH(
      null,
      "the path below which everything is served, such as /shop; /health/* and /metrics also without"
          + " it"),
  CATS_ADDRESS_FILE(
      null, "a file that has the server's address while it listens, for health checks beside it"),
  CATS_ALLOWED_HOSTS(
      "localhost,127.0.0.1,[::1]",
      "the host names that requests may use, separated by commas; others get 421"),
  CATS_TOKENS_FILE(null, "a file with the tokens of clients, as the command token makes them"),
  CATS_ALLOW_ANONYMOUS(
      "false",
      "must be true to listen on more than loopback without tokens: everybody who reaches it can"
          + " change the cats"),
  CATS_CORS_ORIGINS(
      null,
      "the origins whose pages may use the server, such as https://app.example, separated by commas"),
  CATS_TRUSTED_PROXIES(
      null,
      "the addresses of reverse proxies, such as 192.0.2.1 or 10.0.0.0/8, separated by commas: their"
          + " Forwarded or X-Forwarded-* headers are trusted"),
  CATS_MAX_BODY_BYTES("1048576", "the largest body with one cat, in bytes"),
  CATS_MAX_IMPORT_BYTES("1073741824", "the largest import, in bytes"),
  CATS_MAX_RECORD_LENGTH("32768", "the longest line or record of an import, in characters"),
  CATS_MAX_JSON_DEPTH("32", "how deep JSON may be nested"),
  CATS_MAX_HEADER_BYTES(
      "8192", "the largest head of a request, in bytes, including the request line"),
  CATS_MAX_CONNECTIONS("1000", "how many connections clients may open; others wait to be accepted"),
  CATS_MAX_REQUESTS("128", "how many requests may be in progress at once"),
  CATS_MAX_WAITING("512", "how many more requests may wait for their turn; others get 503"),
  CATS_MAX_STREAMS(
      "64",
      "how many exports and imports may be in progress at once; others get 503; must be below"
          + " CATS_MAX_REQUESTS"),
  CATS_REQUEST_TIMEOUT(
      "30s",
      "how long a request may take from its first byte to its response, except exports and imports"),
  CATS_IDLE_TIMEOUT("30s", "how long a client may neither send nor receive"),
  CATS_MIN_RATE("100", "how many bytes per second a client must send or receive; 0 for any"),
  CATS_STOP_DELAY(
      "0s",
      "how long the server still accepts requests at a stop while /health/ready reports the stop, so"
          + " that load balancers leave it first"),
  CATS_STOP_TIMEOUT("10s", "how long requests in progress may take at a stop"),
  CATS_LOG_FORMAT("text", "the format of the log on standard error: text or json"),
  CATS_LOG_LEVEL("warn", "the lowest level that is logged: error, warn, info or debug"),
  CATS_ACCESS_LOG("false", "whether each request is logged, at any level: true or false"),
  CATS_DATA_DIR("cats-data", "the folder of the server's own PostgreSQL"),
  CATS_DATABASE_WAIT(
      "15s", "how long to wait for a database that does not answer yet (ms, s or m)"),
  CATS_POOL_SIZE(
      "16",
      "how many connections to the database there are, besides one for each export or import"),
  CATS_POOL_WAIT(
      "5s", "how long a request waits for one of them; must be below CATS_REQUEST_TIMEOUT"),
  CATS_STATEMENT_TIMEOUT(
      "15s",
      "how long the database may take for a statement, except exports and imports; must be below"
          + " CATS_REQUEST_TIMEOUT"),
  CATS_SLOW_STATEMENT(
      "1s",
      "statements that take at least this long are logged, without their values; 0s for none"),
  CATS_COALESCE(
      "true",
      "whether requests for single cats that come at the same time may share a statement: true or"
          + " false"),
  CATS_STRICT_SETTINGS(
      "false",
      "whether variables that look like settings and are none, such as CATS_PROT, are refused; they"
          + " are a warning otherwise"),
  POSTGRES_HOST(null, "the host of your own database, or several separated by commas"),
  POSTGRES_PORT(null, "its port, or one for each host"),
  POSTGRES_USER(null, "the role to connect as"),
  POSTGRES_PASSWORD(
      null, "its password; other users can see it on a command line, so prefer the file"),
  POSTGRES_PASSWORD_FILE(null, "a file with the password, instead of POSTGRES_PASSWORD"),
  POSTGRES_DB(null, "the name of the database"),
  POSTGRES_SSLMODE(
      null,
      "TLS to the database: disable, allow, prefer, require, verify-ca or verify-full; prefer if not"
          + " set"),
  POSTGRES_SSLROOTCERT(
      null, "a file with the certificates that verify the database, for verify-ca and verify-full");

  private final @Nullable String fallback;
  private final String description;

  Setting(@Nullable String fallback, String description) {
    this.fallback = fallback;
    this.description = description;
  }

  /** The option, for example {@code --data-dir} for {@code CATS_DATA_DIR}. */
  public String option() {
    String name = name().startsWith("CATS_") ? name().substring("CATS_".length()) : name();
    return "--" + name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The default; empty if there is none. */
  public Optional<String> fallback() {
    return Optional.ofNullable(fallback);
  }

  /** What it is for. */
  public String description() {
    return description;
  }

  /** Whether it must never be shown. */
  boolean isSecret() {
    return this == POSTGRES_PASSWORD;
  }
}
