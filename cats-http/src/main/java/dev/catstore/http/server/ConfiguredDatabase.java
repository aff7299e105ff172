package dev.catstore.http.server;

import dev.catstore.http.server.config.DatabaseSettings;
import dev.catstore.http.server.config.Settings;
import dev.catstore.http.server.config.StartupException;
import dev.catstore.http.server.database.Database;
import dev.catstore.http.server.database.EmbeddedPostgres;
import dev.catstore.http.server.observability.Logging;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** The database of the settings: an external one, or the server's own PostgreSQL. */
final class ConfiguredDatabase {
  private final Settings settings;
  private final ShutdownScope scope;
  private final DatabaseSettings database;
  private final String description;
  private final CompletableFuture<StartupException> loss;

  private ConfiguredDatabase(
      Settings settings,
      ShutdownScope scope,
      DatabaseSettings database,
      String description,
      CompletableFuture<StartupException> loss) {
    this.settings = settings;
    this.scope = scope;
    this.database = database;
    this.description = description;
    this.loss = loss;
  }

  /** Starts the server's own PostgreSQL, if the settings name no other; the scope stops it. */
  static ConfiguredDatabase start(Settings settings, ShutdownScope scope) throws StartupException {
    if (settings.database().isPresent()) {
      DatabaseSettings external = settings.database().get();
      return new ConfiguredDatabase(
          settings, scope, external, external.toString(), new CompletableFuture<>());
    }
    Path folder = settings.dataFolder();
    int connections = settings.pool().size() + settings.pool().streams();
    EmbeddedPostgres own =
        scope.open(() -> EmbeddedPostgres.start(folder, connections), ConfiguredDatabase::close);
    return new ConfiguredDatabase(
        settings, scope, own.settings(), "its own in " + folder, own.keepRunning());
  }

  /** What still uses it has been aborted by a stop, and says that elsewhere. */
  private static void close(EmbeddedPostgres own) {
    Logging.ignoreLostConnections();
    own.close();
  }

  /** Opens it; the scope closes it. */
  Database open() throws StartupException {
    try {
      Database opened = Database.open(database, settings.pool(), settings.databaseWait());
      return scope.open(() -> opened, Database::close);
    } catch (StartupException e) {
      throw stoppedOr(e);
    }
  }

  /** Brings its schema up to date, and returns its version. */
  String migrate() throws StartupException {
    try {
      return Database.migrate(database, settings.pool(), settings.databaseWait());
    } catch (StartupException e) {
      throw stoppedOr(e);
    }
  }

  /** Completed with the reason if the server's own PostgreSQL has ended for good. */
  CompletableFuture<StartupException> loss() {
    return loss;
  }

  /** Which database it is, for people. */
  String describe(String version) {
    return "PostgreSQL " + version + ", " + description;
  }

  private StartupException stoppedOr(StartupException e) {
    return scope.isStopped() ? new StartupException("stopped", e) : e;
  }
}
