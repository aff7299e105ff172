package dev.catstore.http.server.database;

import dev.catstore.http.server.config.DatabaseSettings;
import dev.catstore.http.server.config.StartupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's own PostgreSQL, with everything it has in one folder: durable, reached through the
 * loopback address with a password, and closed to other users of the machine.
 *
 * <p>It is started as a daemon, so that Ctrl-C in a terminal does not end it while the server still
 * completes its requests. A server that was killed leaves it running; the next one stops it and
 * starts it again.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final String HOST = "127.0.0.1";
  private static final String USER = "cats";
  private static final String DATABASE = "postgres";
  private static final int PASSWORD_BYTES = 24;
  private static final int STOP_SECONDS = 60;

  /** How long PostgreSQL may take to start: after a crash it first recovers its data. */
  private static final Duration START_TIMEOUT = Duration.ofHours(1);

  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

  /** The line of postmaster.pid that has the state, and what is in it once PostgreSQL answers. */
  private static final int STATE_LINE = 7;

  private static final String READY = "ready";
  private static final int ATTEMPTS = 3;

  /** For checks of readiness, and for who looks into it. */
  private static final int SPARE_CONNECTIONS = 20;

  private final Path folder;
  private final FolderLock lock;
  private final PostgresPrograms programs;
  private final String password;
  private final int connections;
  private final PostgresWatch watch = new PostgresWatch(this);
  private int port;

  private EmbeddedPostgres(
      Path folder, FolderLock lock, PostgresPrograms programs, String password, int connections) {
    this.folder = folder;
    this.lock = lock;
    this.programs = programs;
    this.password = password;
    this.connections = connections;
  }

  /**
   * Starts the PostgreSQL whose data is in this folder, or creates one; returns once it answers.
   *
   * @param connections how many the server makes at most; a few more can be made
   * @throws StartupException if another server uses the folder, if other users could have put
   *     programs there, if its data is of another version of PostgreSQL, or if PostgreSQL does not
   *     start
   */
  public static EmbeddedPostgres start(Path folder, int connections) throws StartupException {
    return start(folder, connections, START_TIMEOUT);
  }

  static EmbeddedPostgres start(Path folder, int connections, Duration timeout)
      throws StartupException {
    try {
      DataFolder.take(folder);
      FolderLock lock = FolderLock.acquire(folder);
      try {
        var programs = new PostgresPrograms(folder, PostgresBinaries.in(folder));
        var postgres = new EmbeddedPostgres(folder, lock, programs, password(folder), connections);
        postgres.createData();
        postgres.stopLeftOver(timeout);
        postgres.launch(timeout);
        return postgres;
      } catch (IOException | StartupException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new StartupException("data folder %s cannot be used: %s".formatted(folder, e), e);
    }
  }

  /** How to connect to it. */
  public DatabaseSettings settings() {
    return new DatabaseSettings(
        List.of(HOST + ":" + port), USER, password, DATABASE, "disable", Optional.empty());
  }

  /**
   * Starts PostgreSQL again whenever it ends by itself, from now until {@link #close}.
   *
   * @return completed with the reason once that is given up
   */
  public CompletableFuture<StartupException> keepRunning() {
    return watch.start();
  }

  /** Stops PostgreSQL: it aborts what is in progress, and writes everything to its files. */
  @Override
  public void close() {
    if (!lock.isHeld()) {
      return; // already closed: by now another server may use the folder
    }
    watch.close();
    try {
      if (isRunning()) {
        stop();
      } else {
        LOG.warn(
            "PostgreSQL has ended before the server; {}", PostgresPrograms.lastLines(serverLog()));
      }
    } catch (IOException | StartupException e) {
      LOG.error("PostgreSQL did not stop; the next start will stop it", e);
    } finally {
      lock.close();
    }
  }

  /** The password of the folder, created with it. It never leaves its file and this process. */
  private static String password(Path folder) throws IOException {
    Path file = folder.resolve("password");
    if (!Files.exists(file)) {
      byte[] random = new byte[PASSWORD_BYTES];
      new SecureRandom().nextBytes(random);
      Path unfinished = folder.resolve("password.new");
      Files.deleteIfExists(unfinished);
      Files.createFile(unfinished, DataFolder.ownersAlone(folder, "rw-------"));
      Files.writeString(unfinished, Base64.getUrlEncoder().encodeToString(random));
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return Files.readString(file);
  }

  private Path data() {
    return folder.resolve("data");
  }

  /** Creates the data unless it exists. It gets its name once it is complete. */
  private void createData() throws IOException, StartupException {
    Path version = data().resolve("PG_VERSION");
    if (Files.exists(version)) {
      String found = Files.readString(version).strip();
      if (!found.equals(programs.binaries().major())) {
        throw new StartupException(
            "the data in %s is of PostgreSQL %s, and this server carries PostgreSQL %s: move the data with pg_upgrade or pg_dump, or use the server that made it"
                .formatted(folder, found, programs.binaries().version()));
      }
      return;
    }
    Path unfinished = folder.resolve("data.new");
    PostgresBinaries.delete(unfinished);
    programs.run(
        Duration.ofSeconds(STOP_SECONDS),
        "initdb",
        "-D",
        unfinished.toString(),
        "-U",
        USER,
        "-A",
        "scram-sha-256",
        "--pwfile=" + folder.resolve("password"),
        "-E",
        "UTF8",
        "--locale-provider=builtin",
        "--locale=C.UTF-8",
        "--no-instructions");
    Files.move(unfinished, data(), StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Stops the PostgreSQL of a server that was killed. Nobody else can have started one here, since
   * we hold the lock. One that still recovers is waited for: stopped, it would begin anew.
   */
  private void stopLeftOver(Duration timeout) throws IOException, StartupException {
    awaitReady(timeout);
    if (postmaster().isPresent()) {
      stop();
    }
    // A postmaster that was killed leaves children, which end by themselves when they notice.
    for (ProcessHandle child : processes()) {
      await(child);
    }
    // The id in it now belongs to another program or a zombie.
    Files.deleteIfExists(pidFile());
  }

  private void awaitReady(Duration timeout) throws IOException, StartupException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (!processes().isEmpty() && !state().equals(READY) && System.nanoTime() < deadline) {
      try {
        Thread.sleep(POLL_INTERVAL.toMillis());
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  private String state() throws IOException {
    List<String> lines = Files.exists(pidFile()) ? Files.readAllLines(pidFile()) : List.of();
    return lines.size() > STATE_LINE ? lines.get(STATE_LINE).strip() : "";
  }

  private Path pidFile() {
    return data().resolve("postmaster.pid");
  }

  /** The PostgreSQL that runs on the data; empty if the id in its file is another program's. */
  private Optional<ProcessHandle> postmaster() throws IOException {
    if (!Files.exists(pidFile())) {
      return Optional.empty();
    }
    String pid = Files.readString(pidFile()).lines().findFirst().orElse("").strip();
    Path programs = folder.toRealPath();
    return pid.matches("[0-9]{1,18}")
        ? ProcessHandle.of(Long.parseLong(pid)).filter(it -> it.isAlive() && isOf(it, programs))
        : Optional.empty();
  }

  /** The processes of this folder's PostgreSQL. */
  private List<ProcessHandle> processes() throws IOException {
    Path programs = folder.toRealPath();
    return ProcessHandle.allProcesses().filter(it -> isOf(it, programs)).toList();
  }

  private static boolean isOf(ProcessHandle process, Path programs) {
    return process.info().command().filter(it -> Path.of(it).startsWith(programs)).isPresent();
  }

  private static void await(ProcessHandle process) throws StartupException {
    try {
      process.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new StartupException(
          "a process of an earlier PostgreSQL does not end: " + process.pid(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Starts PostgreSQL on a free port; on another one if somebody took it in between. */
  private void launch(Duration timeout) throws IOException, StartupException {
    if (Files.exists(serverLog())) {
      Files.move(
          serverLog(), folder.resolve("server.log.old"), StandardCopyOption.REPLACE_EXISTING);
    }
    for (int attempt = 1; ; attempt++) {
      port = freePort();
      try {
        startProgram(timeout);
        return;
      } catch (StartupException e) {
        // It may still recover: a retry would disturb it, and the next start waits for it.
        boolean runs = !processes().isEmpty();
        if (runs || attempt == ATTEMPTS || isFree(port)) {
          throw new StartupException(
              e.getMessage()
                  + (runs ? "; it is still starting; " : "; ")
                  + PostgresPrograms.lastLines(serverLog()),
              e);
        }
      }
    }
  }

  private void startProgram(Duration timeout) throws StartupException {
    programs.run(
        timeout,
        "pg_ctl",
        "-D",
        data().toString(),
        "-l",
        serverLog().toString(),
        "-w",
        "-t",
        Long.toString(timeout.toSeconds()),
        "-o",
        "-p %s -c listen_addresses=%s -c unix_socket_directories= -c max_connections=%s -c fsync=on -c synchronous_commit=on -c full_page_writes=on"
            .formatted(port, HOST, connections + SPARE_CONNECTIONS),
        "start");
  }

  /** Whether it runs; it may have ended by itself, or been ended. */
  boolean isRunning() throws IOException {
    return postmaster().isPresent();
  }

  /** Starts it once more after it has ended, where clients know it. */
  void restart() throws IOException, StartupException {
    stopLeftOver(START_TIMEOUT);
    startProgram(START_TIMEOUT);
  }

  /** Whether its disk has room for it to work. */
  boolean hasRoom() {
    return programs.hasRoom();
  }

  /** What it logged last, in one line. */
  String lastWords() {
    return PostgresPrograms.lastLines(serverLog());
  }

  private Path serverLog() {
    return folder.resolve("server.log");
  }

  private void stop() throws StartupException {
    programs.run(
        Duration.ofSeconds(STOP_SECONDS),
        "pg_ctl",
        "-D",
        data().toString(),
        "-m",
        "fast",
        "-w",
        "-t",
        Integer.toString(STOP_SECONDS),
        "stop");
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      LOG.debug("the port was taken", e);
      return false;
    }
  }

  private static StartupException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new StartupException("interrupted", e);
  }
}
