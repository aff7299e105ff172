package dev.catstore.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.http.server.database.EmbeddedPostgres;
import dev.catstore.support.CommandProcess;
import dev.catstore.support.RawConnection;
import dev.catstore.support.ServerDataFolder;
import dev.catstore.support.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The jar as an operator runs it. */
@Timeout(300)
class PackagedServerIT {
  private static final String TOM = "{\"name\": \"Tom\", \"price\": 100, \"breed\": \"manx\"}";
  private static final String TOMS =
      "[{\"id\":1,\"name\":\"Tom\",\"price\":100,\"breed\":\"manx\"}]";

  @TempDir private Path folder;
  private ServerDataFolder data;

  @BeforeEach
  void initialize() throws IOException {
    data = ServerDataFolder.initialize(folder);
  }

  @Test
  void start_afterTheServerWasKilled_findsTheCat() throws Exception {
    try (ServerProcess server = ServerProcess.start(data.settings())) {
      assertThat(server.send("POST", "/add", TOM).body()).isEqualTo("\"Added\"");
      server.kill();
    }
    assertStartsWithTom();
  }

  @Test
  void start_afterServerAndDatabaseWereKilled_findsTheCat() throws Exception {
    try (ServerProcess server = ServerProcess.start(data.settings())) {
      assertThat(server.send("POST", "/add", TOM).statusCode()).isEqualTo(200);
      server.kill();
      data.killDatabase();
    }
    assertStartsWithTom();
  }

  @Test
  void serve_whenTheDatabaseIsKilled_startsItAgain() throws Exception {
    Map<String, String> settings = data.settings();
    settings.put("CATS_POOL_WAIT", "250ms");
    try (ServerProcess server = ServerProcess.start(settings)) {
      assertThat(server.send("POST", "/add", TOM).statusCode()).isEqualTo(200);
      data.killDatabase();
      int status = server.send("GET", "/health/ready", "").statusCode();
      while (status != 200) {
        assertThat(status).isEqualTo(503);
        status = server.send("GET", "/health/ready", "").statusCode();
      }
      assertThat(server.send("GET", "/", "").body()).isEqualTo(TOMS);
      assertThat(server.terminate()).isIn(0, 143);
      assertThat(server.errors())
          .contains("PostgreSQL has ended, and is started again", "PostgreSQL runs again");
    }
    assertStartsWithTom();
  }

  @Test
  void serve_whenTheDatabaseCannotBeStartedAgain_failsWithTheReason() throws Exception {
    try (ServerProcess server = ServerProcess.start(data.settings())) {
      assertThat(server.address()).isNotNull();
      data.loseDatabase();
      assertThat(server.exitCode()).isEqualTo(1);
      assertThat(server.errors().lines().filter(it -> it.startsWith("cats: ")))
          .singleElement(InstanceOfAssertFactories.STRING)
          .contains("PostgreSQL has ended, and does not start again", "does not exist");
    }
  }

  @Test
  void terminate_always_stopsTheDatabaseToo() throws Exception {
    // Also one that it has just created.
    data = new ServerDataFolder(folder.resolve("new"));
    try (ServerProcess server = ServerProcess.start(data.settings())) {
      assertThat(server.send("POST", "/add", TOM).statusCode()).isEqualTo(200);
      assertThat(data.pidFile()).exists();
      assertThat(server.terminate()).isIn(0, 143);
      assertThat(data.pidFile()).doesNotExist();
      assertThat(server.errors()).isEmpty();
    }
    assertStartsWithTom();
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", "migrate", "export"})
  void terminate_whileItStarts_stopsTheDatabaseToo(String command) throws Exception {
    try (var postgres = EmbeddedPostgres.start(folder, 20);
        Connection connection = data.connect();
        Statement statement = connection.createStatement()) {
      assertThat(postgres.settings().servers()).hasSize(1);
      // Back to an empty database, which needs migrating.
      statement.execute("drop schema public cascade");
      statement.execute("create schema public");
      // The lock that a migration starts with resolves to this function, and never returns.
      statement.execute("create schema slow");
      statement.execute(
          "create function slow.pg_advisory_lock(bigint) returns void language sql"
              + " as 'select pg_catalog.pg_sleep(600)'");
      statement.execute("alter database postgres set search_path = slow, pg_catalog, public");
    }
    try (var process = CommandProcess.start(data.settings(), folder, command)) {
      awaitMigration(process);
      process.requestStop();
      assertThat(process.exitCode()).isEqualTo(143);
      assertThat(data.pidFile()).doesNotExist();
      assertThat(process.errors().lines()).allMatch(it -> it.startsWith("cats: stopped"));
    }
  }

  @Test
  void terminate_justAsItListens_stillSaysWhereAndNoMore() throws Exception {
    Map<String, String> settings = data.settings();
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    settings.put("CATS_PORT", Integer.toString(port));
    // It loads classes slowly, so that what it still does then takes longer.
    try (ServerProcess server = ServerProcess.start(settings, "-Xshare:off")) {
      while (!accepts(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
        Thread.onSpinWait();
      }
      assertThat(server.terminate()).isEqualTo(143);
      assertThat(server.output()).startsWith("Cats listens on http://127.0.0.1:" + port + ",");
      assertThat(server.errors()).isEmpty();
    }
  }

  @Test
  void terminate_duringARequest_finishesIt() throws Exception {
    try (ServerProcess server = ServerProcess.start(data.settings());
        var client = new RawConnection(server.address())) {
      String head =
          """
          POST /add HTTP/1.1
          Host: localhost
          Content-Type: application/json
          Expect: 100-continue
          Content-Length: %d

          """
              .formatted(TOM.length())
              .replace("\n", "\r\n");
      client.write(head);
      // Sent once the body is read: the request is in progress.
      assertThat(client.read().status()).isEqualTo(100);
      client.write(TOM.substring(0, 10));
      server.requestStop();
      awaitNoMoreConnections(server);
      client.write(TOM.substring(10));
      assertThat(client.readAll())
          .startsWith("HTTP/1.1 200 OK\r\n")
          .contains("\r\nConnection: close\r\n")
          .endsWith("\r\n\"Added\"");
      assertThat(server.exitCode()).isIn(0, 143);
      assertThat(server.errors()).isEmpty();
    }
    assertStartsWithTom();
  }

  @Test
  void start_onAFolderInUse_isRefused() throws Exception {
    try (ServerProcess server = ServerProcess.start(data.settings())) {
      assertThat(server.address()).isNotNull();
      assertRefused(data.settings(), "is in use by another server, process");
    }
  }

  @Test
  void start_onAPortInUse_isRefused() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Map<String, String> settings = data.settings();
      settings.put("CATS_PORT", Integer.toString(taken.getLocalPort()));
      assertRefused(settings, "port " + taken.getLocalPort());
    }
  }

