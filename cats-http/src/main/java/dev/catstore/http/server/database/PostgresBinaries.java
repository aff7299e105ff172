package dev.catstore.http.server.database;

import dev.catstore.http.server.config.StartupException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The PostgreSQL that the build has put on the class path, unpacked into a folder. */
record PostgresBinaries(Path home, String version) {
  private static final int OWNER_EXECUTES = 0100;

  /**
   * Unpacks the binaries, unless they are there. An unpacking that was cut short is begun anew: the
   * folder has its name once it is whole.
   */
  static PostgresBinaries in(Path folder) throws IOException, StartupException {
    String version = carriedVersion();
    Path home = folder.resolve("postgres-" + version);
    if (!Files.isDirectory(home)) {
      Path unfinished = folder.resolve("postgres-" + version + ".new");
      delete(unfinished);
      unpack(unfinished);
      Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
    }
    return new PostgresBinaries(home, version);
  }

  /** The path of one of the programs, for example {@code initdb}. */
  String program(String name) {
    return home.resolve("bin").resolve(isWindows() ? name + ".exe" : name).toString();
  }

  /** The version without which a data folder cannot be read, for example {@code 18}. */
  String major() {
    return version.substring(0, version.indexOf('.'));
  }

  static boolean isWindows() {
    return osName().startsWith("windows");
  }

  /** Deletes a folder and all in it, if it is there. */
  static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static String carriedVersion() throws IOException {
    try (InputStream in = PostgresBinaries.class.getResourceAsStream("postgres.properties")) {
      if (in == null) {
        throw new IOException("postgres.properties is missing");
      }
      var properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    }
  }

  private static void unpack(Path target) throws IOException, StartupException {
    ClassLoader loader = PostgresBinaries.class.getClassLoader();
    for (String archive : archives()) {
      try (InputStream in = loader.getResourceAsStream(archive)) {
        if (in != null) {
          unpack(in, target);
          return;
        }
      }
    }
    throw new StartupException(
        "this server carries no PostgreSQL for %s on %s: set the POSTGRES_ variables, or use a build for this platform"
            .formatted(System.getProperty("os.name"), System.getProperty("os.arch")));
  }

  /** The names that the archive can have, best first. */
  private static List<String> archives() {
    String arch = System.getProperty("os.arch");
    boolean arm = arch.equals("aarch64");
    if (isWindows()) {
      return List.of("postgres-windows-x86_64.txz");
    }
    if (osName().startsWith("mac")) {
      return List.of(arm ? "postgres-darwin-arm_64.txz" : "postgres-darwin-x86_64.txz");
    }
    String linux = "postgres-linux-" + (arm ? "arm_64" : "x86_64");
    boolean alpine = Files.exists(Path.of("/etc/alpine-release"));
    return List.of(linux + (alpine ? "-alpine_linux.txz" : ".txz"));
  }

  private static String osName() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT);
  }

  private static void unpack(InputStream in, Path target) throws IOException {
    Files.createDirectories(target);
    try (var tar = new TarArchiveInputStream(new XZCompressorInputStream(in))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("the archive has a file outside of it: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else {
          Files.createDirectories(path.resolveSibling("."));
          write(tar, entry, path);
        }
      }
    }
  }

  private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path path)
      throws IOException {
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, path);
    if ((entry.getMode() & OWNER_EXECUTES) != 0 && !path.toFile().setExecutable(true)) {
      throw new IOException("cannot make executable: " + path);
    }
  }
}
