package dev.catstore.http.server.database;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.catstore.domain.CatFilter;
import dev.catstore.domain.NewCat;
import dev.catstore.http.server.config.StartupException;
import dev.catstore.support.ExternalDatabase;
import dev.catstore.support.Slow;
import dev.catstore.support.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** PgBouncer between the server and its database. */
@Slow
@Timeout(120)
final class PgBouncerTest {
  private static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");

  private final DataSource postgres = TestPostgres.newDatabase();
  private final Map<String, String> settings = new HashMap<>(ExternalDatabase.settings(postgres));

  @TempDir private Path folder;
  private @Nullable Process pooler;

  @BeforeEach
  void requirePgBouncer() {
    assumeTrue(Files.isExecutable(PROGRAM), "there is no " + PROGRAM);
  }

  @AfterEach
  void stop() throws InterruptedException {
    if (pooler != null) {
      pooler.destroy();
      assertThat(pooler.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private void start(String mode) throws IOException {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path file = folder.resolve("pgbouncer.ini");
    Files.writeString(
        file,
        """
        [databases]
        * = host=%s port=%s user=%s
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %s
        unix_socket_dir =
        auth_type = any
        pool_mode = %s
        ignore_startup_parameters = extra_float_digits
        """
            .formatted(
                settings.get("POSTGRES_HOST"),
                settings.get("POSTGRES_PORT"),
                settings.get("POSTGRES_USER"),
                port,
                mode),
        UTF_8);
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("unshare", "-U")); // it refuses to run as root
    }
    command.addAll(List.of(PROGRAM.toString(), file.toString()));
    Process started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    pooler = started;
    settings.put("POSTGRES_PORT", Integer.toString(port));
    while (!listens(port)) {
      assertThat(started.isAlive()).as(Files.readString(folder.resolve("log"))).isTrue();
      Thread.onSpinWait();
    }
  }

  private static boolean listens(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void open_inTransactionMode_isRefused() throws IOException {
    start("transaction");

    assertThatThrownBy(() -> OpenDatabase.with(settings))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("is behind a pooler in transaction mode: use its session mode");
  }

  @Test
  void open_inSessionMode_serves() throws Exception {
    start("session");

    try (Database database = OpenDatabase.with(settings)) {
      var cats = List.of(new NewCat("Tom", 1, "manx"), new NewCat("Kitty", 2, "manx"));
      assertThat(database.store().addAll(cats.iterator())).isEqualTo(2);
      assertThat(database.store().count(CatFilter.ALL)).isEqualTo(2);
      assertThat(database.missing()).isEmpty();
    }
  }
}
