package dev.catstore.benchmarks;

import dev.catstore.domain.NewCat;
import dev.catstore.http.routes.Readiness;
import dev.catstore.http.server.HttpServer;
import dev.catstore.http.server.config.SettingValues;
import dev.catstore.http.server.config.Settings;
import dev.catstore.tests.InMemoryCatStore;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** The server on a store in memory: what HTTP costs in it. */
final class MemoryServer {
  private MemoryServer() {}

  public static void main(String[] args) throws Exception {
    var store = new InMemoryCatStore();
    store.addAll(
        IntStream.range(0, Integer.parseInt(args[0]))
            .mapToObj(i -> new NewCat("cat number " + i, i % 10_000, "breed " + i % 100))
            .iterator());
    var settings = Settings.of(new SettingValues(Map.of(), Map.of("CATS_PORT", "0")));
    try (HttpServer server = HttpServer.start(settings, store, Readiness.of(store))) {
      System.out.println("Cats listens on " + server.address() + ", with cats in memory");
      new CountDownLatch(1).await();
    }
  }
}
