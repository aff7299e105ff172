package dev.catstore.http.server.config;

import static dev.catstore.http.server.config.Setting.CATS_ACCESS_LOG;
import static dev.catstore.http.server.config.Setting.CATS_ALLOWED_HOSTS;
import static dev.catstore.http.server.config.Setting.CATS_ALLOW_ANONYMOUS;
import static dev.catstore.http.server.config.Setting.CATS_CORS_ORIGINS;
import static dev.catstore.http.server.config.Setting.CATS_DATABASE_WAIT;
import static dev.catstore.http.server.config.Setting.CATS_DATA_DIR;
import static dev.catstore.http.server.config.Setting.CATS_HOST;
import static dev.catstore.http.server.config.Setting.CATS_IDLE_TIMEOUT;
import static dev.catstore.http.server.config.Setting.CATS_LOG_FORMAT;
import static dev.catstore.http.server.config.Setting.CATS_LOG_LEVEL;
import static dev.catstore.http.server.config.Setting.CATS_MAX_BODY_BYTES;
import static dev.catstore.http.server.config.Setting.CATS_MAX_CONNECTIONS;
import static dev.catstore.http.server.config.Setting.CATS_MAX_HEADER_BYTES;
import static dev.catstore.http.server.config.Setting.CATS_MAX_IMPORT_BYTES;
import static dev.catstore.http.server.config.Setting.CATS_MAX_JSON_DEPTH;
import static dev.catstore.http.server.config.Setting.CATS_MAX_RECORD_LENGTH;
import static dev.catstore.http.server.config.Setting.CATS_MAX_REQUESTS;
import static dev.catstore.http.server.config.Setting.CATS_MAX_STREAMS;
import static dev.catstore.http.server.config.Setting.CATS_MAX_WAITING;
import static dev.catstore.http.server.config.Setting.CATS_MIN_RATE;
import static dev.catstore.http.server.config.Setting.CATS_POOL_SIZE;
import static dev.catstore.http.server.config.Setting.CATS_POOL_WAIT;
import static dev.catstore.http.server.config.Setting.CATS_PORT;
import static dev.catstore.http.server.config.Setting.CATS_REQUEST_TIMEOUT;
import static dev.catstore.http.server.config.Setting.CATS_SLOW_STATEMENT;
import static dev.catstore.http.server.config.Setting.CATS_STATEMENT_TIMEOUT;
import static dev.catstore.http.server.config.Setting.CATS_STOP_DELAY;
import static dev.catstore.http.server.config.Setting.CATS_STOP_TIMEOUT;
import static dev.catstore.http.server.config.Setting.CATS_TOKENS_FILE;
import static dev.catstore.http.server.config.Setting.CATS_TRUSTED_PROXIES;
import static dev.catstore.http.server.config.Setting.POSTGRES_DB;
import static dev.catstore.http.server.config.Setting.POSTGRES_HOST;
import static dev.catstore.http.server.config.Setting.POSTGRES_PASSWORD;
import static dev.catstore.http.server.config.Setting.POSTGRES_PASSWORD_FILE;
import static dev.catstore.http.server.config.Setting.POSTGRES_PORT;
import static dev.catstore.http.server.config.Setting.POSTGRES_SSLMODE;
import static dev.catstore.http.server.config.Setting.POSTGRES_SSLROOTCERT;
import static dev.catstore.http.server.config.Setting.POSTGRES_USER;

import dev.catstore.http.routes.RouteLimits;
import dev.catstore.http.server.auth.TokenFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
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
import org.eclipse.jetty.util.InetAddressSet;
import org.slf4j.event.Level;

/**
 * The settings of the server, checked all at once.
 *
 * @param host the address to listen on
 * @param port the port to listen on; 0 for any free one
 * @param allowedHosts the host names that requests may be for, in lower case
 * @param tokensFile the file of the tokens that clients need; empty if they need none
 * @param dataFolder where the server's own PostgreSQL keeps its data, if it has one
 * @param databaseWait how long to wait for a database that does not answer yet
 * @param corsOrigins the origins whose pages may use the server
 * @param trustedProxies the addresses, or ranges of them, whose word about others is believed
 * @param limits what clients may ask for
 * @param log what is logged, and how
 * @param pool the connections to the database
 * @param database the database to use; empty for one of the server's own
 */
