package dev.catstore.http.server;

import dev.catstore.domain.CatFilter;
import dev.catstore.domain.InvalidValueException;
import dev.catstore.domain.Violation;
import dev.catstore.domain.Violations;
import dev.catstore.http.server.config.Settings;
import dev.catstore.http.server.config.StartupException;
import dev.catstore.http.wire.CatFormat;
import java.io.IOException;
import java.nio.file.Files;
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

/** Writes the cats to a file, or those of them that a filter accepts. */
@Command(
    name = "export",
    description = {
      "Writes all cats, or those that are asked for, in the order of their ids.",
      "",
      "The file's name says what is put into it: .csv for CSV with a header line, .ndjson or .jsonl"
          + " for a JSON object on each line; with .gz after it, compressed with gzip. The file has"
          + " its name once it is whole.",
      "",
      "The cats are those in the database that serve would use with the same settings, or with --url"
          + " those of a server that runs. A server's own database, in its data folder, cannot be"
          + " used while the server runs: then --url is the way.%n"
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all cats were written",
      "1:it failed, and there is no file, or the one that was there before; why is said in a line on"
          + " standard error, but nothing where the reader of standard output wanted no more",
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

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      defaultValue = "-",
      description =
          "the file; without it, or with -, standard output, in CSV unless --format says otherwise")
  private String file;

  @Option(
      names = "--force",
      description = "overwrite the file if it is there; without this that is refused")
  private boolean force;

  @Option(names = "--breed", paramLabel = "<breed>", description = "those of this breed alone")
  private @Nullable String breed;

  @Option(
      names = "--name",
      paramLabel = "<part>",
      description = "those alone whose name has this part, in upper or lower case")
  private @Nullable String namePart;

  @Option(
      names = "--price-min",
      paramLabel = "<price>",
      description = "those alone that cost this or more")
  private @Nullable String minPrice;

  @Option(
      names = "--price-max",
      paramLabel = "<price>",
      description = "those alone that cost this or less")
  private @Nullable String maxPrice;

  @Override
  public Integer call() throws StartupException {
    CatFilter filter = filter();
    Optional<CatFormat> format = format();
    CatFile to =
        file(file, file.equals("-") ? format.or(() -> Optional.of(CatFormat.CSV)) : format);
    Place place = place();
    requireData(place.settings());
    try (AtomicFile out = AtomicFile.create(to, force);
        InterruptibleStore store = open(place, "nothing was exported", out::close)) {
      return write(to.format(), filter, store, out);
    } catch (IOException e) {
      if (to.path().isEmpty() && String.valueOf(e.getMessage()).contains("Broken pipe")) {
        return 1; // the reader wanted no more, as `head` does
      }
      throw new StartupException(
          "%s cannot be written: %s".formatted(to.describe("standard output"), reason(e)), e);
    }
  }

  private int write(CatFormat format, CatFilter filter, InterruptibleStore store, AtomicFile out)
      throws IOException, StartupException {
    long begin = System.nanoTime();
    long written;
    try (Progress progress =
        isQuiet()
            ? Progress.quiet()
            : Progress.ofCats("export", () -> store.store().count(filter))) {
      format.write(
          out.stream(),
          writer ->
              store
                  .store()
                  .each(
                      filter,
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
        return 1; // which is said by the stop
      }
      if (e instanceof RuntimeException failure) {
        throw failed(failure, "not all cats were written");
      }
      throw e;
    }
    report("exported %s", written, System.nanoTime() - begin);
    return 0;
  }

  /** Nobody means to export the cats of a database that would be made for it. */
  private static void requireData(Optional<Settings> settings) throws StartupException {
    if (settings.isPresent()
        && settings.get().database().isEmpty()
        && !Files.isDirectory(settings.get().dataFolder())) {
      throw new StartupException(
          "there is no data folder "
              + settings.get().dataFolder()
              + " to export from: set CATS_DATA_DIR, the variables of a database of yours, or --url");
    }
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
