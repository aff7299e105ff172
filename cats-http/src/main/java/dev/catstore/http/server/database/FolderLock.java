package dev.catstore.http.server.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.catstore.http.server.config.StartupException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a data folder for one process; the lock ends with the process, however that ends. */
final class FolderLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FolderLock.class);

  private final FileChannel file;

  private FolderLock(FileChannel file) {
    this.file = file;
  }

  /**
   * Locks the folder for this process.
   *
   * @throws StartupException if another server uses it; names its process
   */
  static FolderLock acquire(Path folder) throws IOException, StartupException {
    FileChannel file =
        FileChannel.open(
            folder.resolve("lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = file.tryLock(0, 1, false);
    } catch (OverlappingFileLockException e) {
      LOG.debug("the folder is in use in this process", e);
    }
    if (lock == null) {
      // After the locked byte, which Windows does not let others read.
      ByteBuffer owner = ByteBuffer.allocate(20);
      file.read(owner, 1);
      file.close();
      throw new StartupException(
          "data folder %s is in use by another server, process %s"
              .formatted(folder, new String(owner.array(), 0, owner.position(), UTF_8).strip()));
    }
    file.truncate(1);
    file.write(ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(UTF_8)), 1);
    return new FolderLock(file);
  }

  /** Whether the folder is still this process's. */
  boolean isHeld() {
    return file.isOpen();
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      LOG.warn("the lock of the data folder was not released", e);
    }
  }
}
