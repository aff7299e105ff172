package dev.catstore.http.server.database;

import dev.catstore.http.server.config.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder of the server's own PostgreSQL. Programs in it are run, and so it must be in the hands
 * of nobody but the user of this process.
 */
final class DataFolder {
  private DataFolder() {}

  /**
   * Makes the folder, or takes the one that is there, and closes it to other users.
   *
   * @throws StartupException if it may have come from other users, or have files of theirs in it
   */
  static void take(Path folder) throws IOException, StartupException {
    Files.createDirectories(folder.toAbsolutePath().resolve("..").normalize());
    if (!Files.isDirectory(folder)) {
      Files.createDirectory(folder, ownersAlone(folder, "rwx------"));
    }
    if (!isPosix(folder)) {
      return;
    }
    UserPrincipal owner = Files.getOwner(folder);
    if (!owner.equals(self(folder))) {
      throw new StartupException(
          "data folder %s belongs to another user, %s, who could put programs there: start as that user, or use a new folder, which may be inside of it"
              .formatted(folder, owner.getName()));
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
    boolean open =
        permissions.contains(PosixFilePermission.GROUP_WRITE)
            || permissions.contains(PosixFilePermission.OTHERS_WRITE);
    if (open && !isEmpty(folder)) {
      throw new StartupException(
          "data folder %s is open to other users (%s), who could have put programs there: use a new folder, or 'chmod 700' it if you trust all that is in it"
              .formatted(folder, PosixFilePermissions.toString(permissions)));
    }
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    if (open && !isEmpty(folder)) {
      throw new StartupException(
          "data folder %s was filled by another user while it was closed: use a new folder"
              .formatted(folder));
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
