package dev.catstore.http.server;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that gets its name once it is complete: until then it has a temporary one beside it. Or
 * standard output.
 */
final class AtomicFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AtomicFile.class);
  private static final int BUFFER_BYTES = 64 * 1024;

  private final @Nullable Path target;
  private final @Nullable Path unfinished;
  private final @Nullable FileChannel channel;
  private final boolean overwrite;
  private final OutputStream stream;

  private AtomicFile(
      @Nullable Path target,
      @Nullable Path unfinished,
      @Nullable FileChannel channel,
      boolean overwrite,
      OutputStream stream) {
    this.target = target;
    this.unfinished = unfinished;
    this.channel = channel;
    this.overwrite = overwrite;
    this.stream = stream;
  }

  /**
   * @param overwrite whether the file may exist already
   * @throws FileAlreadyExistsException if it exists and must not be overwritten
   */
  static AtomicFile create(CatFile file, boolean overwrite) throws IOException {
    if (file.path().isEmpty()) {
      // System.out would hide failures, and could not be interrupted.
      FileChannel out = new FileOutputStream(FileDescriptor.out).getChannel();
      return new AtomicFile(null, null, null, true, Channels.newOutputStream(out));
    }
    Path target = file.path().get();
    if (Files.exists(target)) {
      if (!Files.isRegularFile(target)) {
        throw new FileSystemException(target.toString(), null, "it is not a regular file");
      }
      if (!overwrite) {
        throw new FileAlreadyExistsException(target.toString());
      }
      target = target.toRealPath(); // of a link, its target
    }
    Path folder = target.toAbsolutePath().getParent();
    Path unfinished =
        Files.createTempFile(folder, target.getFileName() + ".", ".part", usual(target));
    FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE);
    OutputStream bytes = Channels.newOutputStream(channel);
    return new AtomicFile(
        target,
        unfinished,
        channel,
        overwrite,
        file.compressed() ? new GZIPOutputStream(bytes, BUFFER_BYTES) : bytes);
  }

  OutputStream stream() {
    return stream;
  }

  /** Gives the file its name. From here on it survives a power failure. */
  void commit() throws IOException {
    if (stream instanceof GZIPOutputStream compressed) {
      compressed.finish();
    }
    if (target != null && unfinished != null && channel != null) {
      channel.force(true);
      channel.close();
      if (overwrite) {
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      } else {
        Files.move(unfinished, target);
      }
      forceName(target);
    }
  }

  /** The new name is in the folder, which is written to disk by itself where that can be asked. */
  private static void forceName(Path file) throws IOException {
    if (isPosix(file)) {
      Path folder = file.toAbsolutePath().getParent();
      try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
        names.force(true);
      }
    }
  }

  private static boolean isPosix(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** Removes the file, unless it got its name. */
  @Override
  public void close() {
    try {
      if (channel != null && unfinished != null) {
        channel.close();
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      LOG.warn("{} is left behind, and can be removed", unfinished, e);
    }
  }

  /** As other programs create files: the umask decides who can read it. */
  private static FileAttribute<?>[] usual(Path file) {
    return isPosix(file)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-rw-rw-"))
        }
        : new FileAttribute<?>[0];
  }
}
