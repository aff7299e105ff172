package dev.catstore.http.server;

import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatSort;
import dev.catstore.domain.InvalidValueException;
import dev.catstore.domain.Violation;
import dev.catstore.domain.Violations;
import dev.catstore.http.server.config.Settings;
import dev.catstore.http.server.config.StartupException;
import dev.catstore.http.wire.CatFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes cats to a file. */
@Command(
    name = "export",
    description = {
      "Writes all cats, or those that match the options, in the order of their ids or of --sort.",
      "",
      "The name of the file tells its format: .csv for CSV with a header line, .ndjson or .jsonl for"
          + " one JSON object per line, .json for a JSON array; followed by .gz to compress it. The"
          + " file gets its name once it is complete.",
      "",
      "The cats are those of the database that serve would use with the same settings, or with --url"
          + " those of a running server. A server's own database, in its data folder, cannot be used"
          + " while the server runs: use --url then.%n"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all cats were written",
      "1:it failed; the file is as it was before. Standard error says why, except when the reader of"
          + " standard output has closed it",
      "2:the command line is wrong; nothing was done",
      "130, 143:stopped by Ctrl-C or SIGTERM; no file was written, unless the last line says so"
    })
final class ExportCommand extends StoreCommand {
  private static final Map<String, String> OPTIONS =
      Map.of(
          "breed",
          "--breed",
          "namePart",
          "--name",
          "minPrice",
          "--price-min",
          "maxPrice",
          "--price-max");

  private static final int FILE_TYPE_MASK = 0170000;
  private static final int FIFO = 0010000;
  private static final int SOCKET = 0140000;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      defaultValue = "-",
      description =
          "the file; standard output if it is missing or -, in CSV unless --format says otherwise")
  private String file;

  @Option(names = "--force", description = "overwrite an existing file, which is refused otherwise")
  private boolean force;

  @Option(
      names = "--bom",
      description = "begin CSV with a byte order mark, by which Excel knows that it is UTF-8")
  private boolean bom;

  @Option(
      names = "--sort",
      paramLabel = "<field>",
      description =
          "the order: id, name, price or breed, from the lowest; after a minus sign (--sort=-price)"
              + " from the highest")
  private @Nullable String sort;

  @Option(names = "--breed", paramLabel = "<breed>", description = "only cats of this breed")
  private @Nullable String breed;

  @Option(
      names = "--name",
      paramLabel = "<part>",
      description = "only cats whose name contains this, in upper or lower case")
  private @Nullable String namePart;

  @Option(
      names = "--price-min",
      paramLabel = "<price>",
      description = "only cats costing at least this much")
  private @Nullable String minPrice;

  @Option(
      names = "--price-max",
      paramLabel = "<price>",
      description = "only cats costing at most this much")
  private @Nullable String maxPrice;

  @Override
  public Integer call() throws StartupException {
    CatFilter filter = filter();
    CatSort order = order();
    Optional<CatFormat> format = format();
    CatFile to =
        file(file, file.equals("-") ? format.or(() -> Optional.of(CatFormat.CSV)) : format);
    if (bom && to.format() != CatFormat.CSV) {
      throw refused("--bom is only for CSV");
    }
    StoreLocation location = location();
    requireData(location.settings());
    try (AtomicFile out = AtomicFile.create(to, force);
        ShutdownScope scope = ShutdownScope.untilStop();
        InterruptibleStore store = open(location, scope, "nothing was exported", out::close)) {
      return write(to.format(), filter, order, store, out);
    } catch (IOException e) {
      if (to.path().isEmpty() && isPipe()) {
        return 1; // the reader wants no more, like `head`
      }
      throw new StartupException(
          "%s cannot be written: %s".formatted(to.describe("standard output"), reason(e)), e);
    }
  }

  private int write(
      CatFormat format, CatFilter filter, CatSort order, InterruptibleStore store, AtomicFile out)
      throws IOException, StartupException {
    long begin = System.nanoTime();
    long written;
    try (Progress progress =
        isQuiet()
            ? Progress.quiet()
            : Progress.ofCats("export", () -> store.store().count(filter))) {
      format.write(
          out.stream(),
          bom,
          writer ->
              store
                  .store()
                  .each(
                      filter,
                      order,
                      cat -> {
                        store.throwIfStopped();
                        writer.visit(cat);
                        progress.count();
                      }));
      written = progress.cats();
      store.finish();
      out.commit();
    } catch (IOException | RuntimeException e) {
      if (store.isStopped()) {
        return 1; // the stop says so
      }
      if (e instanceof RuntimeException failure) {
        throw failed(failure, "not all cats were written");
      }
      throw e;
    }
    report("exported " + cats(written), written, System.nanoTime() - begin);
    return 0;
  }

  /**
   * Whether standard output is a pipe or a socket: to these, only a reader that is gone makes a
   * write fail. The message of the failure is in the language of the system.
   */
  private static boolean isPipe() {
    Path standardOutput = Path.of("/dev/stdout");
    if (!standardOutput.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return false;
    }
    try {
      int type = (int) Files.getAttribute(standardOutput, "unix:mode") & FILE_TYPE_MASK;
      return type == FIFO || type == SOCKET;
    } catch (IOException e) {
      return false; // the failure to write is reported
    }
  }

  /** An export would create a missing data folder, and find nothing in it. */
  private static void requireData(Optional<Settings> settings) throws StartupException {
    if (settings.isPresent()
        && settings.get().database().isEmpty()
        && !Files.isDirectory(settings.get().dataFolder())) {
      throw new StartupException(
          "there is no data folder "
              + settings.get().dataFolder()
              + " to export from: set CATS_DATA_DIR, the variables of your own database, or --url");
    }
  }

  private CatSort order() {
    return sort == null
        ? CatSort.BY_ID
        : CatSort.parse(sort)
            .orElseThrow(
                () ->
                    refused(
                        "--sort must be id, name, price or breed, or one of these after a minus"
                            + " sign"));
  }

  private CatFilter filter() {
    List<Violation> wrong = new ArrayList<>();
    OptionalInt min = price("minPrice", minPrice, wrong);
    OptionalInt max = price("maxPrice", maxPrice, wrong);
    CatFilter filter = CatFilter.ALL;
    try {
      filter = new CatFilter(Optional.ofNullable(breed), Optional.ofNullable(namePart), min, max);
    } catch (InvalidValueException e) {
      wrong.addAll(e.violations());
    }
    if (!wrong.isEmpty()) {
      throw refused(
          wrong.stream()
              .map(it -> it.field().map(OPTIONS::get).orElse("") + " " + it.rule())
              .collect(Collectors.joining("; ")));
    }
    return filter;
  }

  private static OptionalInt price(String field, @Nullable String text, List<Violation> wrong) {
    if (text == null) {
      return OptionalInt.empty();
    }
    var violations = new Violations();
    OptionalInt price = violations.price(field, text);
    try {
      violations.throwIfAny();
    } catch (InvalidValueException e) {
      wrong.addAll(e.violations());
    }
    return price;
  }
}
