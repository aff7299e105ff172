package dev.catstore.http.server;

import static dev.catstore.http.server.Setting.CATS_ALLOWED_HOSTS;
import static dev.catstore.http.server.Setting.CATS_ALLOW_ANONYMOUS;
import static dev.catstore.http.server.Setting.CATS_DATABASE_WAIT;
import static dev.catstore.http.server.Setting.CATS_DATA_DIR;
import static dev.catstore.http.server.Setting.CATS_HOST;
import static dev.catstore.http.server.Setting.CATS_MAX_IMPORT_BYTES;
import static dev.catstore.http.server.Setting.CATS_PORT;
import static dev.catstore.http.server.Setting.POSTGRES_DB;
import static dev.catstore.http.server.Setting.POSTGRES_HOST;
import static dev.catstore.http.server.Setting.POSTGRES_PASSWORD;
import static dev.catstore.http.server.Setting.POSTGRES_PASSWORD_FILE;
import static dev.catstore.http.server.Setting.POSTGRES_PORT;
import static dev.catstore.http.server.Setting.POSTGRES_USER;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The settings of the server, checked all at once.
 *
 * @param host the address to listen on
 * @param port the port to listen on; 0 for any free one
 * @param allowedHosts the host names that requests may be for, in lower case
 * @param dataFolder where the server's own PostgreSQL keeps its data, if it has one
 * @param databaseWait how long to wait for a database that does not answer yet
 * @param maxImportBytes the largest import, in bytes
 * @param database the database to use; empty for one of the server's own
 */
