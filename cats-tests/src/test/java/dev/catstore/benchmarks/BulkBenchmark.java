package dev.catstore.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.catstore.domain.BulkCounts;
import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.BulkPut;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.NewCat;
import dev.catstore.persistence.jooq.JooqCatStore;
import dev.catstore.support.MigratedDatabase;
import java.sql.Connection;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Many cats through each of the store's calls, beside COPY of the same rows into a table without
 * indexes and checks. The argument is how many, by default a million.
 */
public final class BulkBenchmark {
  private final MigratedDatabase database = new MigratedDatabase();
  private final JooqCatStore store = database.store();
  private final int cats;

  private BulkBenchmark(int cats) {
    this.cats = cats;
  }

  public static void main(String[] args) throws Exception {
    var benchmark = new BulkBenchmark(args.length == 0 ? 1_000_000 : Integer.parseInt(args[0]));
    try {
      benchmark.run();
    } finally {
      benchmark.database.close();
    }
  }

  private void run() throws Exception {
    System.out.printf("%,d cats, a heap of %d MiB%n", cats, Runtime.getRuntime().maxMemory() >> 20);
    var key = BulkOptions.under(new IdempotencyKey("first"));
    measure("copy into a bare table", this::copy);
    measure("add under a key", () -> store.addAll(all(this::cat), key));
    measure("the same again", () -> store.addAll(all(this::cat), key));
    measure("put as they are", () -> put(0, BulkOptions.NONE));
    measure("put changed, dry run", () -> put(1, BulkOptions.DRY_RUN));
    measure("put changed", () -> put(1, BulkOptions.NONE));
    measure("put changed, at their revisions", () -> putAtRevision(2));
    measure("edit prices, dry run", () -> edit(BulkOptions.DRY_RUN));
    measure("edit prices", () -> edit(BulkOptions.NONE));
    database.execute("truncate cats");
    measure("put new", () -> put(0, BulkOptions.NONE));
    measure("copy into a bare table", this::copy);
    measure(
        "export",
        () -> {
          long[] shown = new long[1];
          store.each(CatFilter.ALL, cat -> shown[0]++);
          return shown[0];
        });
  }

  private NewCat cat(int i) {
    return new NewCat("cat number " + i, i % 10_000, "breed " + i % 100);
  }

  private <T> Iterator<T> all(IntFunction<T> item) {
    return IntStream.range(0, cats).mapToObj(item).iterator();
  }

  private BulkCounts put(int more, BulkOptions options) {
    return store.putAll(all(i -> new BulkPut(CatRef.of(i + 1L), costing(i, more), i)), options);
  }

  private BulkCounts putAtRevision(int more) {
    return store.putAll(
        all(i -> new BulkPut(CatRef.of(i + 1L, 2), costing(i, more), i)), BulkOptions.NONE);
  }

  private BulkCounts edit(BulkOptions options) {
    return store.editAll(all(i -> new BulkEdit(CatRef.of(i + 1L), CatEdit.price(i), i)), options);
  }

  private NewCat costing(int i, int more) {
    NewCat cat = cat(i);
    return new NewCat(cat.name(), cat.price() + more, cat.breed());
  }

  private long copy() throws Exception {
    database.execute("drop table if exists bare");
    database.execute("create table bare (name text, price int, breed text)");
    try (Connection connection = database.connection()) {
      CopyIn copy =
          connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy bare from stdin");
      var rows = new StringBuilder();
      for (int i = 0; i < cats; i++) {
        NewCat cat = cat(i);
        rows.append(cat.name())
            .append('\t')
            .append(cat.price())
            .append('\t')
            .append(cat.breed())
            .append('\n');
        if (rows.length() > 32_000 || i == cats - 1) {
          byte[] bytes = rows.toString().getBytes(UTF_8);
          copy.writeToCopy(bytes, 0, bytes.length);
          rows.setLength(0);
        }
      }
      return copy.endCopy();
    }
  }

  private static void measure(String what, Callable<?> work) throws Exception {
    long begin = System.nanoTime();
    Object result = work.call();
    System.out.printf("%-32s %6.1f s  %s%n", what, (System.nanoTime() - begin) / 1e9, result);
  }
}
