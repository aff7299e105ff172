package dev.catstore.http.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.catstore.http.server.config.DatabaseSettings;
import dev.catstore.support.CapturedLog;
import dev.catstore.support.ServerDataFolder;
import dev.catstore.support.Slow;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server's own PostgreSQL when it ends by itself. */
@Slow
@Timeout(300)
final class PostgresWatchTest {
  private static final int KILLS = 3;

  @TempDir private Path folder;

  @Test
  void postgres_killedUnderLoad_comesBackWithAllThatWasAcknowledged() throws Exception {
    try (var postgres = EmbeddedPostgres.start(folder, 20)) {
      var givenUp = postgres.keepRunning();
      execute(postgres.settings(), "create table written (n bigint primary key)");
      Set<Long> acknowledged = new ConcurrentSkipListSet<>();
      var done = new AtomicBoolean();
      var writer =
          CompletableFuture.supplyAsync(() -> write(postgres.settings(), acknowledged, done));
      for (int kill = 0; kill < KILLS; kill++) {
        int before = acknowledged.size();
        while (acknowledged.size() < before + 100) {
          Thread.onSpinWait();
        }
        new ServerDataFolder(folder).killDatabase();
      }
      int before = acknowledged.size();
      while (acknowledged.size() == before) {
        Thread.onSpinWait();
      }
      done.set(true);
      assertThat(writer.get(60, TimeUnit.SECONDS)).isGreaterThan(0);
      assertThat(written(postgres.settings())).containsAll(acknowledged);
      assertThat(givenUp).isNotDone();
    }
    assertThat(new ServerDataFolder(folder).pidFile()).doesNotExist();
  }

  @Test
  void postgres_thatCannotStartAgain_isGivenUpWithTheReason() throws Exception {
    try (var postgres = EmbeddedPostgres.start(folder, 20)) {
      var givenUp = postgres.keepRunning();
      Files.move(folder.resolve("data/global/pg_control"), folder.resolve("pg_control"));
      new ServerDataFolder(folder).killDatabase();
      assertThat(givenUp.get(240, TimeUnit.SECONDS))
          .hasMessageContainingAll(
              "PostgreSQL has ended, and does not start again: pg_ctl failed", "pg_control");
    }
  }

  /** However long that takes: other failures end the attempts after as many. */
  @Test
  void postgres_stoppedByAFullDisk_comesBackWhenThereIsRoom() throws Exception {
    assumeThat(run("mount", "-t", "tmpfs", "-o", "size=256m,mode=0700", "tmpfs", folder)).isZero();
    try (var log = new CapturedLog(PostgresWatch.class);
        var postgres = EmbeddedPostgres.start(folder.resolve("data"), 20)) {
      var givenUp = postgres.keepRunning();
      execute(postgres.settings(), "create table written (n bigint primary key)");
      execute(postgres.settings(), "insert into written values (1)");
      Path filling = fill(folder);
      assertThatThrownBy(() -> fillTheWriteAheadLog(postgres.settings()))
          .isInstanceOf(SQLException.class);
      for (int failures = 0; failures <= PostgresWatch.ATTEMPTS; ) {
        String message = log.next().getFormattedMessage();
        failures += message.startsWith("PostgreSQL does not start yet: ") ? 1 : 0;
      }
      assertThat(givenUp).isNotDone();
      Files.delete(filling);
      while (!log.next().getFormattedMessage().equals("PostgreSQL runs again")) {
        assertThat(givenUp).isNotDone();
      }
      execute(postgres.settings(), "insert into written values (2)");
      assertThat(written(postgres.settings())).containsExactlyInAnyOrder(1L, 2L);
    } finally {
      assertThat(run("umount", folder)).isZero();
    }
  }

  /** Each file of it after the first ones needs room. */
  private static void fillTheWriteAheadLog(DatabaseSettings database) throws SQLException {
    while (true) {
      execute(database, "select pg_logical_emit_message(true, '', ''), pg_switch_wal()");
    }
  }

  private static int run(Object... command) throws Exception {
    List<String> words = Stream.of(command).map(Object::toString).toList();
    return new ProcessBuilder(words).redirectErrorStream(true).start().waitFor();
  }

  /** Fills its disk by a file. */
  private static Path fill(Path folder) throws IOException {
    Path file = folder.resolve("filling");
    try (OutputStream out = Files.newOutputStream(file)) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException full) {
      assertThat(Files.getFileStore(folder).getUsableSpace()).isZero();
      return file;
    }
  }

  @Test
  void close_whileItIsStartedAgain_leavesNoneRunning() throws Exception {
    var postgres = EmbeddedPostgres.start(folder, 20);
    var unused = postgres.keepRunning();
    new ServerDataFolder(folder).killDatabase();
    postgres.close();
    // It finds none, or stops it.
    try (var next = EmbeddedPostgres.start(folder, 20)) {
      execute(next.settings(), "select 1");
    }
  }

  @Test
  void start_always_allowsTheConnectionsThatAreAskedForAndSomeMore() throws Exception {
    try (var postgres = EmbeddedPostgres.start(folder, 300);
        Connection connection = connect(postgres.settings());
        Statement statement = connection.createStatement();
        var shown = statement.executeQuery("show max_connections")) {
      shown.next();
      assertThat(shown.getInt(1)).isEqualTo(320);
    }
  }

  /** Returns how many attempts failed. */
  private static int write(DatabaseSettings database, Set<Long> acknowledged, AtomicBoolean done) {
    int failures = 0;
    long next = 0;
    while (!done.get()) {
      try (Connection connection = connect(database);
          var insert = connection.prepareStatement("insert into written values (?)")) {
        while (!done.get()) {
          insert.setLong(1, ++next);
          insert.execute();
          acknowledged.add(next);
        }
      } catch (SQLException e) {
        failures++;
      }
    }
    return failures;
  }

  private static Set<Long> written(DatabaseSettings database) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        var result = statement.executeQuery("select n from written")) {
      Set<Long> written = new HashSet<>();
      while (result.next()) {
        written.add(result.getLong(1));
      }
      return written;
    }
  }

  private static void execute(DatabaseSettings database, String sql) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Connection connect(DatabaseSettings database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://%s/%s".formatted(database.servers().get(0), database.name()),
        database.user(),
        database.password());
  }
}
