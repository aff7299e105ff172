package dev.catstore.http.server;

import dev.catstore.domain.BulkCounts;
import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.BulkPut;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import dev.catstore.http.client.HttpCatStore;
import dev.catstore.http.wire.CatFormat;
import java.io.InputStream;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * What an import does with the cats of its file.
 *
 * @param <T> what a record of the file is
 */
final class ImportMode<T> {
  static final ImportMode<NewCat> ADD =
      new ImportMode<>(CatFormat::read, CatStore::addAll, HttpCatStore::addAll);
  static final ImportMode<BulkPut> PUT =
      new ImportMode<>(CatFormat::readPuts, CatStore::putAll, HttpCatStore::putAll);
  static final ImportMode<BulkEdit> EDIT =
      new ImportMode<>(CatFormat::readEdits, CatStore::editAll, HttpCatStore::editAll);

  private final BiFunction<CatFormat, InputStream, Iterator<T>> reading;
  private final Call<CatStore, Iterator<T>> once;
  private final Call<HttpCatStore, Iterable<T>> repeatable;

  /** A call of a store with many cats. */
  @FunctionalInterface
  private interface Call<S, C> {
    BulkCounts run(S store, C cats, BulkOptions options);
  }

  private ImportMode(
      BiFunction<CatFormat, InputStream, Iterator<T>> reading,
      Call<CatStore, Iterator<T>> once,
      Call<HttpCatStore, Iterable<T>> repeatable) {
    this.reading = reading;
    this.once = once;
    this.repeatable = repeatable;
  }

  /** The mode of this name; empty if there is none. */
  static Optional<ImportMode<?>> of(String name) {
    return switch (name) {
      case "add" -> Optional.of(ADD);
      case "put" -> Optional.of(PUT);
      case "edit" -> Optional.of(EDIT);
      default -> Optional.empty();
    };
  }

  /** Reads the records of a file. */
  Iterator<T> read(CatFormat format, InputStream text) {
    return reading.apply(format, text);
  }

  /** Hands all cats to the store, which may ask for them again only if they are repeatable. */
  BulkCounts run(CatStore store, Iterable<T> cats, boolean areRepeatable, BulkOptions options) {
    return areRepeatable && store instanceof HttpCatStore server
        ? repeatable.run(server, cats, options)
        : once.run(store, cats.iterator(), options);
  }

  /** What was done, or would be, in words. */
  String describe(BulkCounts counts, boolean dryRun) {
    String added = StoreCommand.number(counts.added());
    String changed = StoreCommand.number(counts.changed());
    String unchanged = StoreCommand.number(counts.unchanged());
    if (this == PUT) {
      return (dryRun
              ? "would add %s, change %s and leave %s unchanged"
              : "added %s, changed %s, unchanged %s")
          .formatted(added, changed, unchanged);
    }
    return this == ADD
        ? (dryRun ? "would add " : "added ") + StoreCommand.cats(counts.added())
        : (dryRun ? "would change " : "changed ") + StoreCommand.cats(counts.changed());
  }
}
