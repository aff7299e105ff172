package dev.catstore.http.server.config;

import static dev.catstore.http.server.config.Setting.POSTGRES_DB;
import static dev.catstore.http.server.config.Setting.POSTGRES_HOST;
import static dev.catstore.http.server.config.Setting.POSTGRES_PASSWORD;
import static dev.catstore.http.server.config.Setting.POSTGRES_PASSWORD_FILE;
import static dev.catstore.http.server.config.Setting.POSTGRES_PORT;
import static dev.catstore.http.server.config.Setting.POSTGRES_SSLMODE;
import static dev.catstore.http.server.config.Setting.POSTGRES_SSLROOTCERT;
import static dev.catstore.http.server.config.Setting.POSTGRES_USER;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads which database to connect to, if any. */
final class DatabaseSettingsReader {
  private static final List<Setting> DATABASE =
      List.of(POSTGRES_HOST, POSTGRES_PORT, POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB);
  private static final Set<String> SSL_MODES =
      new LinkedHashSet<>(
          List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full"));
  private static final Set<String> VERIFYING_SSL_MODES = Set.of("verify-ca", "verify-full");
  private static final String SSLROOTCERT_RULE =
      "POSTGRES_SSLROOTCERT must be a file with certificates that the server can read";

  private final SettingParser settings;

  DatabaseSettingsReader(SettingParser settings) {
    this.settings = settings;
  }

  Optional<DatabaseSettings> read() {
    String password = password();
    String sslMode = sslMode();
    Optional<Path> certificate = sslRootCertificate(sslMode);
    List<Setting> missing =
        DATABASE.stream()
            .filter(
                setting ->
                    setting == POSTGRES_PASSWORD
                        ? password.isBlank() && settings.get(POSTGRES_PASSWORD_FILE).isEmpty()
                        : settings.get(setting).isEmpty())
            .toList();
    if (missing.size() == DATABASE.size() && sslMode.equals("prefer")) {
      return Optional.empty();
    }
    if (!missing.isEmpty()) {
      settings.refuse(
          "%s missing: set all of %s for your own database, or none for the server's own"
              .formatted(names(missing) + (missing.size() == 1 ? " is" : " are"), names(DATABASE)));
      return Optional.empty();
    }
    return Optional.of(
        new DatabaseSettings(
            servers(),
            settings.get(POSTGRES_USER),
            password,
            passwordFile(),
            settings.get(POSTGRES_DB),
            sslMode,
            certificate));
  }

  private String sslMode() {
    String mode = settings.get(POSTGRES_SSLMODE);
    if (!mode.isEmpty() && !SSL_MODES.contains(mode)) {
      settings.refuse("POSTGRES_SSLMODE must be one of " + String.join(", ", SSL_MODES));
    }
    return mode.isEmpty() ? "prefer" : mode;
  }

  /** Present exactly if the mode verifies. */
  private Optional<Path> sslRootCertificate(String mode) {
    String name = settings.get(POSTGRES_SSLROOTCERT);
    if (VERIFYING_SSL_MODES.contains(mode) == name.isEmpty()) {
      settings.refuse(
          "POSTGRES_SSLROOTCERT and a POSTGRES_SSLMODE of verify-ca or verify-full need each"
              + " other: set both or none");
    }
    if (name.isEmpty()) {
      return Optional.empty();
    }
    try {
      Path file = Path.of(name);
      if (hasCertificates(file)) {
        return Optional.of(file);
      }
      settings.refuse(SSLROOTCERT_RULE);
    } catch (InvalidPathException e) {
      settings.refuse(SSLROOTCERT_RULE);
    }
    return Optional.empty();
  }

  private static boolean hasCertificates(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return !CertificateFactory.getInstance("X.509").generateCertificates(in).isEmpty();
    } catch (IOException | CertificateException e) {
      return false;
    }
  }

  /** Verbatim, white space included; from a file without its final line break. */
  private String password() {
    String file = settings.get(POSTGRES_PASSWORD_FILE);
    String password = settings.verbatim(POSTGRES_PASSWORD);
    if (file.isEmpty()) {
      return password;
    }
    if (!password.isEmpty()) {
      settings.refuse("POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are both set: set one of them");
      return password;
    }
    try {
      String text = SecretFile.readLine(Path.of(file));
      if (text.isBlank()) {
        settings.refuse("POSTGRES_PASSWORD_FILE must have the password, but it is empty");
      }
      return text;
    } catch (IOException | InvalidPathException e) {
      settings.refuse(
          "POSTGRES_PASSWORD_FILE must be a file that the server can read, "
              + SecretFile.ENCODINGS);
      return "";
    }
  }

  private Optional<Path> passwordFile() {
    String file = settings.get(POSTGRES_PASSWORD_FILE);
    try {
      return file.isEmpty() ? Optional.empty() : Optional.of(Path.of(file));
    } catch (InvalidPathException e) {
      return Optional.empty(); // refused with the password
    }
  }

  /** Hosts and ports as in libpq: one port for all hosts, or one for each. */
  private List<String> servers() {
    List<String> hosts = hosts();
    List<String> ports = SettingParser.split(settings.get(POSTGRES_PORT));
    if (ports.size() != 1 && ports.size() != hosts.size()) {
      settings.refuse("POSTGRES_PORT must have one port, or one for each host of POSTGRES_HOST");
      return hosts;
    }
    List<String> servers = new ArrayList<>();
    for (int i = 0; i < hosts.size(); i++) {
      String port = ports.get(ports.size() == 1 ? 0 : i);
      servers.add(
          hosts.get(i) + ":" + settings.number(POSTGRES_PORT, port, 1, SettingParser.MAX_PORT));
    }
    return servers;
  }

  /** Refuses whatever is no host, without showing it: there may be a password in it. */
  private List<String> hosts() {
    List<String> hosts = new ArrayList<>();
    for (String host : settings.hosts(POSTGRES_HOST)) {
      Optional<String> canonical = HostNames.canonical(host);
      if (canonical.isEmpty() && !host.isEmpty()) {
        settings.refuse("POSTGRES_HOST must be host names or addresses, but has " + kind(host));
      }
      hosts.add(canonical.orElse("refused"));
    }
    return hosts;
  }

  /** What is taken for a host. */
  private static String kind(String text) {
    if (text.contains("://")) {
      return "a URL: its parts belong in POSTGRES_HOST, POSTGRES_PORT, POSTGRES_USER,"
          + " POSTGRES_PASSWORD and POSTGRES_DB";
    }
    if (text.startsWith("/") || text.startsWith("@")) {
      return "the folder of a socket: the server connects over TCP only";
    }
    int colon = text.lastIndexOf(':');
    if (colon > 0
        && text.substring(colon + 1).matches("[0-9]+")
        && HostNames.canonical(text.substring(0, colon)).isPresent()) {
      return "a port: it belongs in POSTGRES_PORT";
    }
    return "characters that are in no host";
  }

  private static String names(List<Setting> settings) {
    return settings.stream().map(Setting::name).collect(Collectors.joining(", "));
  }
}
