package dev.catstore.http.server;

import static java.util.Objects.requireNonNull;

import dev.catstore.domain.NewCat;
import dev.catstore.http.server.config.StartupException;
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
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Adds the cats of a file, all or none. */
@Command(
    name = "import",
    description = {
      "Adds the cats of a file: all of them, or none if one is wrong.",
      "",
      "The file's name says what is in it: .csv for CSV with a header line, .ndjson or .jsonl for a"
          + " JSON object on each line; with .gz after it, compressed with gzip. What export has"
          + " written can be read; the cats get new ids.",
      "",
      "The cats go into the database that serve would use with the same settings, or with --url to"
          + " a server that runs. A server's own database, in its data folder, cannot be used while"
          + " the server runs: then --url is the way.%n"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all cats were added",
      "1:it failed, and no cat was added, unless a line on standard error says that this is not known;"
          + " it also says what is wrong",
      "2:the command line is wrong; nothing was done",
      "130, 143:stopped by Ctrl-C or SIGTERM, and no cat was added, unless the last line says that"
          + " they were"
    })
final class ImportCommand extends StoreCommand {
  private static final String VERB = "import";
  private static final String NOTHING_DONE = "no cat was added";
  private static final int BUFFER_BYTES = 64 * 1024;

  @Parameters(
      paramLabel = "FILE",
      description = "the file; - for standard input, which needs --format")
  private String file;

  /** A text that is read, and of which file that has a size, if of one. */
  private record Source(InputStream text, Optional<FileChannel> sized) implements AutoCloseable {
    /** By channels alone: a thread that waits for what they read can be interrupted. */
    static Source open(CatFile file) throws IOException {
      if (file.path().isEmpty()) {
        FileChannel in = new FileInputStream(FileDescriptor.in).getChannel();
        return new Source(Channels.newInputStream(in), Optional.empty());
      }
      Path path = file.path().get();
      FileChannel channel = FileChannel.open(path);
      try {
        InputStream bytes = Channels.newInputStream(channel);
        return new Source(
            file.compressed()
                ? GzipCompressorInputStream.builder()
                    .setInputStream(new BufferedInputStream(bytes, BUFFER_BYTES))
                    .setDecompressConcatenated(true)
                    .get()
                : bytes,
            Files.isRegularFile(path) ? Optional.of(channel) : Optional.empty());
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    }

    Progress progress() throws IOException {
      if (sized.isEmpty()) {
        return Progress.ofCats(VERB, () -> -1);
      }
      return Progress.ofBytes(VERB, sized.get().size(), () -> position(sized.get()));
    }

    private static long position(FileChannel channel) {
      try {
        return channel.position();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      text.close();
    }
  }

  @Override
  public Integer call() throws StartupException {
    CatFile from = file(file, format());
    Place place = place();
    String name = from.describe("standard input");
    try (Source source = Source.open(from)) {
      Iterator<NewCat> cats = from.format().read(source.text());
      try (InterruptibleStore store = open(place, NOTHING_DONE, () -> {})) {
        return add(cats, source, store);
      }
    } catch (InvalidCatFileException e) {
      say("cats: " + name + " is wrong, and " + NOTHING_DONE + ":");
      e.findings().forEach(it -> say("  line " + it.line() + ": " + it));
      if (e.more() > 0) {
        say("  and " + e.more() + " more");
      }
      return 1;
    } catch (UncheckedIOException e) {
      throw unreadable(name, requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  private int add(Iterator<NewCat> cats, Source source, InterruptibleStore store)
      throws IOException, StartupException {
    long begin = System.nanoTime();
    long added;
    try (Progress progress = isQuiet() ? Progress.quiet() : source.progress()) {
      added = store.store().addAll(new Counted(cats, progress, store));
    } catch (RuntimeException e) {
      if (store.isStopped()) {
        return 1; // which is said by the stop
      }
      throw failed(e, NOTHING_DONE);
    }
    report("added %s", added, System.nanoTime() - begin);
    return 0;
  }

  private static StartupException unreadable(String name, IOException e) {
    return new StartupException(
        "%s cannot be read, and %s: %s".formatted(name, NOTHING_DONE, reason(e)), e);
  }

  /** Cats that are counted, until a stop; after the last one there is none any more. */
  private record Counted(Iterator<NewCat> cats, Progress progress, InterruptibleStore store)
      implements Iterator<NewCat> {
    @Override
    public boolean hasNext() {
      store.throwIfStopped();
      boolean more = cats.hasNext();
      if (!more) {
        store.finish();
      }
      return more;
    }

    @Override
    public NewCat next() {
      NewCat cat = cats.next();
      progress.count();
      return cat;
    }
  }
}
