package dev.catstore.http.server.database;

import dev.catstore.http.server.config.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of the server's own PostgreSQL. Programs in it are run, and so it must be in the hands
 * of nobody but the user of this process.
 */
final class DataFolder {
  private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);
  private static final String OWNERS = "rwx------";
  private static final int SETGID = 02000;

  /** What a shell does not leave alone between double quotes. */
  private static final Pattern SPECIAL = Pattern.compile("[$`\"\\\\\n\r]");

  private DataFolder() {}

  /**
   * Makes the folder, or takes the one that is there, and closes it to other users.
   *
   * @throws StartupException if it may have come from other users, or have files of theirs in it,
   *     or if PostgreSQL cannot use a folder of its name or on its file system
   */
  static void take(Path folder) throws IOException, StartupException {
    refuseSpecialCharacters(folder.toAbsolutePath());
    Files.createDirectories(folder.toAbsolutePath().resolve("..").normalize());
    if (!Files.isDirectory(folder)) {
      Files.createDirectory(folder, ownersAlone(folder, OWNERS));
    }
    refuseSpecialCharacters(folder.toRealPath());
    if (!isPosix(folder)) {
      return;
    }
    UserPrincipal owner = Files.getOwner(folder);
    if (!owner.equals(self(folder))) {
      throw new StartupException(
          "data folder %s belongs to another user, %s, who could put programs there: start as that user, or use a new folder, which may be inside of it"
              .formatted(folder, owner.getName()));
    }
    close(folder);
  }

  private static void close(Path folder) throws IOException, StartupException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
    boolean byOthers = permissions.contains(PosixFilePermission.OTHERS_WRITE);
    boolean byGroup = permissions.contains(PosixFilePermission.GROUP_WRITE);
    boolean byKubernetes = byGroup && !byOthers && isSetgid(folder);
    boolean open = (byOthers || byGroup) && !byKubernetes;
    if (open && !isEmpty(folder)) {
      throw new StartupException(
          "data folder %s is open to other users (%s), who could have put programs there: use a new folder, or 'chmod 700' it if you trust all that is in it"
              .formatted(folder, PosixFilePermissions.toString(permissions)));
    }
    setPermissions(folder, OWNERS);
    if (open && !isEmpty(folder)) {
      throw new StartupException(
          "data folder %s was filled by another user while it was closed: use a new folder"
              .formatted(folder));
    }
    if (byKubernetes) {
      LOG.warn(
          "data folder {} was open to its group, as fsGroup makes it; now it is closed", folder);
      refuseFilesOfOthers(folder);
    }
    // What PostgreSQL itself refuses to use; the rest cannot be reached.
    for (Path inside : List.of(folder.resolve("data"), folder.resolve("password"))) {
      if (Files.exists(inside)) {
        setPermissions(inside, Files.isDirectory(inside) ? OWNERS : "rw-------");
      }
    }
  }

  /**
   * PostgreSQL puts its paths between double quotes into commands of a shell, which would replace
   * some characters, and run what is in backticks.
   */
  private static void refuseSpecialCharacters(Path folder) throws StartupException {
    Matcher special = SPECIAL.matcher(folder.toString());
    if (!PostgresBinaries.isWindows() && special.find()) {
      String character = special.group();
      throw new StartupException(
          "data folder %s has %s in its path, which PostgreSQL cannot use: choose another folder"
              .formatted(
                  SPECIAL.matcher(folder.toString()).replaceAll("?"),
                  character.isBlank() ? "a line break" : "the character " + character));
    }
  }

  /** As fsGroup of Kubernetes makes the folders of a volume, and as this process never does. */
  private static boolean isSetgid(Path folder) throws IOException {
    return ((int) Files.getAttribute(folder, "unix:mode") & SETGID) != 0;
  }

  private static void refuseFilesOfOthers(Path folder) throws IOException, StartupException {
    UserPrincipal owner = Files.getOwner(folder);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (!Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(owner)) {
          throw new StartupException(
              "data folder %s was open to its group, and %s in it belongs to another user, %s: use a new folder"
                  .formatted(
                      folder,
                      folder.relativize(file),
                      Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).getName()));
        }
      }
    }
  }

  private static void setPermissions(Path file, String permissions)
      throws IOException, StartupException {
    Set<PosixFilePermission> wanted = PosixFilePermissions.fromString(permissions);
    Files.setPosixFilePermissions(file, wanted);
    if (!Files.getPosixFilePermissions(file).equals(wanted)) {
      throw new StartupException(
          "%s cannot be closed to other users, which PostgreSQL insists on: its file system keeps no permissions"
              .formatted(file));
    }
  }

  /** What a new file in the folder needs to be closed to other users, where there are such. */
  static FileAttribute<?>[] ownersAlone(Path folder, String permissions) {
    return isPosix(folder)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix(Path folder) {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** Whom a new file belongs to; a user in a container need not have a name to be looked up by. */
  private static UserPrincipal self(Path folder) throws IOException {
    Path mine = Files.createTempFile(folder, "owner", "");
    try {
      return Files.getOwner(mine);
    } finally {
      Files.delete(mine);
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }
}
