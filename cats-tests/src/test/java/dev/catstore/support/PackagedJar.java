package dev.catstore.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The packaged jar, whose first start is done once for all tests of a JVM: what takes long in it is
 * kept for the later starts.
 */
final class PackagedJar {
  private PackagedJar() {}

  /** The command that runs the jar. */
  static List<String> command(List<String> jvmOptions, List<String> arguments) {
    List<String> options = new ArrayList<>();
    options.add("-XX:SharedArchiveFile=" + FirstStart.CLASSES);
    options.addAll(jvmOptions);
    return javaCommand(options, arguments);
  }

  /** Fills this empty folder with what the first start left in its data folder. */
  static void copyDataFolder(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(FirstStart.DATA)) {
      for (Path file : files.skip(1).toList()) {
        Path relative = FirstStart.DATA.relativize(file);
        if (relative.startsWith("data") || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          Files.copy(
              file,
              folder.resolve(relative),
              StandardCopyOption.COPY_ATTRIBUTES,
              LinkOption.NOFOLLOW_LINKS);
        } else {
          // Programs, which nobody changes.
          Files.createLink(folder.resolve(relative), file);
        }
      }
    }
  }

  private static List<String> javaCommand(List<String> jvmOptions, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Most of these processes end before code that is compiled well would pay.
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(jvmOptions);
    command.addAll(List.of("-jar", System.getProperty("cats.server.jar")));
    command.addAll(arguments);
    return command;
  }

  /** Done when this class is first used; its files are deleted when the JVM ends. */
  private static final class FirstStart {
    private static final Path FOLDER = newFolder();
    static final Path DATA = FOLDER.resolve("data");
    static final Path CLASSES = FOLDER.resolve("classes.jsa");

    static {
      List<String> options =
          List.of("-XX:ArchiveClassesAtExit=" + CLASSES, "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
      Map<String, String> settings = Map.of("CATS_DATA_DIR", DATA.toString(), "CATS_PORT", "0");
      try (ServerProcess server = ServerProcess.start(settings, javaCommand(options, List.of()))) {
        assertThat(server.address()).isNotNull();
        server.terminate();
        assertThat(server.errors()).isEmpty();
        assertThat(CLASSES).exists();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    private static Path newFolder() {
      try {
        Path folder = Files.createTempDirectory("cats-packaged");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
        return folder;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void delete(Path folder) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
