package dev.catstore.http.server.config;

import static dev.catstore.http.server.config.Setting.CATS_ACCESS_LOG;
import static dev.catstore.http.server.config.Setting.CATS_ADDRESS_FILE;
import static dev.catstore.http.server.config.Setting.CATS_ALLOWED_HOSTS;
import static dev.catstore.http.server.config.Setting.CATS_ALLOW_ANONYMOUS;
import static dev.catstore.http.server.config.Setting.CATS_BASE_PATH;
import static dev.catstore.http.server.config.Setting.CATS_COALESCE;
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
import static dev.catstore.http.server.config.Setting.CATS_STRICT_SETTINGS;
import static dev.catstore.http.server.config.Setting.CATS_TOKENS_FILE;
import static dev.catstore.http.server.config.Setting.CATS_TRUSTED_PROXIES;

import dev.catstore.http.routes.RouteLimits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.InetAddressSet;
import org.slf4j.event.Level;

/** Reads the settings, and reports everything that is wrong with them at once. */
final class SettingsReader {
  private static final Pattern ORIGIN =
      Pattern.compile(
          "(?!http://.*:80$|https://.*:443$|(?:ftp|file|wss?|data|blob|about|javascript):)"
              + "[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\\[[0-9a-f:]+])(:[0-9]{1,5})?");
  private static final Pattern ADDRESS =
      Pattern.compile("([0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F.:]*:[0-9a-fA-F.:]*)(/[0-9]{1,3})?");
  private static final long MAX_IMPORT_BYTES = 999_999_999_999_999_999L;
  private static final Duration MAX_TIMEOUT = Duration.ofHours(1);

  private final SettingParser settings;

  SettingsReader(SettingValues values) {
    this.settings = new SettingParser(values);
  }

  Settings read() throws StartupException {
    settings.refuseUndecoded();
    HttpSettings http = http();
    var read =
        new Settings(
            http,
            dataFolder(),
            new DatabaseSettingsReader(settings).read(),
            settings.duration(CATS_DATABASE_WAIT, Duration.ZERO, Duration.ofMinutes(999_999)),
            pool(),
            log());
    requireBelow(CATS_STATEMENT_TIMEOUT, CATS_REQUEST_TIMEOUT);
    requireBelow(CATS_POOL_WAIT, CATS_REQUEST_TIMEOUT);
    if (http.limits().ofRoutes().streams() >= http.limits().requests()) {
      settings.refuse(
          "CATS_MAX_STREAMS must be below CATS_MAX_REQUESTS, so that streams leave room for other"
              + " requests");
    }
    if (settings.flag(CATS_STRICT_SETTINGS)) {
      settings.refuseUnknown();
    }
    boolean anonymous = settings.flag(CATS_ALLOW_ANONYMOUS);
    if (!http.host().isLoopbackAddress()
        && !anonymous
        && settings.verbatim(CATS_TOKENS_FILE).isBlank()) {
      settings.refuse(
          "CATS_HOST is not a loopback address, and everybody who reaches it could change the"
              + " cats: set CATS_TOKENS_FILE, or CATS_ALLOW_ANONYMOUS=true if that is intended");
    }
    settings.throwIfAny();
    return read;
  }

  private HttpSettings http() {
    return new HttpSettings(
        host(),
        port(),
        basePath(),
        addressFile(),
        allowedHosts(),
        tokensFile(),
        corsOrigins(),
        trustedProxies(),
        limits());
  }

  private InetAddress host() {
    try {
      return InetAddress.getByName(settings.get(CATS_HOST));
    } catch (UnknownHostException e) {
      settings.refuse("CATS_HOST must be an address of this machine, or a name of one");
      return InetAddress.getLoopbackAddress();
    }
  }

  private int port() {
    return settings.number(CATS_PORT, settings.get(CATS_PORT), 0, SettingParser.MAX_PORT);
  }

  private String basePath() {
    String path = settings.get(CATS_BASE_PATH);
    if (!path.isEmpty() && !HttpSettings.isBasePath(path)) {
      settings.refuse(
          "CATS_BASE_PATH must be a path such as /shop or /shop/cats, with a slash before each part"
              + " and none at its end, of letters, digits and ._~-, without the parts . and .., and"
              + " of at most 200 characters");
    }
    return path;
  }

  private Optional<Path> addressFile() {
    String name = settings.get(CATS_ADDRESS_FILE);
    try {
      return name.isEmpty() ? Optional.empty() : Optional.of(Path.of(name));
    } catch (InvalidPathException e) {
      settings.refuse("CATS_ADDRESS_FILE must be the path of a file");
      return Optional.empty();
    }
  }

  private Set<String> allowedHosts() {
    Set<String> allowed = new TreeSet<>();
    for (String host : settings.hosts(CATS_ALLOWED_HOSTS)) {
      Optional<String> canonical = HostNames.canonical(host);
      canonical.ifPresent(allowed::add);
      if (canonical.isEmpty() && !host.isEmpty()) {
        settings.refuse(
            "CATS_ALLOWED_HOSTS must have host names or addresses alone, without schemes, ports,"
                + " asterisks and blanks; it has "
                + host.replaceAll("\\p{Cntrl}", "?"));
      }
    }
    return allowed;
  }