record Settings(
    InetAddress host,
    int port,
    Set<String> allowedHosts,
    Path dataFolder,
    Duration databaseWait,
    long maxImportBytes,
    Optional<Database> database) {
  private static final List<Setting> DATABASE =
      List.of(POSTGRES_HOST, POSTGRES_PORT, POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB);
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(ms|s|m)");
  private static final int MAX_PORT = 65535;
  private static final long MAX_IMPORT_BYTES = 999_999_999_999_999_999L;

  /**
   * A database to connect to. Its text form does not show the password.
   *
   * @param servers pairs of host and port: a primary and its standbys
   */
  record Database(List<String> servers, String user, String password, String name) {
    Database {
      servers = List.copyOf(servers);
    }

    @Override
    public String toString() {
      return name + " on " + String.join(", ", servers);
    }
  }

  Settings {
    allowedHosts = Set.copyOf(allowedHosts);
  }

  /**
   * @throws StartupException naming everything that is wrong
   */
  static Settings of(SettingValues values) throws StartupException {
    return new Reader(values).read();
  }

  /** Reads the values, and collects what is wrong with them. */
  private static final class Reader {
    private final SettingValues values;
    private final Set<String> wrong = new LinkedHashSet<>();

    Reader(SettingValues values) {
      this.values = values;
    }

    Settings read() throws StartupException {
      InetAddress host = host();
      var settings =
          new Settings(
              host,
              port(),
              allowedHosts(),
              dataFolder(),
              databaseWait(),
              maxImportBytes(),
              database());
      boolean anonymous = flag(CATS_ALLOW_ANONYMOUS);
      if (!host.isLoopbackAddress() && !anonymous) {
        wrong.add(
            "CATS_HOST is not a loopback address, and everybody who reaches it could change the"
                + " cats: set CATS_ALLOW_ANONYMOUS=true if that is meant");
      }
      if (!wrong.isEmpty()) {
        throw new StartupException("wrong settings: " + String.join("; ", wrong));
      }
      return settings;
    }

    /** What was given, without the white space around it; "" if nothing was. */
    private String get(Setting setting) {
      return values.text(setting).orElse("").strip();
    }

    private InetAddress host() {
      try {
        return InetAddress.getByName(get(CATS_HOST));
      } catch (UnknownHostException e) {
        wrong.add("CATS_HOST must be an address of this machine, or a name of one");
        return InetAddress.getLoopbackAddress();
      }
    }

    private int port() {
      return number(CATS_PORT, get(CATS_PORT), 0, MAX_PORT);
    }

    private Set<String> allowedHosts() {
      return hosts(CATS_ALLOWED_HOSTS).stream()
          .map(host -> host.toLowerCase(Locale.ROOT))
          .collect(Collectors.toCollection(TreeSet::new));
    }

    private Path dataFolder() {
      try {
        return Path.of(get(CATS_DATA_DIR)).toAbsolutePath().normalize();
      } catch (InvalidPathException e) {
        wrong.add("CATS_DATA_DIR must be the path of a folder");
        return Path.of("");
      }
    }

    private Duration databaseWait() {
      Matcher matcher = DURATION.matcher(get(CATS_DATABASE_WAIT));
      if (!matcher.matches()) {
        wrong.add("CATS_DATABASE_WAIT must be a number with a unit, as in 500ms, 15s or 2m");
        return Duration.ZERO;
      }
      long number = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(number);
        case "s" -> Duration.ofSeconds(number);
        default -> Duration.ofMinutes(number);
      };
    }

    private long maxImportBytes() {
      String value = get(CATS_MAX_IMPORT_BYTES);
      long bytes = value.matches("[0-9]{1,18}") ? Long.parseLong(value) : 0;
      if (bytes < 1) {
        wrong.add("CATS_MAX_IMPORT_BYTES must be a whole number from 1 to " + MAX_IMPORT_BYTES);
        return 1;
      }
      return bytes;
    }

    private boolean flag(Setting setting) {
      String value = get(setting);
      if (!value.equals("true") && !value.equals("false")) {
        wrong.add(setting + " must be true or false");
      }
      return value.equals("true");
    }

    private Optional<Database> database() {
      String password = password();
      List<Setting> missing =
          DATABASE.stream()
              .filter(
                  setting ->
                      setting == POSTGRES_PASSWORD ? password.isBlank() : get(setting).isEmpty())
              .toList();
      if (missing.size() == DATABASE.size()) {
        return Optional.empty();
      }
      if (!missing.isEmpty()) {
        wrong.add(
            "%s missing: set all of %s for a database of yours, or none for one of the server's own"
                .formatted(
                    names(missing) + (missing.size() == 1 ? " is" : " are"), names(DATABASE)));
        return Optional.empty();
      }
      return Optional.of(new Database(servers(), get(POSTGRES_USER), password, get(POSTGRES_DB)));
    }

    /** As it stands, with the white space that it has; of a file without the end of its line. */
    private String password() {
      String file = get(POSTGRES_PASSWORD_FILE);
      String password = values.text(POSTGRES_PASSWORD).orElse("");
      if (file.isEmpty()) {
        return password;
      }
      if (!password.isEmpty()) {
        wrong.add("POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are both set: set one of them");
        return password;
      }
      try {
        String text = Files.readString(Path.of(file)).replaceFirst("\\R\\z", "");
        if (text.isBlank()) {
          wrong.add("POSTGRES_PASSWORD_FILE must have the password, but it is empty");
        }
        return text;
      } catch (IOException | InvalidPathException e) {
        wrong.add("POSTGRES_PASSWORD_FILE must be a file that the server can read, in UTF-8");
        return "";
      }
    }

    /** Hosts and ports, as libpq has them: one port for all hosts, or one for each. */
    private List<String> servers() {
      List<String> hosts = hosts(POSTGRES_HOST);
      List<String> ports = split(get(POSTGRES_PORT));
      if (ports.size() != 1 && ports.size() != hosts.size()) {
        wrong.add("POSTGRES_PORT must have one port, or one for each host of POSTGRES_HOST");
        return hosts;
      }
      List<String> servers = new ArrayList<>();
      for (int i = 0; i < hosts.size(); i++) {
        String port = ports.get(ports.size() == 1 ? 0 : i);
        servers.add(hosts.get(i) + ":" + number(POSTGRES_PORT, port, 1, MAX_PORT));
      }
      return servers;
    }

    private List<String> hosts(Setting setting) {
      List<String> hosts = split(get(setting));
      if (hosts.contains("")) {
        wrong.add(setting + " must be host names with commas between them");
      }
      return hosts;
    }

    private int number(Setting setting, String value, int min, int max) {
      int number = value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : -1;
      if (number < min || number > max) {
        wrong.add("%s must be a whole number from %d to %d".formatted(setting, min, max));
      }
      return number;
    }

    private static String names(List<Setting> settings) {
      return settings.stream().map(Setting::name).collect(Collectors.joining(", "));
    }

    private static List<String> split(String list) {
      return Stream.of(list.split(",", -1)).map(String::strip).toList();
    }
  }
}
