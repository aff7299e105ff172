package dev.catstore.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Token files for servers under test. */
public final class TokenFiles {
  private TokenFiles() {}

  /** Writes the file {@code tokens} in this folder; replaces it atomically, as tools do. */
  public static Path write(Path folder, String... lines) throws IOException {
    Path next = Files.writeString(folder.resolve("tokens.next"), String.join("\n", lines));
    return Files.move(
        next,
        folder.resolve("tokens"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
