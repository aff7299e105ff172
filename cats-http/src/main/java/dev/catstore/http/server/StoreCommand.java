package dev.catstore.http.server;

import static java.util.function.Predicate.not;

import dev.catstore.domain.CatStore;
import dev.catstore.domain.CatStoreException;
import dev.catstore.http.client.HttpCatStore;
import dev.catstore.http.server.config.SecretFile;
import dev.catstore.http.server.config.Setting;
import dev.catstore.http.server.config.Settings;
import dev.catstore.http.server.config.StartupException;
import dev.catstore.http.wire.CatFormat;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command on all cats, in the database of the settings or on a running server. */
abstract class StoreCommand implements Callable<Integer> {
  /** The settings that choose the database. */
  static final List<Setting> SETTINGS =
      List.of(
          Setting.CATS_DATA_DIR,
          Setting.CATS_DATABASE_WAIT,
          Setting.CATS_STRICT_SETTINGS,
          Setting.POSTGRES_HOST,
          Setting.POSTGRES_PORT,
          Setting.POSTGRES_USER,
          Setting.POSTGRES_PASSWORD,
          Setting.POSTGRES_PASSWORD_FILE,
          Setting.POSTGRES_DB,
          Setting.POSTGRES_SSLMODE,
          Setting.POSTGRES_SSLROOTCERT);

  private static final String TOKEN_VARIABLE = "CATS_TOKEN";

  /** What one command needs of the pool. */
  private static final Map<Setting, String> ONE_CONNECTION =
      Map.of(Setting.CATS_POOL_SIZE, "1", Setting.CATS_MAX_STREAMS, "1");

  @Spec private CommandSpec spec;

  @Option(
      names = "--format",
      paramLabel = "csv|ndjson|json",
      description = "the format of the file, if its name does not tell")
  private @Nullable String format;

  @Option(
      names = "--url",
      paramLabel = "<url>",
      description = "use the server at this address instead of a database")
  private @Nullable String url;

  @Option(
      names = "--token-file",
      paramLabel = "<file>",
      description =
          "a file with the token for that server; without it the variable CATS_TOKEN is used. The"
              + " token is only sent over https, or to this machine")
  private @Nullable String tokenFile;

  @Option(
      names = {"-q", "--quiet"},
      description = "print only failures")
  private boolean quiet;

  /** The format given by {@code --format}. */
  final Optional<CatFormat> format() {
    if (format == null) {
      return Optional.empty();
    }
    return Optional.of(
        CatFormat.ofExtension(format)
            .orElseThrow(() -> refused("--format must be csv, ndjson or json")));
  }

  /** The file of this name. */
  final CatFile file(String name, Optional<CatFormat> format) {
    try {
      return CatFile.of(name, format);
    } catch (InvalidPathException e) {
      throw refused("FILE must be the path of a file");
    } catch (IllegalArgumentException e) {
      throw refused(String.valueOf(e.getMessage()));
    }
  }

  /** Where the cats are: in the database of these settings, or on this server. */
  record StoreLocation(Optional<Settings> settings, Optional<HttpCatStore> server) {}

  /** Where the cats are according to the command line. */
  final StoreLocation location() throws StartupException {
    Set<Setting> given = EnumSet.noneOf(Setting.class);
    SETTINGS.stream()
        .filter(it -> spec.commandLine().getParseResult().hasMatchedOption(it.option()))
        .forEach(given::add);
    if (url != null) {
      if (!given.isEmpty()) {
        throw refused(
            "--url and %s exclude each other"
                .formatted(given.stream().map(Setting::option).collect(Collectors.joining(", "))));
      }
      return new StoreLocation(Optional.empty(), Optional.of(server(url)));
    }
    if (tokenFile != null) {
      throw refused("--token-file is only for --url");
    }
    // The other settings belong to a server, and may be wrong here.
    Map<String, String> environment = new HashMap<>(System.getenv());
    EnumSet.complementOf(EnumSet.copyOf(SETTINGS)).forEach(it -> environment.remove(it.name()));
    ONE_CONNECTION.forEach((setting, value) -> environment.put(setting.name(), value));
    var values = SettingOptions.valuesOf(spec.commandLine().getParseResult(), environment);
    Settings settings = Settings.of(values);
    SettingOptions.warnOfUnknown(values);
    return new StoreLocation(Optional.of(settings), Optional.empty());
  }

