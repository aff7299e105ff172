package dev.catstore.http.server.database;

import dev.catstore.http.server.config.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the programs of PostgreSQL for one data folder. */
record PostgresPrograms(Path folder, PostgresBinaries binaries) {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresPrograms.class);
  private static final int SHOWN_LINES = 5;

  /** How long a program may take to end after its own timeout. */
  private static final Duration MARGIN = Duration.ofSeconds(60);

  /** What PostgreSQL wants free for the next file of its write-ahead log, and as much again. */
  private static final long ROOM_BYTES = 32L << 20;

  /** What is said where there may be no user namespace, and where there is no unshare. */
  private static final String NO_NAMESPACE = "unshare: unshare";

  private static final String NO_UNSHARE = "\"unshare\"";

  /**
   * Runs a program to its end. Its output goes to a file, since a daemon keeps pipes open.
   *
   * @throws StartupException if it cannot be run, fails, or does not end; says why
   */
  void run(Duration timeout, String program, String... arguments) throws StartupException {
    List<String> command = new ArrayList<>(prefix(program));
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
      if (!process.waitFor(timeout.plus(MARGIN).toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new StartupException(program + " did not end; " + lastLines(output));
      }
      if (process.exitValue() != 0) {
        String lines = lastLines(output);
        throw new StartupException(program + " failed" + hint(program, lines) + "; " + lines);
      }
    } catch (IOException e) {
      String reason = String.valueOf(e.getMessage());
      throw new StartupException(
          program + " cannot be run" + hint(program, reason) + ": " + reason, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartupException("interrupted", e);
    }
  }

  /**
   * PostgreSQL refuses to run as root, and initdb as a user without a name. In a user namespace
   * that maps nobody, each of them is the user nobody, while files still belong to the real one.
   */
  private static List<String> prefix(String program) {
    return isRoot() || (isNameless() && program.equals("initdb"))
        ? List.of("unshare", "-U")
        : List.of();
  }

  /** What may be done about it, by what the program or the operating system said. */
  private String hint(String program, String said) {
    if (said.contains(NO_NAMESPACE) || said.contains(NO_UNSHARE)) {
      return isRoot()
          ? " (root cannot run PostgreSQL without unshare -U: start as another user)"
          : " (its user must have a name, or unshare -U: add the user to /etc/passwd)";
    }
    if (!Files.isExecutable(Path.of(binaries.program(program)))) {
      return " (no program runs on the file system of the data folder: is it mounted noexec?)";
    }
    return hasRoom() ? "" : " (the disk of the data folder is full)";
  }

  /** Whether the disk has room for PostgreSQL to work. */
  boolean hasRoom() {
    try {
      return Files.getFileStore(folder).getUsableSpace() >= ROOM_BYTES;
    } catch (IOException e) {
      LOG.debug("nobody knows how much room there is", e);
      return true;
    }
  }

  private static boolean isRoot() {
    return !PostgresBinaries.isWindows() && System.getProperty("user.name").equals("root");
  }

  /** As in a container whose user is a mere number. */
  private static boolean isNameless() {
    return System.getProperty("user.name").equals("?");
  }

  /** The end of a log of the folder, in one line. */
  static String lastLines(Path file) {
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