  @Test
  void start_withWrongSettings_namesAllOfThem() throws Exception {
    assertRefused(
        Map.of(
            "CATS_PORT", "70000",
            "CATS_HOST", "0.0.0.0",
            "CATS_DATABASE_WAIT", "soon",
            "POSTGRES_HOST", "localhost"),
        "CATS_PORT must be",
        "CATS_ALLOW_ANONYMOUS",
        "CATS_DATABASE_WAIT must be",
        "POSTGRES_PORT, POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB are missing");
  }

  @Test
  void start_withADatabaseThatStaysUnavailable_isRefusedWithoutItsPassword() throws Exception {
    int free;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    assertRefused(
        Map.of(
            "POSTGRES_HOST", "127.0.0.1",
            "POSTGRES_PORT", Integer.toString(free),
            "POSTGRES_USER", "test",
            "POSTGRES_PASSWORD", "the-secret",
            "POSTGRES_DB", "example",
            "CATS_DATABASE_WAIT", "500ms"),
        "has not answered within 500 ms");
  }

  @Test
  void start_withAWrongPassword_isRefusedAtOnce() throws Exception {
    try (ServerProcess server = ServerProcess.start(data.settings())) {
      assertThat(server.address()).isNotNull();
      Map<String, String> wrong = new HashMap<>(data.externalSettings("the-secret"));
      wrong.put("CATS_DATABASE_WAIT", "10m");
      assertRefused(wrong, "refuses the connection");
    }
  }

  @Test
  void list_ofAMillionCats_fitsIntoASmallHeap() throws Exception {
    Map<String, String> settings = data.settings();
    settings.put("CATS_SLOW_STATEMENT", "0s"); // whatever else the machine does
    try (ServerProcess server = ServerProcess.start(settings, "-Xmx64m")) {
      assertThat(server.address()).isNotNull();
      try (var connection = data.connect();
          var statement = connection.createStatement()) {
        statement.execute(
            "insert into cats (name, price, breed)"
                + " select 'cat ' || n, 1, 'manx' from generate_series(1, 1000000) n");
      }
      long bytes = 0;
      try (var body = server.address().resolve("/").toURL().openStream()) {
        byte[] buffer = new byte[65536];
        for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
          bytes += read;
        }
      }
      assertThat(bytes).isGreaterThan(50_000_000);
      assertThat(server.terminate()).isIn(0, 143);
      assertThat(server.errors()).isEmpty();
    }
  }

  private void awaitMigration(CommandProcess process) throws Exception {
    while (!data.isDatabaseReady()) {
      assertThat(process.endsWithin(0)).isFalse();
    }
    try (Connection connection = data.connect();
        Statement statement = connection.createStatement()) {
      boolean migrates = false;
      while (!migrates) {
        assertThat(process.endsWithin(0)).isFalse();
        try (ResultSet result =
            statement.executeQuery(
                "select exists (select from pg_stat_activity where wait_event = 'PgSleep')")) {
          result.next();
          migrates = result.getBoolean(1);
        }
      }
    }
  }

  private void assertStartsWithTom() throws Exception {
    try (ServerProcess server = ServerProcess.start(data.settings())) {
      assertThat(server.send("GET", "/", "").body()).isEqualTo(TOMS);
    }
  }

  /** Waits until the stopping server accepts no more connections. */
  private static void awaitNoMoreConnections(ServerProcess server) throws IOException {
    var address = new InetSocketAddress(server.address().getHost(), server.address().getPort());
    while (accepts(address)) {
      Thread.onSpinWait();
    }
  }

  private static boolean accepts(InetSocketAddress address) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(address, 1_000);
      return true;
    } catch (SocketException | SocketTimeoutException e) {
      return false; // refused, or reset while waiting to be accepted
    }
  }

  /** The server exits with 1, and says this in one line without a secret. */
  private static void assertRefused(Map<String, String> settings, String... says) throws Exception {
    try (ServerProcess server = ServerProcess.start(settings)) {
      assertThat(server.exitCode()).isEqualTo(1);
      assertThat(server.output()).isEmpty();
      assertThat(server.errors().lines()).hasSize(1);
      assertThat(server.errors()).startsWith("cats: ").contains(says).doesNotContain("the-secret");
    }
  }
}
