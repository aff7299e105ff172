package dev.catstore.http.server;

import dev.catstore.persistence.jooq.JooqCatStore;
import java.time.Duration;

/** The standalone server: wires the parts by hand, and takes them apart at the end. */
public final class Main {
  private static final Duration BETWEEN_CLEARINGS = Duration.ofMinutes(10);

  private Main() {}

  /**
   * Serves until the process is told to stop. Exits with 1 and one line on standard error if it
   * cannot start.
   */
  public static void main(String[] arguments) {
    System.setProperty("logback.configurationFile", "dev/catstore/http/server/logback.xml");
    System.setProperty("org.jooq.no-logo", "true");
    System.setProperty("org.jooq.no-tips", "true");
    try {
      if (arguments.length > 0) {
        throw new StartupException(
            "the server takes no arguments; its settings are environment variables");
      }
      run(Settings.of(System.getenv()));
    } catch (StartupException e) {
      System.err.println("cats: " + e.getMessage());
      System.exit(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void run(Settings settings) throws StartupException, InterruptedException {
    Database database = Database.open(settings);
    JooqCatStore store = JooqCatStore.on(database.pool());
    HttpServer server;
    try {
      server = HttpServer.start(settings, store);
    } catch (StartupException | RuntimeException e) {
      database.close();
      throw e;
    }
    KeyClearing clearing = KeyClearing.start(store, BETWEEN_CLEARINGS);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  clearing.close();
                  database.close();
                },
                "stop"));
    System.out.printf("Cats listens on %s, with %s%n", server.address(), database);
    server.join();
  }
}
