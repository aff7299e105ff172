package dev.catstore.http.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.CatFilter;
import dev.catstore.domain.NewCat;
import dev.catstore.support.Slow;
import dev.catstore.support.TestServer;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Constant memory on both sides: here the server, and in a process of its own the client. */
@Slow
@Timeout(300)
class HttpCatStoreSmallHeapTest {
  private static final int CATS = 500_000;

  @Test
  void addAll_each_andEachBreed_ofHalfAMillion_runInASmallHeap() throws Exception {
    try (var server = TestServer.start()) {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx24m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  HttpCatStoreSmallHeapTest.class.getName(),
                  server.uri().toString())
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(output).endsWith("added 500000, shown 500000, breeds 500000\n");
      assertThat(process.exitValue()).isZero();
    }
  }

  /** Runs in the process with the small heap. */
  public static void main(String[] arguments) {
    var store = HttpCatStore.at(URI.create(arguments[0]));
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
