package dev.catstore.http.server;

import dev.catstore.http.server.config.SettingValues;
import dev.catstore.http.server.config.Settings;
import dev.catstore.http.server.config.StartupException;
import dev.catstore.http.server.database.Database;
import dev.catstore.http.server.database.ExpiredKeyCleaner;
import dev.catstore.http.server.observability.Logging;
import dev.catstore.persistence.jooq.JooqCatStore;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Wires the parts by hand, and takes them apart at the end. */
@Command(
    name = "serve",
    description = "Serves the catalogue over HTTP: what is done without a command.")
class ServeCommand implements Callable<Integer> {
  private static final Duration BETWEEN_CLEARINGS = Duration.ofMinutes(10);

  @Spec private CommandSpec spec;

  @Option(
      names = "--show-settings",
      description = "print each setting with its value and where it is from, and end")
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
      serve(settings);
    }
    return 0;
  }

  private static void serve(Settings settings) throws StartupException, InterruptedException {
    try (ShutdownScope opened = ShutdownScope.untilStop()) {
      Database database = Database.open(settings, opened);
      JooqCatStore store = database.store();
      // Before the server, which so is closed first.
      opened.open(
          () -> ExpiredKeyCleaner.start(store, BETWEEN_CLEARINGS), ExpiredKeyCleaner::close);
      HttpServer server =
          opened.open(
              () -> HttpServer.start(settings, store, database::missing), HttpServer::close);
      database.measureIn(server.metrics().registry());
      server.metrics().info("cats.database.info", "The database.", "version", database.version());
      System.out.printf("Cats listens on %s, with %s%n", server.address(), database);
      server.join();
    }
  }
}
