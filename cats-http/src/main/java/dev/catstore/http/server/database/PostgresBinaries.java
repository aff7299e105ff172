package dev.catstore.http.server.database;

import dev.catstore.http.server.config.StartupException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
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
    String os = System.getProperty("os.name");
    String arch = System.getProperty("os.arch");
    Optional<String> archive = archive(os, arch, Files.exists(Path.of("/etc/alpine-release")));
    ClassLoader loader = PostgresBinaries.class.getClassLoader();
    try (InputStream in = archive.map(loader::getResourceAsStream).orElse(null)) {
      if (in == null) {
        throw new StartupException(
            "this server carries no PostgreSQL for %s on %s: set the POSTGRES_ variables, or use a build for this platform"
                .formatted(os, arch));
      }
      unpack(in, target);
    }
  }

  /**
   * The name of the archive for a platform, whether this build carries it or not; empty if nobody
   * makes one.
   *
   * @param os as in the property {@code os.name}
   * @param arch as in the property {@code os.arch}
   */
  static Optional<String> archive(String os, String arch, boolean alpine) {
    Optional<String> processor =
        switch (arch) {
          case "amd64", "x86_64" -> Optional.of("x86_64");
          case "aarch64" -> Optional.of("arm_64");
          default -> Optional.empty();
        };
    String lower = os.toLowerCase(Locale.ROOT);
    if (lower.startsWith("windows")) {
      return processor.map(it -> "postgres-windows-x86_64.txz"); // emulated on ARM
    }
    if (lower.startsWith("mac")) {
      return processor.map(it -> "postgres-darwin-" + it + ".txz");
    }
    return lower.startsWith("linux")
        ? processor.map(it -> "postgres-linux-" + it + (alpine ? "-alpine_linux.txz" : ".txz"))
        : Optional.empty();
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
