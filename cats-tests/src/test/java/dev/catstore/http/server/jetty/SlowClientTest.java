package dev.catstore.http.server.jetty;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.CatFilter;
import dev.catstore.support.Slow;
import dev.catstore.support.TestServer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that send or take too little for too long. */
@Slow
@Timeout(120)
class SlowClientTest extends LimitsTestCase {
  @Test
  void head_thatTrickles_isCutOff() throws Exception {
    try (TestServer server = start(cats, "CATS_REQUEST_TIMEOUT", "500ms", fastDatabase());
        var client = new Client(server)) {
      client.write("GET /cats/1" + HOST);
      client.trickle("X: y\r\n", 50);
      assertThat(client.readAll()).isEmpty();
    }
  }

  @Test
  void head_ofNothingButLineEnds_isCutOff() throws Exception {
    try (TestServer server = start(cats, "CATS_REQUEST_TIMEOUT", "500ms", fastDatabase());
        var client = new Client(server)) {
      client.trickle("\r\n", 50);
      assertThat(client.readAll()).isEmpty();
    }
  }

  @Test
  void connection_thatIsUsedForLonger_isKept() throws Exception {
    cats.add(TOM);
    try (TestServer server = start(cats, "CATS_REQUEST_TIMEOUT", "500ms", fastDatabase());
        var client = new Client(server)) {
      long begin = System.nanoTime();
      while (System.nanoTime() - begin < SECONDS.toNanos(2)) {
        client.write(GET_ONE);
        assertThat(client.read()).startsWith("200");
      }
    }
  }

  @Test
  void body_thatTrickles_isTimedOut() throws Exception {
    try (TestServer server = start(cats, "CATS_REQUEST_TIMEOUT", "500ms", fastDatabase());
        var client = new Client(server)) {
      client.write(
          "POST /cats" + HOST + "Content-Type: application/json\r\nContent-Length: 9999\r\n\r\n{");
      client.trickle(" ", 50);
      assertThat(client.read()).startsWith("408").contains("/problems/request-timeout");
    }
    assertThat(cats.count(CatFilter.ALL)).isZero();
  }

  /** Also where the server has just been woken by a byte, and does not wait at this moment. */
  @Test
  void body_thatComesWithoutAPause_isTimedOut() throws Exception {
    try (TestServer server = start(cats, "CATS_REQUEST_TIMEOUT", "500ms", fastDatabase())) {
      List<Client> clients = new ArrayList<>();
      try {
        for (int i = 0; i < 100; i++) {
          var client = new Client(server);
          clients.add(client);
          client.write(
              "POST /cats"
                  + HOST
                  + "Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{");
          client.trickle(" ", 1);
        }
        for (Client client : clients) {
          assertThat(client.read()).startsWith("408").contains("/problems/request-timeout");
        }
      } finally {
        for (Client client : clients) {
          client.close();
        }
      }
    }
    assertThat(cats.count(CatFilter.ALL)).isZero();
  }

  @Test
  void import_thatTakesLonger_isTaken() throws Exception {
    try (TestServer server =
            start(
                cats,
                "CATS_REQUEST_TIMEOUT",
                "500ms",
                Map.of(
                    "CATS_MIN_RATE",
                    "1",
                    "CATS_POOL_WAIT",
                    "250ms",
                    "CATS_STATEMENT_TIMEOUT",
                    "100ms"));
        var client = new Client(server)) {
      client.write(
          "POST /cats"
              + HOST
              + "Content-Type: application/x-ndjson\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n");
      String chunk = Integer.toHexString(TOM_JSON.length() + 1) + "\r\n" + TOM_JSON + "\n\r\n";
      client.trickleFor(chunk, 50, 40);
      client.write("0\r\n\r\n");
      assertThat(client.read()).startsWith("201").contains("{\"added\":40}");
    }
  }

  @Test
  void import_thatTrickles_isCutOff() throws Exception {
    try (TestServer server =
            start(cats, "CATS_IDLE_TIMEOUT", "500ms", Map.of("CATS_MIN_RATE", "1000"));
        var client = new Client(server)) {
      client.write(
          "POST /cats"
              + HOST
              + "Content-Type: application/x-ndjson\r\n"
              + "Content-Length: 1000000\r\n\r\n");
      client.trickle(" ", 50);
      assertThat(client.readAll()).startsWith("HTTP/1.1 408");
    }
    assertThat(cats.count(CatFilter.ALL)).isZero();
  }

  @Test
  void import_thatTricklesAfterABurst_isCutOff() throws Exception {
    try (TestServer server =
            start(cats, "CATS_IDLE_TIMEOUT", "500ms", Map.of("CATS_MIN_RATE", "1000"));
        var client = new Client(server)) {
      client.write(
          "POST /cats"
              + HOST
              + "Content-Type: application/x-ndjson\r\n"
              + "Content-Length: 1000000\r\n\r\n");
      // By then it is looked at: what has come before is not counted.
      client.trickleFor("\n".repeat(100), 50, 6);
      client.write("\n".repeat(500_000));
      client.trickle(" ", 50);
      assertThat(client.readAll()).startsWith("HTTP/1.1 408");
    }
    assertThat(cats.count(CatFilter.ALL)).isZero();
  }

  /** For several times as long as a client may be slow. */
  @Test
  void import_thatIsFastEnoughAllTheTime_isTaken() throws Exception {
    try (TestServer server =
            start(cats, "CATS_IDLE_TIMEOUT", "500ms", Map.of("CATS_MIN_RATE", "200"));
        var client = new Client(server)) {
      client.write(
          "POST /cats"
              + HOST
              + "Content-Type: application/x-ndjson\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n");
      String chunk = Integer.toHexString(TOM_JSON.length() + 1) + "\r\n" + TOM_JSON + "\n\r\n";
      client.trickleFor(chunk, 50, 60);
      client.write("0\r\n\r\n");
      assertThat(client.read()).startsWith("201").contains("{\"added\":60}");
    }
  }

  @Test
  void export_thatIsReadTooSlowly_isCutOff() throws Exception {
    cats.addAll(Collections.nCopies(400_000, TOM).iterator());
    try (TestServer server =
            start(cats, "CATS_IDLE_TIMEOUT", "1s", Map.of("CATS_MIN_RATE", "100000000"));
        var client = new Client(server)) {
      client.write("GET /" + HOST + "\r\n");
      // Fast enough not to be idle.
      assertThat(client.drain(256 * 1024, 100)).doesNotEndWith("]\r\n0\r\n\r\n");
    }
  }

  @Test
  void export_thatIsReadSlowlyButFastEnough_isWhole() throws Exception {
    cats.addAll(Collections.nCopies(100_000, TOM).iterator());
    try (TestServer server =
            start(cats, "CATS_IDLE_TIMEOUT", "1s", Map.of("CATS_MIN_RATE", "100000"));
        var client = new Client(server)) {
      client.write("GET /" + HOST + "Connection: close\r\n\r\n");
      assertThat(client.drain(128 * 1024, 50)).endsWith("]\r\n0\r\n\r\n");
    }
  }

  @Test
  void client_thatIsIdle_isCutOff() throws Exception {
    try (TestServer server = start(cats, "CATS_IDLE_TIMEOUT", "300ms");
        var client = new Client(server)) {
      assertThat(client.readAll()).isEmpty();
    }
  }
}
