package dev.catstore.http.server.config;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file with a secret, as editors and tools of any system write it. */
public final class SecretFile {
  /** How it must be written, for who is told that it cannot be read. */
  public static final String ENCODINGS = "in UTF-8, or in UTF-16 with a byte order mark";

  private static final Logger LOG = LoggerFactory.getLogger(SecretFile.class);
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

  /** Which field of a line is the path of the mount point. */
  private static final int MOUNT_POINT = 4;

  private SecretFile() {}

  /**
   * The text of the file, in UTF-8, or with a byte order mark in UTF-16; without the mark.
   *
   * @throws CharacterCodingException if it is neither
   */
  public static String read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int start = bytes.length < 2 ? 0 : ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
    Charset charset = start == 0xfffe ? UTF_16LE : start == 0xfeff ? UTF_16BE : UTF_8;
    String text = charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    if (text.indexOf('\0') >= 0) {
      throw new CharacterCodingException(); // UTF-16 without its mark
    }
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /**
   * Whether a file is mounted by itself, as containers can have it: when it is replaced where it
   * comes from, its old content stays here. False where nobody knows.
   */
  static boolean isMountPoint(Path file) {
    if (!Files.isReadable(MOUNTS)) {
      return false;
    }
    try {
      // White space and the backslash stand there as their octal numbers.
      String path = file.toRealPath().toString().replace("\\", "\\134").replace(" ", "\\040");
      return Files.readAllLines(MOUNTS).stream()
          .anyMatch(it -> it.split(" ", -1)[MOUNT_POINT].equals(path));
    } catch (IOException e) {
      LOG.debug("nobody knows what is mounted", e);
      return false;
    }
  }

  /** The text without the line break at its end. */
  static String readLine(Path file) throws IOException {
    return read(file).replaceFirst("\\R\\z", "");
  }
}
