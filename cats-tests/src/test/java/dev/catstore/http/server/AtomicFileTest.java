package dev.catstore.http.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file is written completely or not at all. */
class AtomicFileTest {
  @TempDir private Path folder;

  @Test
  void commit_always_givesTheFileItsName() throws IOException {
    try (AtomicFile out = create("cats.csv", false)) {
      out.stream().write("cats".getBytes(UTF_8));
      assertThat(folder.resolve("cats.csv")).doesNotExist();
      out.commit();
    }
    assertThat(folder.resolve("cats.csv")).hasContent("cats");
    assertThat(folder.toFile().list()).hasSize(1);
    Path usual = Files.createFile(folder.resolve("usual"));
    assertThat(Files.getPosixFilePermissions(folder.resolve("cats.csv")))
        .isEqualTo(Files.getPosixFilePermissions(usual));
  }

  @Test
  void commit_ofACompressedFile_completesIt() throws IOException {
    try (AtomicFile out = create("cats.csv.gz", false)) {
      out.stream().write("cats".getBytes(UTF_8));
      out.commit();
    }
    try (var in = new GZIPInputStream(Files.newInputStream(folder.resolve("cats.csv.gz")))) {
      assertThat(in.readAllBytes()).asString().isEqualTo("cats");
    }
  }

  @Test
  void close_withoutCommit_leavesNothing() throws IOException {
    try (AtomicFile out = create("cats.csv", false)) {
      out.stream().write("ca".getBytes(UTF_8));
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void close_withoutCommit_leavesTheExistingFile() throws IOException {
    Path file = Files.writeString(folder.resolve("cats.csv"), "before");
    try (AtomicFile out = create("cats.csv", true)) {
      out.stream().write("ca".getBytes(UTF_8));
    }
    assertThat(file).hasContent("before");
    assertThat(folder.toFile().list()).containsExactly("cats.csv");
  }

  @Test
  void create_ofAnExistingFile_isRefusedUnlessOverwriting() throws IOException {
    Path file = Files.writeString(folder.resolve("cats.csv"), "before");
    Path link = Files.createSymbolicLink(folder.resolve("link.csv"), file);
    assertThatThrownBy(() -> create("cats.csv", false))
        .isInstanceOf(FileAlreadyExistsException.class);
    try (AtomicFile out = create("link.csv", true)) {
      out.stream().write("after".getBytes(UTF_8));
      out.commit();
    }
    assertThat(file).hasContent("after");
    assertThat(link).isSymbolicLink();
  }

  @Test
  void commit_whenTheFileWasCreatedMeanwhile_leavesThatFile() throws IOException {
    try (AtomicFile out = create("cats.csv", false)) {
      Files.writeString(folder.resolve("cats.csv"), "another");
      assertThatThrownBy(out::commit).isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThat(folder.resolve("cats.csv")).hasContent("another");
    assertThat(folder.toFile().list()).hasSize(1);
  }

  @Test
  void create_ofADirectory_isRefused() throws IOException {
    Files.createDirectory(folder.resolve("cats.csv"));
    assertThatThrownBy(() -> create("cats.csv", true))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("it is not a regular file");
  }

  private AtomicFile create(String name, boolean overwrite) throws IOException {
    return AtomicFile.create(
        CatFile.of(folder.resolve(name).toString(), Optional.empty()), overwrite);
  }
}
