package dev.catstore.http.server.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A database to connect to. Its text form does not show the password.
 *
 * @param servers pairs of host and port: a primary and its standbys
 * @param password the password, as it was at the start
 * @param passwordFile the file with the password, which may change
 * @param sslMode whether TLS is used, and what is verified, in libpq's words
 * @param sslRootCertificate the file of the certificates that verify the server
 */
public record DatabaseSettings(
    List<String> servers,
    String user,
    String password,
    Optional<Path> passwordFile,
    String name,
    String sslMode,
    Optional<Path> sslRootCertificate) {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseSettings.class);

  public DatabaseSettings {
    servers = List.copyOf(servers);
  }

  /** A database whose password stays as it is. */
  public DatabaseSettings(
      List<String> servers,
      String user,
      String password,
      String name,
      String sslMode,
      Optional<Path> sslRootCertificate) {
    this(servers, user, password, Optional.empty(), name, sslMode, sslRootCertificate);
  }

  /**
   * The password by now: that of the file, or, while the file cannot be read or is empty, that of
   * the start.
   */
  public String currentPassword() {
    if (passwordFile.isPresent()) {
      try {
        String text = SecretFile.readLine(passwordFile.get());
        return text.isBlank() ? password : text;
      } catch (IOException e) {
        LOG.warn("POSTGRES_PASSWORD_FILE cannot be read; the password of the start is used", e);
      }
    }
    return password;
  }

  @Override
  public String toString() {
    return name + " on " + String.join(", ", servers);
  }
}
