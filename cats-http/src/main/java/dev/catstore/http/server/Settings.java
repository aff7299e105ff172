package dev.catstore.http.server;

import dev.catstore.http.Limits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the server, read from the environment and checked all at once. A variable that is
 * set but empty counts as not set.
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
  private static final List<String> DATABASE_VARIABLES =
      List.of(
          "POSTGRES_HOST", "POSTGRES_PORT", "POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_DB");
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
  static Settings of(Map<String, String> environment) throws StartupException {
    return new Reader(environment).read();
  }

  /** Reads the variables, and collects what is wrong with them. */
  private static final class Reader {
    private final Map<String, String> environment;
    private final Set<String> wrong = new LinkedHashSet<>();

    Reader(Map<String, String> environment) {
      this.environment = environment;
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
      boolean anonymous = flag("CATS_ALLOW_ANONYMOUS");
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

    private @Nullable String get(String variable) {
      String value = environment.get(variable);
      return value == null || value.isBlank() ? null : value.strip();
    }

    private String get(String variable, String fallback) {
      String value = get(variable);
      return value == null ? fallback : value;
    }

    private InetAddress host() {
      try {
        return InetAddress.getByName(get("CATS_HOST", "127.0.0.1"));
      } catch (UnknownHostException e) {
        wrong.add("CATS_HOST must be an address of this machine, or a name of one");
        return InetAddress.getLoopbackAddress();
      }
    }

    private int port() {
      return number("CATS_PORT", get("CATS_PORT", "5000"), 0, MAX_PORT);
    }

    private Set<String> allowedHosts() {
      return hosts("CATS_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").stream()
          .map(host -> host.toLowerCase(Locale.ROOT))
          .collect(Collectors.toCollection(TreeSet::new));
    }

    private Path dataFolder() {
      try {
        return Path.of(get("CATS_DATA_DIR", "cats-data")).toAbsolutePath().normalize();
      } catch (InvalidPathException e) {
        wrong.add("CATS_DATA_DIR must be the path of a folder");
        return Path.of("");
      }
    }

    private Duration databaseWait() {
      Matcher matcher = DURATION.matcher(get("CATS_DATABASE_WAIT", "15s"));
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
      String value = get("CATS_MAX_IMPORT_BYTES", Long.toString(Limits.DEFAULT.importBytes()));
      long bytes = value.matches("[0-9]{1,18}") ? Long.parseLong(value) : 0;
      if (bytes < 1) {
        wrong.add("CATS_MAX_IMPORT_BYTES must be a whole number from 1 to " + MAX_IMPORT_BYTES);
        return 1;
      }
      return bytes;
    }

    private boolean flag(String variable) {
      String value = get(variable, "false");
      if (!value.equals("true") && !value.equals("false")) {
        wrong.add(variable + " must be true or false");
      }
      return value.equals("true");
    }

    private Optional<Database> database() {
      List<String> missing =
          DATABASE_VARIABLES.stream().filter(variable -> get(variable) == null).toList();
      if (missing.size() == DATABASE_VARIABLES.size()) {
        return Optional.empty();
      }
      if (!missing.isEmpty()) {
        wrong.add(
            "%s missing: set all of %s for a database of yours, or none for one of the server's own"
                .formatted(
                    String.join(", ", missing) + (missing.size() == 1 ? " is" : " are"),
                    String.join(", ", DATABASE_VARIABLES)));
        return Optional.empty();
      }
      return Optional.of(
          new Database(
              servers(),
              get("POSTGRES_USER", ""),
              environment.getOrDefault("POSTGRES_PASSWORD", ""),
              get("POSTGRES_DB", "")));
    }

    /** Hosts and ports, as libpq has them: one port for all hosts, or one for each. */
    private List<String> servers() {
      List<String> hosts = hosts("POSTGRES_HOST", "");
      List<String> ports = split(get("POSTGRES_PORT", ""));
      if (ports.size() != 1 && ports.size() != hosts.size()) {
        wrong.add("POSTGRES_PORT must have one port, or one for each host of POSTGRES_HOST");
        return hosts;
      }
      List<String> servers = new ArrayList<>();
      for (int i = 0; i < hosts.size(); i++) {
        String port = ports.get(ports.size() == 1 ? 0 : i);
        servers.add(hosts.get(i) + ":" + number("POSTGRES_PORT", port, 1, MAX_PORT));
      }
      return servers;
    }

    private List<String> hosts(String variable, String fallback) {
      List<String> hosts = split(get(variable, fallback));
      if (hosts.contains("")) {
        wrong.add(variable + " must be host names with commas between them");
      }
      return hosts;
    }

    private int number(String variable, String value, int min, int max) {
      int number = value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : -1;
      if (number < min || number > max) {
        wrong.add("%s must be a whole number from %d to %d".formatted(variable, min, max));
      }
      return number;
    }

    private static List<String> split(String list) {
      return Stream.of(list.split(",", -1)).map(String::strip).toList();
    }
  }
}
