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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
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
  private static final int SHOWN_LINES = 5;

  private final Path folder;
  private final FolderLock lock;
  private final PostgresBinaries binaries;
  private final String password;
  private int port;

  private EmbeddedPostgres(
      Path folder, FolderLock lock, PostgresBinaries binaries, String password) {
    this.folder = folder;
    this.lock = lock;
    this.binaries = binaries;
    this.password = password;
  }

  /**
   * Starts the PostgreSQL whose data is in this folder, or creates one; returns once it answers.
   *
   * @throws StartupException if another server uses the folder, if other users could have put
   *     programs there, if its data is of another version of PostgreSQL, or if PostgreSQL does not
   *     start
   */
  public static EmbeddedPostgres start(Path folder) throws StartupException {
    return start(folder, START_TIMEOUT);
  }

  static EmbeddedPostgres start(Path folder, Duration timeout) throws StartupException {
    try {
      DataFolder.take(folder);
      FolderLock lock = FolderLock.acquire(folder);
      try {
        var postgres =
            new EmbeddedPostgres(folder, lock, PostgresBinaries.in(folder), password(folder));
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

  /** Stops PostgreSQL: it aborts what is in progress, and writes everything to its files. */
  @Override
  public void close() {
    if (!lock.isHeld()) {
      return; // already closed: by now another server may use the folder
    }
    try {
      if (postmaster().isPresent()) {
        stop();
      } else {
        LOG.warn("PostgreSQL has ended before the server; {}", lastLines(serverLog()));
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
      if (!found.equals(binaries.major())) {
        throw new StartupException(
            "the data in %s is of PostgreSQL %s, and this server carries PostgreSQL %s: move the data with pg_upgrade or pg_dump, or use the server that made it"
                .formatted(folder, found, binaries.version()));
      }
      return;
    }
    Path unfinished = folder.resolve("data.new");
    PostgresBinaries.delete(unfinished);
    run(
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
    Path log = serverLog();
    for (int attempt = 1; ; attempt++) {
      if (Files.exists(log)) {
        Files.move(log, folder.resolve("server.log.old"), StandardCopyOption.REPLACE_EXISTING);
      }
      port = freePort();
      try {
        run(
            timeout,
            "pg_ctl",
            "-D",
            data().toString(),
            "-l",
            log.toString(),
            "-w",
            "-t",
            Long.toString(timeout.toSeconds()),
            "-o",
            "-p %s -c listen_addresses=%s -c unix_socket_directories= -c fsync=on -c synchronous_commit=on -c full_page_writes=on"
                .formatted(port, HOST),
            "start");
        return;
      } catch (StartupException e) {
        // It may still recover: a retry would disturb it, and the next start waits for it.
        boolean runs = !processes().isEmpty();
        if (runs || attempt == ATTEMPTS || isFree(port)) {
          throw new StartupException(
              e.getMessage() + (runs ? "; it is still starting; " : "; ") + lastLines(log), e);
        }
      }
    }
  }

  private Path serverLog() {
    return folder.resolve("server.log");
  }

  private void stop() throws StartupException {
    run(
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

  /** Runs a program of PostgreSQL. Its output goes to a file, since a daemon keeps pipes open. */
  private void run(Duration timeout, String program, String... arguments) throws StartupException {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      // PostgreSQL refuses to run as root; in its own user namespace it is nobody.
      command.addAll(List.of("unshare", "-U"));
    }
    command.add(binaries.program(program));
    command.addAll(List.of(arguments));
    Path output = folder.resolve(program + ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(timeout.plusSeconds(STOP_SECONDS).toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new StartupException(program + " did not end; " + lastLines(output));
      }
      if (process.exitValue() != 0) {
        String hint = isRoot() ? " (as root it needs unshare -U: use another user)" : "";
        throw new StartupException(program + " failed" + hint + "; " + lastLines(output));
      }
    } catch (IOException e) {
      String hint = isRoot() ? ": do not run as root where there is no unshare" : "";
      throw new StartupException(program + " cannot be run" + hint, e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static StartupException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new StartupException("interrupted", e);
  }

  private static boolean isRoot() {
    return !PostgresBinaries.isWindows() && System.getProperty("user.name").equals("root");
  }

  private static String lastLines(Path file) {
    try {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      return file
          + ": "
          + String.join(
              " | ", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    } catch (IOException e) {
      LOG.debug("a log cannot be read", e);
      return file.toString();
    }
  }
}