public record Settings(
    InetAddress host,
    int port,
    Set<String> allowedHosts,
    Optional<Path> tokensFile,
    Path dataFolder,
    Duration databaseWait,
    Set<String> corsOrigins,
    Set<String> trustedProxies,
    ClientLimits limits,
    Log log,
    Pool pool,
    Optional<Database> database) {
  private static final List<Setting> DATABASE =
      List.of(POSTGRES_HOST, POSTGRES_PORT, POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB);
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(ms|s|m)");
  private static final Pattern ORIGIN =
      Pattern.compile(
          "(?!http://.*:80$|https://.*:443$)https?://([a-z0-9._-]+|\\[[0-9a-f:]+])(:[0-9]{1,5})?");
  private static final Pattern ADDRESS =
      Pattern.compile("([0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F.:]*:[0-9a-fA-F.:]*)(/[0-9]{1,3})?");
  private static final Set<String> SSL_MODES =
      new LinkedHashSet<>(
          List.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full"));
  private static final Set<String> VERIFYING_SSL_MODES = Set.of("verify-ca", "verify-full");
  private static final String SSLROOTCERT_RULE =
      "POSTGRES_SSLROOTCERT must be a file with certificates that the server can read";
  private static final int MAX_PORT = 65535;
  private static final long MAX_IMPORT_BYTES = 999_999_999_999_999_999L;
  private static final Duration MAX_TIMEOUT = Duration.ofHours(1);

  /**
   * What clients may ask for.
   *
   * @param ofRoutes what the routes look to
   * @param headerBytes the largest head of a request
   * @param connections how many connections there may be
   * @param requests how many requests may be at work
   * @param waiting how many more may wait for their turn
   * @param request how long a request may take that is no stream
   * @param idle how long a client may send or take nothing
   * @param bytesPerSecond how fast a client must send or take what it is waited for
   * @param stopDelay how long requests are still taken at a stop
   * @param stop how long requests at work may take to their end at a stop
   */
  public record ClientLimits(
      RouteLimits ofRoutes,
      int headerBytes,
      int connections,
      int requests,
      int waiting,
      Duration request,
      Duration idle,
      int bytesPerSecond,
      Duration stopDelay,
      Duration stop) {}

  /**
   * What is logged, and how.
   *
   * @param format what a line looks like
   * @param level what is logged at the least, of the server's own
   * @param access whether each request is logged too
   */
  public record Log(Format format, Level level, boolean access) {
    /** Until the settings are known. */
    public static final Log DEFAULT = new Log(Format.TEXT, Level.WARN, false);

    /** What a line of the log looks like. */
    public enum Format {
      /** For people. */
      TEXT,
      /** For programs: each line is an object of JSON. */
      JSON
    }
  }

  /**
   * The connections to the database.
   *
   * @param size how many there are, besides one for each stream
   * @param streams how many more there may be for streams
   * @param patience how long one is waited for
   * @param statement how long the database may take for a statement
   * @param slow from how long on a statement is logged; zero for never
   */
  public record Pool(int size, int streams, Duration patience, Duration statement, Duration slow) {}

  /**
   * A database to connect to. Its text form does not show the password.
   *
   * @param servers pairs of host and port: a primary and its standbys
   * @param sslMode whether TLS is used, and what is verified, in libpq's words
   * @param sslRootCertificate the file of the certificates that it is verified by
   */
  public record Database(
      List<String> servers,
      String user,
      String password,
      String name,
      String sslMode,
      Optional<Path> sslRootCertificate) {
    public Database {
      servers = List.copyOf(servers);
    }

    @Override
    public String toString() {
      return name + " on " + String.join(", ", servers);
    }
  }

  public Settings {
    allowedHosts = Set.copyOf(allowedHosts);
    corsOrigins = Set.copyOf(corsOrigins);
    trustedProxies = Set.copyOf(trustedProxies);
  }

  /**
   * Checks the values.
   *
   * @throws StartupException naming everything that is wrong
   */
  public static Settings of(SettingValues values) throws StartupException {
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
              tokensFile(),
              dataFolder(),
              duration(CATS_DATABASE_WAIT, Duration.ZERO, Duration.ofMinutes(999_999)),
              corsOrigins(),
              trustedProxies(),
              limits(),
              log(),
              pool(),
              database());
      requireBelow(CATS_STATEMENT_TIMEOUT, CATS_REQUEST_TIMEOUT);
      requireBelow(CATS_POOL_WAIT, CATS_REQUEST_TIMEOUT);
      if (settings.limits().ofRoutes().streams() >= settings.limits().requests()) {
        wrong.add(
            "CATS_MAX_STREAMS must be below CATS_MAX_REQUESTS, so that streams leave room for other"
                + " requests");
      }
      boolean anonymous = flag(CATS_ALLOW_ANONYMOUS);
      if (!host.isLoopbackAddress() && !anonymous && get(CATS_TOKENS_FILE).isEmpty()) {
        wrong.add(
            "CATS_HOST is not a loopback address, and everybody who reaches it could change the"
                + " cats: set CATS_TOKENS_FILE, or CATS_ALLOW_ANONYMOUS=true if that is meant");
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

    private Optional<Path> tokensFile() {
      String name = get(CATS_TOKENS_FILE);
      if (name.isEmpty()) {
        return Optional.empty();
      }
      try {
        Path file = Path.of(name);
        TokenFile.open(file);
        return Optional.of(file);
      } catch (InvalidPathException e) {
        wrong.add("CATS_TOKENS_FILE must be a file that the server can read, in UTF-8");
      } catch (StartupException e) {
        wrong.add(String.valueOf(e.getMessage()));
      }
      return Optional.empty();
    }

    private Path dataFolder() {
      try {
        return Path.of(get(CATS_DATA_DIR)).toAbsolutePath().normalize();
      } catch (InvalidPathException e) {
        wrong.add("CATS_DATA_DIR must be the path of a folder");
        return Path.of("");
      }
    }

    private Set<String> corsOrigins() {
      Set<String> origins = list(CATS_CORS_ORIGINS);
      if (!origins.stream().allMatch(it -> ORIGIN.matcher(it).matches())) {
        wrong.add(
            "CATS_CORS_ORIGINS must be origins as browsers send them, such as https://app.example,"
                + " with commas between them");
      }
      return origins;
    }

    private Set<String> trustedProxies() {
      Set<String> proxies = list(CATS_TRUSTED_PROXIES);
      for (String proxy : proxies) {
        // The set itself would look up names, and take half an address for a whole one.
        if (!ADDRESS.matcher(proxy).matches() || !isAddress(proxy)) {
          wrong.add(
              "CATS_TRUSTED_PROXIES must be addresses such as 192.0.2.1, or ranges such as"
                  + " 10.0.0.0/8, with commas between them");
        }
      }
      return proxies;
    }

    private static boolean isAddress(String text) {
      try {
        return new InetAddressSet().add(text);
      } catch (IllegalArgumentException e) {
        return false;
      }
    }

    private ClientLimits limits() {
      var ofRoutes =
          new RouteLimits(
              (int) whole(CATS_MAX_BODY_BYTES, 1, 1 << 30),
              whole(CATS_MAX_IMPORT_BYTES, 1, MAX_IMPORT_BYTES),
              (int) whole(CATS_MAX_RECORD_LENGTH, 1, 1 << 29),
              (int) whole(CATS_MAX_JSON_DEPTH, 1, 1000),
              (int) whole(CATS_MAX_STREAMS, 1, 10_000));
      return new ClientLimits(
          ofRoutes,
          (int) whole(CATS_MAX_HEADER_BYTES, 1024, 1 << 20),
          (int) whole(CATS_MAX_CONNECTIONS, 1, 1_000_000),
          (int) whole(CATS_MAX_REQUESTS, 2, 10_000),
          (int) whole(CATS_MAX_WAITING, 0, 1_000_000),
          duration(CATS_REQUEST_TIMEOUT, Duration.ofMillis(100), MAX_TIMEOUT),
          duration(CATS_IDLE_TIMEOUT, Duration.ofMillis(100), MAX_TIMEOUT),
          (int) whole(CATS_MIN_RATE, 0, 1 << 30),
          duration(CATS_STOP_DELAY, Duration.ZERO, MAX_TIMEOUT),
          duration(CATS_STOP_TIMEOUT, Duration.ofMillis(1), MAX_TIMEOUT));
    }

    private Log log() {
      return new Log(
          oneOf(CATS_LOG_FORMAT, List.of(Log.Format.values())),
          oneOf(CATS_LOG_LEVEL, List.of(Level.ERROR, Level.WARN, Level.INFO, Level.DEBUG)),
          flag(CATS_ACCESS_LOG));
    }

    /** The one of these that is given, in lower case. */
    private <E extends Enum<E>> E oneOf(Setting setting, List<E> choices) {
      List<String> names = choices.stream().map(it -> it.name().toLowerCase(Locale.ROOT)).toList();
      int index = names.indexOf(get(setting));
      if (index < 0) {
        wrong.add(setting + " must be one of " + String.join(", ", names));
      }
      return choices.get(Math.max(index, 0));
    }

    private Pool pool() {
      return new Pool(
          (int) whole(CATS_POOL_SIZE, 1, 10_000),
          (int) whole(CATS_MAX_STREAMS, 1, 10_000),
          duration(CATS_POOL_WAIT, Duration.ofMillis(250), MAX_TIMEOUT),
          duration(CATS_STATEMENT_TIMEOUT, Duration.ofMillis(1), MAX_TIMEOUT),
          duration(CATS_SLOW_STATEMENT, Duration.ZERO, MAX_TIMEOUT));
    }

    /** Only where both are in their range: else that is said already. */
    private void requireBelow(Setting small, Setting large) {
      Optional<Duration> smaller = parseDuration(small);
      Optional<Duration> larger = parseDuration(large);
      if (smaller.isPresent() && larger.isPresent() && smaller.get().compareTo(larger.get()) >= 0) {
        wrong.add(small + " must be below " + large + ": a request has to outlast it");
      }
    }

    private Duration duration(Setting setting, Duration min, Duration max) {
      Optional<Duration> duration = parseDuration(setting);
      if (duration.isEmpty()
          || duration.get().compareTo(min) < 0
          || duration.get().compareTo(max) > 0) {
        wrong.add(
            "%s must be a number with a unit, as in 500ms, 15s or 2m, from %s to %s"
                .formatted(setting, text(min), text(max)));
        return min;
      }
      return duration.get();
    }

    private Optional<Duration> parseDuration(Setting setting) {
      Matcher matcher = DURATION.matcher(get(setting));
      if (!matcher.matches()) {
        return Optional.empty();
      }
      long number = Long.parseLong(matcher.group(1));
      return Optional.of(
          switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            default -> Duration.ofMinutes(number);
          });
    }

    private static String text(Duration duration) {
      return duration.toMillis() % 60_000 == 0
          ? duration.toMinutes() + "m"
          : duration.toMillis() + "ms";
    }

    private long whole(Setting setting, long min, long max) {
      String value = get(setting);
      long number = value.matches("[0-9]{1,18}") ? Long.parseLong(value) : -1;
      if (number < min || number > max) {
        wrong.add("%s must be a whole number from %d to %d".formatted(setting, min, max));
        return min;
      }
      return number;
    }

    /** Without a value, none. */
    private Set<String> list(Setting setting) {
      return get(setting).isEmpty() ? Set.of() : new TreeSet<>(split(get(setting)));
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
      String sslMode = sslMode();
      Optional<Path> certificate = sslRootCertificate(sslMode);
      List<Setting> missing =
          DATABASE.stream()
              .filter(
                  setting ->
                      setting == POSTGRES_PASSWORD ? password.isBlank() : get(setting).isEmpty())
              .toList();
      if (missing.size() == DATABASE.size() && sslMode.equals("prefer")) {
        return Optional.empty();
      }
      if (!missing.isEmpty()) {
        wrong.add(
            "%s missing: set all of %s for a database of yours, or none for one of the server's own"
                .formatted(
                    names(missing) + (missing.size() == 1 ? " is" : " are"), names(DATABASE)));
        return Optional.empty();
      }
      return Optional.of(
          new Database(
              servers(), get(POSTGRES_USER), password, get(POSTGRES_DB), sslMode, certificate));
    }

    private String sslMode() {
      String mode = get(POSTGRES_SSLMODE);
      if (!mode.isEmpty() && !SSL_MODES.contains(mode)) {
        wrong.add("POSTGRES_SSLMODE must be one of " + String.join(", ", SSL_MODES));
      }
      return mode.isEmpty() ? "prefer" : mode;
    }

    /** There is one exactly where it is looked at. */
    private Optional<Path> sslRootCertificate(String mode) {
      String name = get(POSTGRES_SSLROOTCERT);
      if (VERIFYING_SSL_MODES.contains(mode) == name.isEmpty()) {
        wrong.add(
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
        wrong.add(SSLROOTCERT_RULE);
      } catch (InvalidPathException e) {
        wrong.add(SSLROOTCERT_RULE);
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
