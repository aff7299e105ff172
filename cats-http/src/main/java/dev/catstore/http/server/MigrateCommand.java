package dev.catstore.http.server;

import dev.catstore.http.server.config.SettingValues;
import dev.catstore.http.server.config.Settings;
import dev.catstore.http.server.config.StartupException;
import dev.catstore.http.server.observability.Logging;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Brings the schema of the database up to date, and exits. */
@Command(name = "migrate", description = "Brings the schema of the database up to date, and exits.")
final class MigrateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws StartupException {
    SettingValues values =
        SettingOptions.valuesOf(spec.commandLine().getParseResult(), System.getenv());
    Settings settings = Settings.of(values);
    Logging.configure(settings.log());
    SettingOptions.warnOfUnknown(values);
    try (ShutdownScope scope = ShutdownScope.untilStop()) {
      ConfiguredDatabase database = ConfiguredDatabase.start(settings, scope);
      String version = database.migrate();
      spec.commandLine()
          .getOut()
          .println("The schema is up to date in " + database.describe(version));
    }
    return 0;
  }
}
