package dev.catstore.http.server;

import static java.util.Objects.requireNonNull;

import dev.catstore.domain.BulkCounts;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.BulkRefusedException;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.InvalidValueException;
import dev.catstore.domain.OutcomeUnknownException;
import dev.catstore.http.server.config.StartupException;
import dev.catstore.http.wire.InvalidCatFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Adds, puts or edits the cats of a file, all or none. */
@Command(
    name = "import",
    description = {
      "Adds, puts or edits the cats of a file: all of them, or none if one is wrong.",
      "",
      "The name of the file tells its format: .csv for CSV with a header line, .ndjson or .jsonl for"
          + " one JSON object per line, .json for a JSON array; followed by .gz if it is compressed."
          + " A file written by export can be imported in each mode:",
      "",
      "  add   adds cats, with new ids; an id and a revision in the file are ignored",
      "  put   puts whole cats under their ids, whether they are there or not",
      "  edit  changes the columns that are in the file of the cats with these ids",
      "",
      "A cat that is put or edited with a revision is changed only from that revision; if another"
          + " client has changed it since, nothing is done, and its id is named.",
      "",
      "The cats are those of the database that serve would use with the same settings, or with --url"
          + " those of a running server. A server's own database, in its data folder, cannot be used"
          + " while the server runs: use --url then.%n"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:everything was done",
      "1:it failed; nothing was done, unless standard error says that this is unknown",
      "2:the command line is wrong; nothing was done",
      "130, 143:stopped by Ctrl-C or SIGTERM; nothing was done, unless the last line says so"
    })
final class ImportCommand extends StoreCommand {
  private static final String VERB = "import";
  private static final String NOTHING_DONE = "nothing was done";

  @Parameters(
      paramLabel = "FILE",
      description = "the file; - for standard input, which needs --format")
  private String file;

  @Option(
      names = "--mode",
      paramLabel = "add|put|edit",
      defaultValue = "add",
      description = "what to do with the cats, as above; add if it is missing")
  private String mode;

  @Option(
      names = "--dry-run",
      description = "read and check everything, and say what would be done, but do nothing")
  private boolean dryRun;

  @Option(
      names = "--key",
      paramLabel = "<key>",
      description =
          "an idempotency key, 1 to 255 visible ASCII characters: the same import again with the"
              + " same key does nothing more, and says what the first one did. Keys are kept for a"
              + " day. With --url a key is made if none is given")
  private @Nullable String key;

  @Override
  public Integer call() throws StartupException {
    ImportMode<?> chosen =
        ImportMode.of(mode).orElseThrow(() -> refused("--mode must be add, put or edit"));
    Optional<IdempotencyKey> givenKey = key();
    CatFile from = file(file, format());
    return run(chosen, givenKey, from, location());
  }

  private <T> int run(
      ImportMode<T> chosen, Optional<IdempotencyKey> givenKey, CatFile from, StoreLocation location)
      throws StartupException {
    String name = from.describe("standard input");
    try (CatSource<T> source = CatSource.open(from, chosen);
        ShutdownScope scope = ShutdownScope.untilStop();
        InterruptibleStore store = open(location, scope, NOTHING_DONE, () -> {})) {
      var options = new BulkOptions(givenKey.or(() -> newKey(location)), dryRun);
      return send(chosen, source, store, options);
    } catch (InvalidCatFileException e) {
      say("cats: " + name + " is wrong, and " + NOTHING_DONE + ":");
      sayAll(
          e.findings().stream().map(it -> from.format().place(it.position()) + ": " + it).toList(),
          e.more());
      return 1;
    } catch (BulkRefusedException e) {
      say("cats: " + name + " is refused, and " + NOTHING_DONE + ":");
      sayAll(
          e.refusals().stream()
              .map(it -> from.format().place(it.position()) + ": " + from.format().reason(it))
              .toList(),
          e.more());
      return 1;
    } catch (UncheckedIOException e) {
      throw unreadable(name, requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw unreadable(name, e);
    }
  }

  private <T> int send(
      ImportMode<T> chosen, CatSource<T> source, InterruptibleStore store, BulkOptions options)
      throws IOException, StartupException {
    long begin = System.nanoTime();
    BulkCounts counts;
    try (Progress progress = progress(source)) {
      counts =
          chosen.run(
              store.store(),
              () -> {
                progress.restart();
                return new Counted<>(source.iterator(), progress, store);
              },
              source.isRepeatable(),
              options);
    } catch (RuntimeException e) {
      if (store.isStopped()) {
        return 1; // the stop says so
      }
      if (e instanceof BulkRefusedException) {
        throw e;
      }
      throw e instanceof OutcomeUnknownException unknown
          ? unknown(unknown, options.key())
          : failed(e, NOTHING_DONE);
    }
    report(
        chosen.describe(counts, dryRun) + (dryRun ? "; checked" : ""),
        counts.added() + counts.changed() + counts.unchanged(),
        System.nanoTime() - begin);
    return 0;
  }

  private Progress progress(CatSource<?> source) throws IOException {
    if (isQuiet()) {
      return Progress.quiet();
    }
    return source.isRepeatable()
        ? Progress.ofBytes(VERB, source.size(), source::position)
        : Progress.ofCats(VERB, () -> -1);
  }

  private Optional<IdempotencyKey> key() {
    try {
      return Optional.ofNullable(key).map(IdempotencyKey::new);
    } catch (InvalidValueException e) {
      throw refused("--key must have 1 to 255 visible ASCII characters");
    }
  }

  /** A key for what is sent to a server; shown before that, for it may be all that is left. */
  private Optional<IdempotencyKey> newKey(StoreLocation location) {
    if (location.server().isEmpty() || dryRun) {
      return Optional.empty();
    }
    var made = new IdempotencyKey(UUID.randomUUID().toString());
    if (!isQuiet()) {
      say(
          "cats: idempotency key %s; after a lost connection repeat the same command with --key %s"
              .formatted(made, made));
    }
    return Optional.of(made);
  }

  private static StartupException unknown(
      OutcomeUnknownException e, Optional<IdempotencyKey> usedKey) {
    String remedy =
        usedKey
            .map(it -> "repeat the same command with --key " + it + ", which does it only once")
            .orElse("look with export before you try again");
    return new StartupException(
        "it is unknown whether everything was done, or nothing: %s (%s)"
            .formatted(remedy, e.getMessage()),
        e);
  }

  private static StartupException unreadable(String name, IOException e) {
    return new StartupException(
        "%s cannot be read, and %s: %s".formatted(name, NOTHING_DONE, reason(e)), e);
  }

  private void sayAll(List<String> lines, long more) {
    lines.forEach(line -> say("  " + line));
    if (more > 0) {
      say("  and " + more + " more");
    }
  }

  /** Counts the cats as they are pulled; a stop ends them, until the last one was pulled. */
  private record Counted<T>(Iterator<T> cats, Progress progress, InterruptibleStore store)
      implements Iterator<T> {
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
    public T next() {
      T cat = cats.next();
      progress.count();
      return cat;
    }
  }
}
