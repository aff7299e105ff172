package dev.catstore.http.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.catstore.http.server.config.StartupException;
import dev.catstore.support.CapturedLog;
import dev.catstore.support.Slow;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The server's own PostgreSQL. All tests use one folder, one after the other, for unpacking it
 * takes a while.
 */
@Slow
@Timeout(300)
final class EmbeddedPostgresTest {
  @TempDir private static Path parent;

  private final Path folder = parent.resolve("new/cats-data");

  @ParameterizedTest
  @CsvSource({"fsync,on", "synchronous_commit,on", "full_page_writes,on", "server_encoding,UTF8"})
  void start_always_isDurable(String setting, String value) throws Exception {
    try (var postgres = EmbeddedPostgres.start(folder, 20)) {
      assertThat(ask(postgres, "show " + setting)).isEqualTo(value);
    }
  }

  @Test
  void start_always_listensOnLoopbackAlone() throws Exception {
    try (var postgres = EmbeddedPostgres.start(folder, 20)) {
      assertThat(postgres.settings().servers()).containsExactly("127.0.0.1:" + port(postgres));
      assertThat(ask(postgres, "show listen_addresses")).isEqualTo("127.0.0.1");
      assertThat(ask(postgres, "show unix_socket_directories")).isEmpty();
      List<String> others =
          NetworkInterface.networkInterfaces()
              .flatMap(NetworkInterface::inetAddresses)
              .map(address -> address.getHostAddress())
              .filter(address -> !address.equals("127.0.0.1"))
              .toList();
      for (String other : others) {
        assertThatThrownBy(() -> connect(other, port(postgres)))
            .as(other)
            .isInstanceOf(IOException.class);
      }
      connect("127.0.0.1", port(postgres));
    }
  }

