package dev.catstore.http.server.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.NewCat;
import dev.catstore.http.server.config.DatabaseSettings;
import dev.catstore.http.server.config.PoolSettings;
import dev.catstore.support.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A password that changes while the server runs, on a PostgreSQL that asks for it. */
@Slow
@Timeout(120)
class RotatedPasswordTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final PoolSettings POOL =
      new PoolSettings(1, 1, Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ZERO, true);

  @TempDir private Path folder;

  @Test
  void passwordFile_afterTheConnectionsHaveGone_isReadAgain() throws Exception {
    Path file = folder.resolve("password");
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.resolve("data"), 20)) {
      DatabaseSettings first = postgres.settings();
      Files.writeString(file, first.password() + "\r\n");
      var settings =
          new DatabaseSettings(
              first.servers(),
              first.user(),
              first.password(),
              Optional.of(file),
              first.name(),
              first.sslMode(),
              Optional.empty());
      try (Database database = Database.open(settings, POOL, PATIENCE)) {
        rotate(first, file);
        while (database.missing().isPresent()) {
          Thread.onSpinWait();
        }
        assertThat(database.store().add(new NewCat("Tom", 1, "manx")).revision()).isEqualTo(1);
      }
    }
  }

  /** Changes the password, and ends all other connections. */
  private static void rotate(DatabaseSettings settings, Path file) throws Exception {
    try (Connection connection = ConnectionPools.connect(settings, PATIENCE);
        Statement statement = connection.createStatement()) {
      statement.execute("alter role " + settings.user() + " password 'next'");
      Files.writeString(file, "next\r\n");
      statement.execute(
          "select pg_terminate_backend(pid) from pg_stat_activity"
              + " where pid <> pg_backend_pid() and backend_type = 'client backend'");
    }
  }
}
