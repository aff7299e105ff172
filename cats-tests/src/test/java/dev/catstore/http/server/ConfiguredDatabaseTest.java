package dev.catstore.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.http.server.config.SettingValues;
import dev.catstore.http.server.config.Settings;
import dev.catstore.support.ServerDataFolder;
import dev.catstore.support.Slow;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Slow
@Timeout(120)
final class ConfiguredDatabaseTest {
  @Test
  void start_ofTheServersOwn_allowsAConnectionForAllThatTheSettingsAllow(@TempDir Path folder)
      throws Exception {
    Map<String, String> environment =
        Map.of(
            "CATS_DATA_DIR", folder.toString(), "CATS_POOL_SIZE", "150", "CATS_MAX_STREAMS", "40");
    Settings settings = Settings.of(new SettingValues(Map.of(), environment));
    try (ShutdownScope scope = ShutdownScope.untilStop()) {
      assertThat(ConfiguredDatabase.start(settings, scope).loss()).isNotDone();
      try (Connection connection = new ServerDataFolder(folder).connect();
          Statement statement = connection.createStatement();
          ResultSet shown = statement.executeQuery("show max_connections")) {
        shown.next();
        assertThat(shown.getInt(1)).isGreaterThanOrEqualTo(150 + 40);
      }
    }
  }
}
