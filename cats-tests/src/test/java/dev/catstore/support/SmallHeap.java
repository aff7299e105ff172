package dev.catstore.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** A Java process that moves many cats in a small heap. */
public final class SmallHeap {
  private static final int TIMEOUT_MINUTES = 5;

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
    assertThat(output).isEqualTo("added %1$d, shown %1$d, breeds %1$d%n".formatted(cats));
    assertThat(process.exitValue()).isZero();
  }

  /** Adds and reads so many cats, each of a breed of its own, and prints the counts. */
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
    System.out.printf("added %s, shown %s, breeds %s%n", added, shown, breeds);
  }
}
