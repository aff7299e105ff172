package dev.catstore.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The data folder of a packaged server, used behind the server's back. */
public record ServerDataFolder(Path path) {
  private static final String USER = "cats";
  private static final String DATABASE = "postgres";

  /** Fills this empty folder as a first start of the server does. */
  public static ServerDataFolder initialize(Path path) throws IOException {
    PackagedJar.copyDataFolder(path);
    return new ServerDataFolder(path);
  }

  /** Settings of a server on this folder, to which more can be added. */
  public Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put("CATS_DATA_DIR", path.toString());
    settings.put("CATS_PORT", "0");
    return settings;
  }

  /** Settings that name its running PostgreSQL as an external database. */
  public Map<String, String> externalSettings(String password) throws IOException {
    return Map.of(
        "POSTGRES_HOST", "127.0.0.1",
        "POSTGRES_PORT", Integer.toString(port()),
        "POSTGRES_USER", USER,
        "POSTGRES_PASSWORD", password,
        "POSTGRES_DB", DATABASE);
  }

  /** The file that its PostgreSQL keeps while it runs. */
  public Path pidFile() {
    return path.resolve("data/postmaster.pid");
  }

  /** Whether its PostgreSQL takes connections. */
  public boolean isDatabaseReady() throws IOException {
    return Files.exists(pidFile()) && Files.readString(pidFile()).contains("ready");
  }

  /** A connection to its running PostgreSQL. */
  public Connection connect() throws IOException, SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port(), DATABASE),
        USER,
        Files.readString(path.resolve("password")));
  }

  /** Ends its PostgreSQL as a crash would. */
  public void killDatabase() throws IOException {
    kill(Long.parseLong(pidLines().get(0)));
  }

  private static void kill(long pid) {
    ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
    assertThat(postmaster.destroyForcibly()).isTrue();
    while (postmaster.isAlive()) {
      Thread.onSpinWait();
    }
  }

  /** Ends its PostgreSQL for good: it cannot be started again, since its data is not there. */
  public void loseDatabase() throws IOException {
    long pid = Long.parseLong(pidLines().get(0));
    Files.move(path.resolve("data"), path.resolve("data.lost"));
    kill(pid);
  }

  private int port() throws IOException {
    return Integer.parseInt(pidLines().get(3));
  }

  private List<String> pidLines() throws IOException {
    return Files.readAllLines(pidFile());
  }
}
