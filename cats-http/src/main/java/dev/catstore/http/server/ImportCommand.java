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
      "The name of the file tells its format: .csv for CSV with a header line, .ndjson or .jsonl for"
          + " one JSON object per line; followed by .gz if it is compressed. A file written by export"
          + " can be imported; its cats get new ids.",
      "",
      "The cats are added to the database that serve would use with the same settings, or with --url"
          + " to a running server. A server's own database, in its data folder, cannot be used while"
          + " the server runs: use --url then.%n"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all cats were added",
      "1:it failed; no cat was added, unless standard error says that this is unknown",
      "2:the command line is wrong; nothing was done",
      "130, 143:stopped by Ctrl-C or SIGTERM; no cat was added, unless the last line says so"
    })
final class ImportCommand extends StoreCommand {
  private static final String VERB = "import";
  private static final String NOTHING_DONE = "no cat was added";
  private static final int BUFFER_BYTES = 64 * 1024;

  @Parameters(
      paramLabel = "FILE",
      description = "the file; - for standard input, which needs --format")
  private String file;

  /** The text to read, and its file if it is one that has a size. */
  private record Source(InputStream text, Optional<FileChannel> sized) implements AutoCloseable {
    /** Only with channels, whose reads can be interrupted. */
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
    StoreLocation location = location();
    String name = from.describe("standard input");
    try (Source source = Source.open(from)) {
      Iterator<NewCat> cats = from.format().read(source.text());
      try (ShutdownScope scope = ShutdownScope.untilStop();
          InterruptibleStore store = open(location, scope, NOTHING_DONE, () -> {})) {
        return add(cats, source, store);
      }
    } catch (InvalidCatFileException e) {
      say("cats: " + name + " is wrong, and " + NOTHING_DONE + ":");
      e.findings().forEach(it -> say("  " + e.format().place(it.position()) + ": " + it));
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
        return 1; // the stop says so
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

  /** Counts the cats as they are pulled; a stop ends them, until the last one was pulled. */
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
