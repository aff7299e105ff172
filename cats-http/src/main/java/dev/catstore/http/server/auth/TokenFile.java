package dev.catstore.http.server.auth;

import dev.catstore.http.server.config.SecretFile;
import dev.catstore.http.server.config.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens of a file, as it is now: it is read again when it has changed. While it cannot be
 * read, the tokens that it had before are good, and each request tries it again.
 */
public final class TokenFile {
  private static final Logger LOG = LoggerFactory.getLogger(TokenFile.class);

  private final Path file;
  private volatile Stamp seen;
  private volatile Tokens tokens;

  private TokenFile(Path file, Stamp seen, Tokens tokens) {
    this.file = file;
    this.seen = seen;
    this.tokens = tokens;
  }

  /** By what a change of the file is noticed. */
  private record Stamp(FileTime changed, long size, @Nullable Object key) {
    /** Of a file that is not there, or could not be read. */
    static final Stamp UNREAD = new Stamp(FileTime.fromMillis(0), -1, null);

    static Stamp of(Path file) {
      try {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
      } catch (IOException e) {
        LOG.debug("the file of tokens is not there", e);
        return UNREAD;
      }
    }
  }

  /**
   * Reads the file for the first time.
   *
   * @throws StartupException if the file cannot be read, or a line of it is wrong
   */
  public static TokenFile open(Path file) throws StartupException {
    Stamp stamp = Stamp.of(file);
    try {
      return new TokenFile(file, stamp, read(file));
    } catch (IOException e) {
      throw new StartupException(
          "CATS_TOKENS_FILE must be a file that the server can read, " + SecretFile.ENCODINGS, e);
    } catch (Tokens.MalformedException e) {
      throw new StartupException("CATS_TOKENS_FILE is wrong: " + e.getMessage(), e);
    }
  }

  Tokens tokens() {
    Stamp now = Stamp.of(file);
    if (!now.equals(seen)) {
      reload(now);
    }
    return tokens;
  }

  private synchronized void reload(Stamp now) {
    if (now.equals(seen)) {
      return;
    }
    try {
      tokens = read(file);
      LOG.info("the file of tokens has changed, and is read again");
    } catch (IOException e) {
      if (!seen.equals(Stamp.UNREAD)) {
        LOG.error("the file of tokens cannot be read: the tokens that it had stay good", e);
      }
      // What hinders may go without a trace in the stamp, as permissions do.
      seen = Stamp.UNREAD;
      return;
    } catch (Tokens.MalformedException e) {
      LOG.error("the file of tokens is wrong: {}: those that it had stay good", e.getMessage());
    }
    // The stamp is older than what was read: whatever comes in between is noticed the next time.
    seen = now;
  }

  private static Tokens read(Path file) throws IOException, Tokens.MalformedException {
    return Tokens.parse(SecretFile.read(file));
  }
}
