package dev.catstore.http.server;

import dev.catstore.http.server.config.SettingValues;
import dev.catstore.http.server.config.Settings;
import dev.catstore.http.server.config.StartupException;
import dev.catstore.http.server.database.Database;
import dev.catstore.http.server.database.ExpiredKeyCleaner;
import dev.catstore.http.server.observability.Logging;
import dev.catstore.persistence.jooq.JooqCatStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Wires the server, and runs it until a signal stops it. */
@Command(
    name = "serve",
    description = "Serves the catalogue over HTTP. Without a command the jar runs serve.")
class ServeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
  private static final Duration KEY_CLEANING_PAUSE = Duration.ofMinutes(10);

  @Spec private CommandSpec spec;

  @Option(
      names = "--show-settings",
      description = "print each setting with its value and its source, and exit")
  private boolean showSettings;

  @Override
  public Integer call() throws StartupException, InterruptedException {
    SettingValues values =
        SettingOptions.valuesOf(spec.commandLine().getParseResult(), System.getenv());
    if (showSettings) {
      spec.commandLine().getOut().print(values);
      spec.commandLine().getOut().flush();
    }
    Settings settings = Settings.of(values);
    if (!showSettings) {
      Logging.configure(settings.log());
      SettingOptions.warnOfUnknown(values);
      settings.warnings().forEach(it -> LOG.warn("{}", it));
      serve(settings);
    }
    return 0;
  }

  private static void serve(Settings settings) throws StartupException, InterruptedException {
    try (ShutdownScope scope = ShutdownScope.untilStop()) {
      ConfiguredDatabase configured = ConfiguredDatabase.start(settings, scope);
      Database database = configured.open();
      JooqCatStore store = database.store();
      scope.open(
          () -> ExpiredKeyCleaner.start(store, KEY_CLEANING_PAUSE), ExpiredKeyCleaner::close);
      // After all that it needs, so that it is closed before that.
      HttpServer server =
          scope.open(() -> listen(settings, database, configured), HttpServer::close);
      if (settings.http().addressFile().isPresent()) {
        Path file = settings.http().addressFile().get();
        scope.open(() -> write(file, server.address()), ServeCommand::delete);
      }
      serveUntilTheEnd(server, configured.loss());
    }
  }

  /** Also says so: a stop waits for that, and finds all of it done. */
  private static HttpServer listen(
      Settings settings, Database database, ConfiguredDatabase configured) throws StartupException {
    HttpServer server = HttpServer.start(settings, database.store(), database::missing);
    database.registerMetrics(server.metrics().registry());
    server.metrics().info("cats.database.info", "The database.", "version", database.version());
    String listens =
        "Cats listens on %s, with %s"
            .formatted(server.address(), configured.describe(database.version()));
    System.out.println(Logging.line(settings.log().format(), ServeCommand.class, listens));
    return server;
  }

  private static Path write(Path file, String address) throws StartupException {
    try {
      return Files.writeString(file, address);
    } catch (IOException e) {
      throw new StartupException(
          "CATS_ADDRESS_FILE cannot be written: " + StoreCommand.reason(e), e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("CATS_ADDRESS_FILE cannot be deleted", e);
    }
  }

  private static void serveUntilTheEnd(HttpServer server, CompletableFuture<StartupException> loss)
      throws StartupException, InterruptedException {
    Thread main = Thread.currentThread();
    var unused = loss.thenRun(main::interrupt);
    try {
      server.join();
    } catch (InterruptedException e) {
      throw loss.getNow(new StartupException("interrupted", e));
    }
  }
}