  @Test
  void connect_withoutThePassword_isRefused() throws Exception {
    try (var postgres = EmbeddedPostgres.start(folder, 20)) {
      assertThat(postgres.settings().password()).hasSizeGreaterThanOrEqualTo(32);
      assertThatThrownBy(() -> connection(postgres, postgres.settings().user(), "wrong"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
      assertThatThrownBy(() -> connection(postgres, "nobody", postgres.settings().password()))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
      // Also for replication, and for whatever else the rules name.
      assertThat(
              ask(postgres, "select string_agg(distinct auth_method, ',') from pg_hba_file_rules"))
          .isEqualTo("scram-sha-256");
    }
  }

  @Test
  void start_always_closesItsFilesToOtherUsers() throws Exception {
    assumeThat(folder.getFileSystem().supportedFileAttributeViews()).contains("posix");
    EmbeddedPostgres.start(folder, 20).close();
    assertThat(permissions(folder)).isEqualTo("rwx------");
    assertThat(permissions(folder.resolve("data"))).isEqualTo("rwx------");
    assertThat(permissions(folder.resolve("password"))).isEqualTo("rw-------");
  }

  @Test
  void start_always_writesThePasswordIntoItsFileAlone() throws Exception {
    String password;
    try (var postgres = EmbeddedPostgres.start(folder, 20)) {
      password = postgres.settings().password();
      assertThatThrownBy(() -> connection(postgres, postgres.settings().user(), "wrong"))
          .isInstanceOf(SQLException.class);
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(it -> it.toString().contains(".log")).toList()) {
        assertThat(file).content().doesNotContain(password);
      }
    }
    assertThat(folder.resolve("password")).hasContent(password);
  }

  @Test
  void start_onAFolderInUse_isRefusedWithItsOwner() throws Exception {
    try (var postgres = EmbeddedPostgres.start(folder, 20)) {
      assertThatThrownBy(() -> EmbeddedPostgres.start(folder, 20))
          .isInstanceOf(StartupException.class)
          .hasMessage(
              "data folder %s is in use by another server, process %d",
              folder, ProcessHandle.current().pid());
      assertThat(ask(postgres, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void start_onAFile_isRefused() throws Exception {
    Path file = Files.writeString(parent.resolve("file"), "mine");
    assertThatThrownBy(() -> EmbeddedPostgres.start(file, 20))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("data folder " + file + " cannot be used: ");
    assertThat(file).hasContent("mine");
  }

  @Test
  void start_again_findsTheData() throws Exception {
    try (var postgres = EmbeddedPostgres.start(folder, 20)) {
      execute(postgres, "create table kept (n int); insert into kept values (7)");
    }
    try (var postgres = EmbeddedPostgres.start(folder, 20)) {
      assertThat(ask(postgres, "select n from kept")).isEqualTo("7");
      execute(postgres, "drop table kept");
    }
  }

  @Test
  void close_withAConnectionOpen_stopsPostgres() throws Exception {
    EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, 20);
    try (Connection open =
        connection(postgres, postgres.settings().user(), postgres.settings().password())) {
      assertThat(folder.resolve("data/postmaster.pid")).exists();
      postgres.close();
      assertThat(open.isValid(1)).isFalse();
    }
    assertThat(folder.resolve("data/postmaster.pid")).doesNotExist();
    assertThatThrownBy(() -> connect("127.0.0.1", port(postgres)))
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void close_again_leavesTheNextOneAlone() throws Exception {
    EmbeddedPostgres first = EmbeddedPostgres.start(folder, 20);
    first.close();
    try (var next = EmbeddedPostgres.start(folder, 20)) {
      first.close();
      assertThat(ask(next, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void start_onDataOfAnotherVersion_isRefusedAndChangesNothing() throws Exception {
    EmbeddedPostgres.start(folder, 20).close();
    Path version = folder.resolve("data/PG_VERSION");
    String own = Files.readString(version);
    Files.writeString(version, "12\n");
    Map<String, String> before = files(folder.resolve("data"));
    try {
      assertThatThrownBy(() -> EmbeddedPostgres.start(folder, 20))
          .isInstanceOf(StartupException.class)
          .hasMessageContainingAll(
              folder.toString(), "is of PostgreSQL 12,", "carries PostgreSQL " + own.strip() + ".");
      assertThat(files(folder.resolve("data"))).isEqualTo(before);
    } finally {
      Files.writeString(version, own);
    }
    // The refusal has let the folder go.
    EmbeddedPostgres.start(folder, 20).close();
  }

  @Test
  void start_afterTheMakingOfDataWasCutShort_beginsItAnew() throws Exception {
    EmbeddedPostgres.start(folder, 20).close();
    PostgresBinaries.delete(folder.resolve("data"));
    Path leftOver = Files.createDirectories(folder.resolve("data.new/base")).resolve("half");
    Files.writeString(leftOver, "");
    Files.writeString(folder.resolve("data.new/PG_VERSION"), "");
    try (var postgres = EmbeddedPostgres.start(folder, 20)) {
      assertThat(ask(postgres, "select 1")).isEqualTo("1");
      assertThat(folder.resolve("data.new")).doesNotExist();
      assertThat(folder.resolve("data/base/half")).doesNotExist();
    }
  }

  @Test
  void start_afterTheUnpackingWasCutShort_beginsItAnew() throws Exception {
    EmbeddedPostgres.start(folder, 20).close();
    Path home;
    try (Stream<Path> files = Files.list(folder)) {
      home =
          files
              .filter(it -> it.getFileName().toString().startsWith("postgres-"))
              .findFirst()
              .orElseThrow();
    }
    Path unfinished = Files.move(home, home.resolveSibling(home.getFileName() + ".new"));
    Files.writeString(unfinished.resolve("bin/half"), "");
    Files.writeString(unfinished.resolve("bin/initdb"), "half of it");
    try (var postgres = EmbeddedPostgres.start(folder, 20)) {
      assertThat(ask(postgres, "select 1")).isEqualTo("1");
      assertThat(unfinished).doesNotExist();
      assertThat(home.resolve("bin/half")).doesNotExist();
    }
  }

  @Test
  void start_whenAnotherProgramHasTheNumberOfAKilledPostgres_leavesThatProgramAlone()
      throws Exception {
    EmbeddedPostgres.start(folder, 20).close();
    Process other = Bystander.start();
    try {
      Path pidFile = folder.resolve("data/postmaster.pid");
      Files.write(
          pidFile,
          List.of(
              Long.toString(other.pid()),
              folder.resolve("data").toString(),
              "1700000000",
              "5432",
              "",
              "127.0.0.1",
              "     1         1",
              "ready   "));
      try (var postgres = EmbeddedPostgres.start(folder, 20)) {
        assertThat(ask(postgres, "select 1")).isEqualTo("1");
        assertThat(pidFile).content().doesNotStartWith(other.pid() + "\n");
      }
      assertThat(other.isAlive()).isTrue();
    } finally {
      // It ends by itself, with 0, unless somebody has killed it.
      other.getOutputStream().close();
      assertThat(other.waitFor()).isZero();
    }
  }

  @Test
  void close_whenAnotherProgramHasTheNumberOfAKilledPostgres_leavesThatProgramAlone()
      throws Exception {
    var postgres = EmbeddedPostgres.start(folder, 20);
    Path pidFile = folder.resolve("data/postmaster.pid");
    List<String> lines = Files.readAllLines(pidFile);
    ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(lines.get(0))).orElseThrow();
    postmaster.destroyForcibly();
    postmaster.onExit().get(60, TimeUnit.SECONDS);
    Process other = Bystander.start();
    try {
      lines.set(0, Long.toString(other.pid()));
      Files.write(pidFile, lines);
      postgres.close();
      assertThat(other.isAlive()).isTrue();
    } finally {
      other.getOutputStream().close();
      assertThat(other.waitFor()).isZero();
    }
    EmbeddedPostgres.start(folder, 20).close();
  }

  @Test
  void start_thatTakesTooLong_isCompletedByTheNextOne() throws Exception {
    try (var postgres = EmbeddedPostgres.start(folder, 20)) {
      execute(postgres, "create table survivor as select 1 as one");
    }

    assertThatThrownBy(() -> EmbeddedPostgres.start(folder, 20, Duration.ZERO))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("still starting");
    // It is launched, and has got no further yet.
    while (!Files.exists(folder.resolve("data/postmaster.pid"))) {
      Thread.onSpinWait();
    }
    assertThat(folder.resolve("server.log")).exists();

    try (var postgres = EmbeddedPostgres.start(folder, 20)) {
      assertThat(ask(postgres, "select one from survivor")).isEqualTo("1");
    }
  }

  @Test
  void close_afterPostgresWasKilled_saysSoInsteadOfFailing() throws Exception {
    try (var log = new CapturedLog(EmbeddedPostgres.class)) {
      var postgres = EmbeddedPostgres.start(folder, 20);
      String pid = Files.readAllLines(folder.resolve("data/postmaster.pid")).get(0);
      ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
      postmaster.destroyForcibly();
      postmaster.onExit().join();

      postgres.close();

      ILoggingEvent event = log.next();
      assertThat(event.getLevel()).isEqualTo(Level.WARN);
      assertThat(event.getFormattedMessage()).startsWith("PostgreSQL has ended before the server");
    }
    try (var postgres = EmbeddedPostgres.start(folder, 20)) {
      assertThat(ask(postgres, "select 1")).isEqualTo("1");
    }
  }

  /** A program that has nothing to do with PostgreSQL, and ends when its input does. */
  static final class Bystander {
    private Bystander() {}

    public static void main(String[] arguments) throws IOException {
      System.out.println("here");
      while (System.in.read() >= 0) {}
    }

    static Process start() throws Exception {
      Path classes =
          Path.of(Bystander.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  classes.toString(),
                  Bystander.class.getName())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      assertThat(process.getInputStream().readNBytes(4)).asString().isEqualTo("here");
      return process;
    }
  }

  private static int port(EmbeddedPostgres postgres) {
    return Integer.parseInt(postgres.settings().servers().get(0).replaceFirst(".*:", ""));
  }

  private static void connect(String host, int port) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), 5_000);
    }
  }

  private static Connection connection(EmbeddedPostgres postgres, String user, String password)
      throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    return DriverManager.getConnection(
        "jdbc:postgresql://%s/%s"
            .formatted(postgres.settings().servers().get(0), postgres.settings().name()),
        properties);
  }

  private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (Connection connection =
            connection(postgres, postgres.settings().user(), postgres.settings().password());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String ask(EmbeddedPostgres postgres, String sql) throws SQLException {
    try (Connection connection =
            connection(postgres, postgres.settings().user(), postgres.settings().password());
        Statement statement = connection.createStatement();
        var result = statement.executeQuery(sql)) {
      assertThat(result.next()).isTrue();
      return result.getString(1);
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  /** Each file with its size and the time of its last change. */
  private static Map<String, String> files(Path root) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.toList()) {
        found.put(file.toString(), Files.size(file) + " " + Files.getLastModifiedTime(file));
      }
    }
    return found;
  }
}
