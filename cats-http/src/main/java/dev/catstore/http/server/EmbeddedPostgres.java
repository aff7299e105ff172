package dev.catstore.http.server;

import java.nio.file.Path;

/** Stub. */
final class EmbeddedPostgres implements AutoCloseable {
  @SuppressWarnings("DoNotCallSuggester")
  static EmbeddedPostgres start(Path folder) throws StartupException {
    throw new StartupException("no embedded database yet for " + folder);
  }

  String host() {
    return "";
  }

  int port() {
    return 0;
  }

  String user() {
    return "";
  }

  String password() {
    return "";
  }

  String database() {
    return "";
  }

  @Override
  public void close() {}
}
