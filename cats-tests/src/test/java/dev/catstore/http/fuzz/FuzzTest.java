package dev.catstore.http.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.support.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A short run with the same requests each time. CONTRIBUTING.md has the command of a long one,
 * whose number of requests and seed are the system properties {@code fuzz.requests} and {@code
 * fuzz.seed}.
 */
@Timeout(3600)
class FuzzTest {
  @Test
  void anyRequest_isAnsweredAsTheDocumentSays() throws Exception {
    int requests = Integer.getInteger("fuzz.requests", 3_000);
    long seed = Long.getLong("fuzz.seed", 1);
    try (TestServer server = TestServer.start()) {
      Fuzz fuzz = Fuzz.run(server, requests, seed);
      System.out.println("seed " + seed + ": " + fuzz);
      assertThat(fuzz.faults()).isEmpty();
    }
  }
}