  /**
   * Opens the store at this location; the scope closes it.
   *
   * @param stopped what a stop by a signal says of the work
   * @param undo what a stop undoes, besides what the store does
   */
  final InterruptibleStore open(
      StoreLocation location, ShutdownScope scope, String stopped, Runnable undo)
      throws StartupException {
    CatStore store =
        location.settings().isPresent()
            ? ConfiguredDatabase.start(location.settings().get(), scope).open().store()
            : location.server().orElseThrow();
    var work = scope.open(() -> new InterruptibleStore(store), InterruptibleStore::stop);
    scope.afterStop(
        () -> {
          if (work.isStopped()) {
            undo.run();
            say("cats: stopped; " + stopped);
          }
        });
    return work;
  }

  private HttpCatStore server(String text) throws StartupException {
    HttpCatStore server;
    URI address;
    try {
      address = URI.create(text);
      server = HttpCatStore.at(address);
    } catch (IllegalArgumentException e) {
      throw refused("--url must be an http or https address without user, query and fragment");
    }
    Optional<String> token = token();
    if (token.isEmpty()) {
      return server;
    }
    if (!"https".equalsIgnoreCase(address.getScheme()) && !isLoopback(address.getHost())) {
      throw new StartupException(
          "the token is not sent to %s without https: anyone on the way could read it. Use https,"
                  .formatted(address.getHost())
              + " or a tunnel to this machine");
    }
    try {
      return server.withToken(token.get());
    } catch (IllegalArgumentException e) {
      throw new StartupException(
          "the token of %s is not valid: %s"
              .formatted(tokenFile == null ? TOKEN_VARIABLE : "--token-file", e.getMessage()));
    }
  }

  private Optional<String> token() throws StartupException {
    if (tokenFile == null) {
      return Optional.ofNullable(System.getenv(TOKEN_VARIABLE))
          .map(String::strip)
          .filter(not(String::isEmpty));
    }
    try {
      return Optional.of(SecretFile.read(Path.of(tokenFile)).strip());
    } catch (IOException | InvalidPathException e) {
      throw new StartupException(
          "--token-file must be a file that can be read, " + SecretFile.ENCODINGS, e);
    }
  }

  /** By the name only: a name that was resolved could be somebody else's. */
  private static boolean isLoopback(String host) {
    try {
      return host.equalsIgnoreCase("localhost")
          || (host.matches("[0-9.]+|\\[.*]") && InetAddress.getByName(host).isLoopbackAddress());
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** Whether only failures are printed. */
  final boolean isQuiet() {
    return quiet;
  }

  /** Reports at the end what was done, unless only failures are printed. */
  final void report(String done, long cats, long nanos) {
    if (!quiet) {
      double seconds = nanos / 1e9;
      say(
          String.format(
              Locale.ROOT, "%s in %.1f s (%,d/s)", done, seconds, Math.round(cats / seconds)));
    }
  }

  /** So many cats, in words. */
  static String cats(long count) {
    return count == 1 ? "1 cat" : number(count) + " cats";
  }

  static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** Prints a line on standard error. */
  final void say(String line) {
    spec.commandLine().getErr().println(line);
  }

  /** The failure of the store, as one line. */
  final StartupException failed(RuntimeException e, String nothingDone) {
    if (e instanceof CatStoreException) {
      String where = url == null ? "" : " (" + url + ")";
      return new StartupException(nothingDone + ": " + e.getMessage() + where, e);
    }
    if (url != null && e instanceof IllegalStateException) {
      // A response that a store cannot use; the message has the address.
      return new StartupException(nothingDone + ": " + e.getMessage(), e);
    }
    throw e;
  }

  /** Why a file cannot be used; without its name. */
  static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "there is no such file or folder";
    }
    if (e instanceof AccessDeniedException) {
      return "access is denied";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "it exists; --force overwrites it";
    }
    if (e instanceof EOFException) {
      return "it is incomplete";
    }
    if (e instanceof FileSystemException failure && failure.getReason() != null) {
      return failure.getReason();
    }
    return String.valueOf(e.getMessage());
  }

  final ParameterException refused(String rule) {
    return new ParameterException(spec.commandLine(), rule);
  }
}
