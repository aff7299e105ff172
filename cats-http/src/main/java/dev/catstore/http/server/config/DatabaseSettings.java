package dev.catstore.http.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A database to connect to. Its text form does not show the password.
 *
 * @param servers pairs of host and port: a primary and its standbys
 * @param sslMode whether TLS is used, and what is verified, in libpq's words
 * @param sslRootCertificate the file of the certificates that verify the server
 */
public record DatabaseSettings(
    List<String> servers,
    String user,
    String password,
    String name,
    String sslMode,
    Optional<Path> sslRootCertificate) {
  public DatabaseSettings {
    servers = List.copyOf(servers);
  }

  @Override
  public String toString() {
    return name + " on " + String.join(", ", servers);
  }
}
