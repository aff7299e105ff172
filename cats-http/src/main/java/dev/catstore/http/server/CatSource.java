package dev.catstore.http.server;

import dev.catstore.domain.OutcomeUnknownException;
import dev.catstore.http.wire.InvalidCatFileException;
import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.Iterator;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The cats of a file or of standard input, and how far they have been read. For one thread.
 *
 * @param <T> what a record is read as
 */
final class CatSource<T> implements Iterable<T>, AutoCloseable {
  private static final int BUFFER_BYTES = 64 * 1024;

  private final CatFile file;
  private final ImportMode<T> mode;
  private FileChannel channel;
  private @Nullable Iterator<T> first;
  private boolean readToItsEnd;

  private CatSource(CatFile file, ImportMode<T> mode, FileChannel channel) {
    this.file = file;
    this.mode = mode;
    this.channel = channel;
  }

  /**
   * Opens a file and reads its header line, if it has one.
   *
   * @throws InvalidCatFileException if that is wrong
   */
  static <T> CatSource<T> open(CatFile file, ImportMode<T> mode) throws IOException {
    var source = new CatSource<>(file, mode, openChannel(file));
    try {
      source.first = source.read();
      return source;
    } catch (IOException | RuntimeException e) {
      source.close();
      throw e;
    }
  }

  /** Whether it can be read more than once, and has a size. */
  boolean isRepeatable() {
    return file.path().filter(Files::isRegularFile).isPresent();
  }

  /** In bytes. */
  long size() throws IOException {
    return channel.size();
  }

  /** How many bytes have been read, the present time. */
  long position() {
    try {
      return channel.position();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads the cats; after the first time from the beginning again, if they are repeatable.
   *
   * @throws OutcomeUnknownException also from the iterator, if they have been read to their end
   *     before, and cannot be read any more
   */
  @Override
  public Iterator<T> iterator() {
    Iterator<T> cats = first;
    first = null;
    boolean mayBeDone = readToItsEnd;
    Iterator<T> records = cats != null ? cats : reading(mayBeDone, this::reopen);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        boolean more = reading(mayBeDone, records::hasNext);
        readToItsEnd |= !more;
        return more;
      }

      @Override
      public T next() {
        return reading(mayBeDone, records::next);
      }
    };
  }

  /** Reads something. */
  private interface Reading<R> {
    R read() throws IOException;
  }

  private static <R> R reading(boolean mayBeDone, Reading<R> step) {
    try {
      return step.read();
    } catch (IOException | UncheckedIOException | InvalidCatFileException e) {
      if (mayBeDone) {
        throw new OutcomeUnknownException("the file cannot be read again: " + e.getMessage(), e);
      }
      throw e instanceof IOException failure
          ? new UncheckedIOException(failure)
          : (RuntimeException) e;
    }
  }

  private Iterator<T> reopen() throws IOException {
    channel.close();
    channel = openChannel(file);
    return read();
  }

  private Iterator<T> read() throws IOException {
    InputStream bytes = Channels.newInputStream(channel);
    return mode.read(
        file.format(),
        file.compressed()
            ? GzipCompressorInputStream.builder()
                .setInputStream(new BufferedInputStream(bytes, BUFFER_BYTES))
                .setDecompressConcatenated(true)
                .get()
            : bytes);
  }

  /** Only channels have reads that can be interrupted. */
  private static FileChannel openChannel(CatFile file) throws IOException {
    return file.path().isEmpty()
        ? new FileInputStream(FileDescriptor.in).getChannel()
        : FileChannel.open(file.path().get());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
