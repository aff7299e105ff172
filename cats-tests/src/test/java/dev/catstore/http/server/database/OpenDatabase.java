package dev.catstore.http.server.database;

import dev.catstore.http.server.config.SettingValues;
import dev.catstore.http.server.config.Settings;
import dev.catstore.http.server.config.StartupException;
import java.util.Map;

/** Opens databases as the server does. */
final class OpenDatabase {
  private OpenDatabase() {}

  /** Opens the database that these variables of the environment name. */
  static Database with(Map<String, String> environment) throws StartupException {
    Settings settings = Settings.of(new SettingValues(Map.of(), environment));
    return Database.open(
        settings.database().orElseThrow(), settings.pool(), settings.databaseWait());
  }
}
