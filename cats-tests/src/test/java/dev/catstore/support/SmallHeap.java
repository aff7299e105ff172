package dev.catstore.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.BulkCounts;
import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.BulkPut;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** A Java process that moves many cats in a small heap. */
public final class SmallHeap {
  private static final int TIMEOUT_MINUTES = 5;

  /** How many of the cats are put and edited. */
  private static final int CHANGES = 200_000;

  private SmallHeap() {}

  /**
   * Runs this class's {@code main}, which is to call {@link #exercise}.
   *
   * @param heap the argument of {@code -Xmx}
   */
  public static void run(String heap, Class<?> main, int cats, String argument) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                argument)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)).isTrue();
    assertThat(output)
        .isEqualTo(
            "added %1$d, shown %1$d, breeds %1$d, put %2$d, edited %2$d%n"
                .formatted(cats, CHANGES));
    assertThat(process.exitValue()).isZero();
  }

  /**
   * Adds and reads so many cats, each of a breed of its own, puts and edits some of them, and
   * prints the counts.
   *
   * @param store empty, with ids that begin at 1
   */
  public static void exercise(CatStore store, int cats) {
    long added =
        store.addAll(
            IntStream.range(0, cats)
                .mapToObj(i -> new NewCat("cat " + i, i, "breed " + i))
                .iterator());
    var shown = new AtomicLong();
    store.each(CatFilter.ALL, cat -> shown.incrementAndGet());
    var breeds = new AtomicLong();
    store.eachBreed(breed -> breeds.incrementAndGet());
    BulkCounts put =
        store.putAll(
            changes(i -> new BulkPut(CatRef.of(i), new NewCat("put " + i, i, "x"), position(i))),
            BulkOptions.NONE);
    BulkCounts edited =
        store.editAll(
            changes(i -> new BulkEdit(CatRef.of(i, 2), CatEdit.name("edited " + i), position(i))),
            BulkOptions.NONE);
    System.out.printf(
        "added %s, shown %s, breeds %s, put %s, edited %s%n",
        added, shown, breeds, put.changed(), edited.changed());
  }

  private static <T> Iterator<T> changes(IntFunction<T> change) {
    return IntStream.rangeClosed(1, CHANGES).mapToObj(change).iterator();
  }

  /** Positions that do not follow one another. */
  private static long position(int i) {
    return (long) i * i % 1_009;
  }
}