  /** Only whether it can be read: what is in it is checked when it is opened. */
  private Optional<Path> tokensFile() {
    String name = settings.get(CATS_TOKENS_FILE);
    try {
      if (name.isEmpty() || Files.isReadable(Path.of(name))) {
        return name.isEmpty() ? Optional.empty() : Optional.of(Path.of(name));
      }
    } catch (InvalidPathException e) {
      // Refused below.
    }
    settings.refuse("CATS_TOKENS_FILE must be a file that the server can read");
    return Optional.empty();
  }

  private Path dataFolder() {
    try {
      return Path.of(settings.get(CATS_DATA_DIR)).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      settings.refuse("CATS_DATA_DIR must be the path of a folder");
      return Path.of("");
    }
  }

  private Set<String> corsOrigins() {
    Set<String> origins = settings.list(CATS_CORS_ORIGINS);
    if (!origins.stream().allMatch(it -> ORIGIN.matcher(it).matches())) {
      settings.refuse(
          "CATS_CORS_ORIGINS must be origins as browsers send them, such as https://app.example,"
              + " with commas between them");
    }
    return origins;
  }

  private Set<String> trustedProxies() {
    Set<String> proxies = settings.list(CATS_TRUSTED_PROXIES);
    for (String proxy : proxies) {
      // The set itself would resolve names, and accept incomplete addresses.
      if (!ADDRESS.matcher(proxy).matches() || !isAddress(proxy)) {
        settings.refuse(
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
            (int) settings.whole(CATS_MAX_BODY_BYTES, 1, 1 << 30),
            settings.whole(CATS_MAX_IMPORT_BYTES, 1, MAX_IMPORT_BYTES),
            (int) settings.whole(CATS_MAX_RECORD_LENGTH, 1, 1 << 29),
            (int) settings.whole(CATS_MAX_JSON_DEPTH, 1, 1000),
            (int) settings.whole(CATS_MAX_STREAMS, 1, 10_000));
    requireHeap(ofRoutes);
    return new ClientLimits(
        ofRoutes,
        (int) settings.whole(CATS_MAX_HEADER_BYTES, 1024, 1 << 20),
        (int) settings.whole(CATS_MAX_CONNECTIONS, 1, 1_000_000),
        (int) settings.whole(CATS_MAX_REQUESTS, 2, 10_000),
        (int) settings.whole(CATS_MAX_WAITING, 0, 1_000_000),
        settings.duration(CATS_REQUEST_TIMEOUT, Duration.ofMillis(100), MAX_TIMEOUT),
        settings.duration(CATS_IDLE_TIMEOUT, Duration.ofMillis(100), MAX_TIMEOUT),
        (int) settings.whole(CATS_MIN_RATE, 0, 1 << 30),
        settings.duration(CATS_STOP_DELAY, Duration.ZERO, MAX_TIMEOUT),
        settings.duration(CATS_STOP_TIMEOUT, Duration.ofMillis(1), MAX_TIMEOUT));
  }

  /** Leaves a quarter of the heap to all that is no body and no record. */
  private void requireHeap(RouteLimits limits) {
    long heap = Runtime.getRuntime().maxMemory() / 4 * 3;
    if (limits.heapBytes() > heap) {
      settings.refuse(
          "CATS_MAX_BODY_BYTES, and CATS_MAX_RECORD_LENGTH times CATS_MAX_STREAMS, are too large for"
              + " the heap: a body and so many records may take %s MiB, and there are %s MiB; lower"
                  .formatted(limits.heapBytes() >> 20, heap >> 20)
              + " them, or give Java a larger heap (-Xmx)");
    }
  }

  private LogSettings log() {
    return new LogSettings(
        settings.oneOf(CATS_LOG_FORMAT, List.of(LogSettings.Format.values())),
        settings.oneOf(CATS_LOG_LEVEL, List.of(Level.ERROR, Level.WARN, Level.INFO, Level.DEBUG)),
        settings.flag(CATS_ACCESS_LOG));
  }

  private PoolSettings pool() {
    return new PoolSettings(
        (int) settings.whole(CATS_POOL_SIZE, 1, 10_000),
        (int) settings.whole(CATS_MAX_STREAMS, 1, 10_000),
        settings.duration(CATS_POOL_WAIT, Duration.ofMillis(250), MAX_TIMEOUT),
        settings.duration(CATS_STATEMENT_TIMEOUT, Duration.ofMillis(1), MAX_TIMEOUT),
        settings.duration(CATS_SLOW_STATEMENT, Duration.ZERO, MAX_TIMEOUT),
        settings.flag(CATS_COALESCE));
  }

  /** Only if both are well-formed: otherwise that is reported already. */
  private void requireBelow(Setting small, Setting large) {
    Optional<Duration> smaller = settings.parseDuration(small);
    Optional<Duration> larger = settings.parseDuration(large);
    if (smaller.isPresent() && larger.isPresent() && smaller.get().compareTo(larger.get()) >= 0) {
      settings.refuse(small + " must be below " + large + ": a request has to outlast it");
    }
  }
}
