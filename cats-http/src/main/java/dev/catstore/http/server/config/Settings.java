package dev.catstore.http.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The settings of the server, checked.
 *
 * @param http how clients reach the server
 * @param dataFolder where the server's own PostgreSQL keeps its data, if it has one
 * @param database the database to use; empty for one of the server's own
 * @param databaseWait how long to wait for a database that does not answer yet
 * @param pool the connections to the database
 * @param log what is logged, and how
 */
public record Settings(
    HttpSettings http,
    Path dataFolder,
    Optional<DatabaseSettings> database,
    Duration databaseWait,
    PoolSettings pool,
    LogSettings log) {
  /**
   * Checks the values.
   *
   * @throws StartupException naming everything that is wrong
   */
  public static Settings of(SettingValues values) throws StartupException {
    return new SettingsReader(values).read();
  }

  /** A sentence about each file with secrets whose changes the server may not see. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    warn(Setting.CATS_TOKENS_FILE, http.tokensFile(), warnings);
    warn(
        Setting.POSTGRES_PASSWORD_FILE, database.flatMap(DatabaseSettings::passwordFile), warnings);
    return warnings;
  }

  private static void warn(Setting setting, Optional<Path> file, List<String> warnings) {
    if (file.filter(SecretFile::isMountPoint).isPresent()) {
      warnings.add(
          setting
              + " is mounted by itself, and keeps its old content when it is replaced outside:"
              + " mount its folder instead");
    }
  }
}
