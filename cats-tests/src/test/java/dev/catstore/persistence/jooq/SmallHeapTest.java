package dev.catstore.persistence.jooq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.CatFilter;
import dev.catstore.domain.NewCat;
import dev.catstore.support.Slow;
import dev.catstore.support.TestPostgres;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** A million cats in and out, and as many breeds, by a process with a heap of 64 MB. */
@Slow
class SmallHeapTest {
  private static final int CATS = 1_000_000;

  @Test
  void addAll_each_andEachBreed_ofAMillion_runInASmallHeap() throws Exception {
    DataSource database = TestPostgres.newDatabase();
    CatSchema.migrate(database);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                SmallHeapTest.class.getName(),
                database.unwrap(PGSimpleDataSource.class).getURL())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(output).isEqualToIgnoringNewLines("added 1000000, shown 1000000, breeds 1000000");
    assertThat(process.exitValue()).isZero();
  }

  /** Runs in the process with the small heap. */
  public static void main(String[] arguments) throws Exception {
    try (var connection = DriverManager.getConnection(arguments[0], "postgres", "postgres")) {
      var store =
          JooqCatStore.within(
              org.jooq.impl.DSL.using(connection, org.jooq.SQLDialect.POSTGRES).configuration());
      long added =
          store.addAll(
              IntStream.range(0, CATS)
                  .mapToObj(i -> new NewCat("cat " + i, i, "breed " + i))
                  .iterator());
      var shown = new AtomicLong();
      store.each(CatFilter.ALL, cat -> shown.incrementAndGet());
      var breeds = new AtomicLong();
      store.eachBreed(breed -> breeds.incrementAndGet());
      System.out.printf("added %s, shown %s, breeds %s%n", added, shown, breeds);
    }
  }
}
