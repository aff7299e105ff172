package dev.catstore.http.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.catstore.http.server.config.StartupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may have been in the folder before the server. */
final class DataFolderTest {
  private static final int ANOTHER_USER = 54_321;

  private static final int SETGID = 02000;

  @TempDir private Path parent;

  @BeforeEach
  void needPosix() {
    assumeThat(parent.getFileSystem().supportedFileAttributeViews()).contains("posix");
  }

  @Test
  void take_new_closesItToOtherUsers() throws Exception {
    Path folder = parent.resolve("new/data");
    DataFolder.take(folder);
    assertThat(permissions(folder)).isEqualTo("rwx------");
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwxrwx", "rwxrwx---", "rwxr-xr-x", "rwx------"})
  void take_empty_closesItToOtherUsers(String before) throws Exception {
    Path folder = folder(before);
    DataFolder.take(folder);
    assertThat(permissions(folder)).isEqualTo("rwx------");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxr-xr-x", "rwxr-x---", "rwx------"})
  void take_withFilesThatOthersCouldAtMostRead_closesItToOtherUsers(String before)
      throws Exception {
    Path folder = folder(before);
    Files.writeString(folder.resolve("file"), "mine");
    DataFolder.take(folder);
    assertThat(permissions(folder)).isEqualTo("rwx------");
    assertThat(folder.resolve("file")).hasContent("mine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwxrwx", "rwxrwx---", "rwx----wx"})
  void take_withFilesThatOthersCouldHavePutThere_isRefusedAndChangesNothing(String permissions)
      throws Exception {
    Path folder = folder(permissions);
    Path file = Files.writeString(folder.resolve("file"), "whose?");
    assertThatThrownBy(() -> DataFolder.take(folder))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "data folder %s is open to other users (%s), who could have put programs there: use a"
                + " new folder, or 'chmod 700' it if you trust all that is in it",
            folder, permissions);
    assertThat(permissions(folder)).isEqualTo(permissions);
    assertThat(folder).isDirectoryContaining(file::equals);
  }

  @Test
  void take_ofAnotherUser_isRefused() throws Exception {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");
    Path folder = folder("rwx------");
    Files.setAttribute(folder, "unix:uid", ANOTHER_USER);
    assertThatThrownBy(() -> DataFolder.take(folder))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "data folder %s belongs to another user, %d, who could put programs there: start as"
                + " that user, or use a new folder, which may be inside of it",
            folder, ANOTHER_USER);
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a$HOME", "a\"b", "a`touch ran`b", "a\\b", "a\nb"})
  void take_ofAPathThatAShellReadsOtherwise_isRefusedBeforeItIsMade(String name) {
    Path folder = parent.resolve(name).resolve("data");
    assertThatThrownBy(() -> DataFolder.take(folder))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("which PostgreSQL cannot use: choose another folder")
        .message()
        .hasLineCount(1);
    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void take_openedToItsGroupByKubernetes_closesItAndWhatIsInIt() throws Exception {
    Path folder = folder("rwx------");
    Path data = Files.createDirectory(folder.resolve("data"));
    Path password = Files.writeString(folder.resolve("password"), "mine");
    Files.setAttribute(data, "unix:mode", SETGID | 0770);
    Files.setAttribute(password, "unix:mode", 0660);
    Files.setAttribute(folder, "unix:mode", SETGID | 0770);

    DataFolder.take(folder);

    assertThat(permissions(folder)).isEqualTo("rwx------");
    assertThat(permissions(data)).isEqualTo("rwx------");
    assertThat(permissions(password)).isEqualTo("rw-------");
    assertThat((int) Files.getAttribute(folder, "unix:mode") & SETGID).isZero();
  }

  @Test
  void take_openedToItsGroupWithAFileOfAnother_isRefused() throws Exception {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");
    Path folder = folder("rwx------");
    Path file = Files.writeString(folder.resolve("file"), "whose?");
    Files.setAttribute(file, "unix:uid", ANOTHER_USER);
    Files.setAttribute(folder, "unix:mode", SETGID | 0770);
    assertThatThrownBy(() -> DataFolder.take(folder))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "data folder %s was open to its group, and file in it belongs to another user, %d: use"
                + " a new folder",
            folder, ANOTHER_USER);
  }

  @Test
  void take_afterItWasClosedByHand_closesTheDataInIt() throws Exception {
    Path folder = folder("rwx------");
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwx---"));
    DataFolder.take(folder);
    assertThat(permissions(data)).isEqualTo("rwx------");
  }

  /** Not by its creation, which the umask has a say in. */
  private Path folder(String permissions) throws Exception {
    Path folder = Files.createDirectory(parent.resolve("data"));
    return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
  }

  private static String permissions(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
