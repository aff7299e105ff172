package dev.catstore.http.server;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.domain.CatFilter;
import dev.catstore.support.CapturedLog;
import dev.catstore.support.PausableCatStore;
import dev.catstore.support.RawConnection;
import dev.catstore.support.RawResponse;
import dev.catstore.support.Slow;
import dev.catstore.support.TestClient;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stopping server finishes the requests in progress, and waits for nothing else. */
@Slow
@Timeout(120)
final class GracefulStopTest {
  private static final String TOM = "{\"name\":\"Tom\",\"price\":100,\"breed\":\"manx\"}";
  private static final String ADD =
      "POST /add HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
          + TOM.length()
          + "\r\n";

  private final InMemoryCatStore cats = new InMemoryCatStore();
  private final PausableCatStore store = new PausableCatStore(cats);

  @Test
  void stop_duringACallToTheStore_waitsForIt() throws Exception {
    store.pause();
    TestServer server = TestServer.start(store);
    try (var client = new RawConnection(server.uri())) {
      client.write(ADD + "\r\n" + TOM);
      store.awaitCall();
      CompletableFuture<Void> closing = CompletableFuture.runAsync(server::stop);
      assertWaits(closing);
      store.resume();
      assertThat(client.readAll()).startsWith("HTTP/1.1 200 ").endsWith("\"Added\"");
      closing.get(60, SECONDS);
    }
    assertThat(cats.count(CatFilter.ALL)).isEqualTo(1);
  }

  @Test
  void stop_duringACallThatOutlastsTheTimeout_logsItAndStops() throws Exception {
    store.pause();
    TestServer server = TestServer.start(store, Map.of("CATS_STOP_TIMEOUT", "200ms"));
    try (var client = new RawConnection(server.uri());
        var log = new CapturedLog(HttpServer.class)) {
      client.write(ADD + "\r\n" + TOM);
      store.awaitCall();
      server.stop();
      assertThat(log.next().getFormattedMessage()).contains("CATS_STOP_TIMEOUT");
      assertThat(client.readAll()).doesNotEndWith("\"Added\"");
    } finally {
      store.resume();
    }
  }

  @Test
  void stop_whileABodyArrives_waitsForItsRest() throws Exception {
    TestServer server = TestServer.start(cats);
    try (var client = new RawConnection(server.uri())) {
      client.write(ADD + "Expect: 100-continue\r\n\r\n");
      // Sent once the body is read: the request is in progress.
      assertThat(client.read().status()).isEqualTo(100);
      client.write(TOM.substring(0, 10));
      CompletableFuture<Void> closing = CompletableFuture.runAsync(server::stop);
      assertWaits(closing);
      client.write(TOM.substring(10));
      assertThat(client.readAll()).startsWith("HTTP/1.1 200 ").endsWith("\"Added\"");
      closing.get(60, SECONDS);
    }
    assertThat(cats.count(CatFilter.ALL)).isEqualTo(1);
  }

  @Test
  void stop_withIdleConnections_doesNotWaitForThem() throws Exception {
    TestServer server = TestServer.start(cats);
    try (var unused = new RawConnection(server.uri());
        var used = new RawConnection(server.uri());
        var begun = new RawConnection(server.uri())) {
      used.write("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
      RawResponse live = used.read();
      assertThat(live.status()).isEqualTo(200);
      assertThat(live.body()).endsWith("\"}");
      begun.write("GET /health/live HTTP/1.1\r\n");
      // Half of the time that requests in progress would get.
      CompletableFuture.runAsync(server::stop).get(5, SECONDS);
      assertThat(unused.readAll()).isEmpty();
      assertThat(used.readAll()).isEmpty();
      assertThat(begun.readAll()).isEmpty();
    }
  }

  @Test
  void stop_withADelay_isNotReadyAtOnce_andTakesRequestsMeanwhile() throws Exception {
    TestServer server = TestServer.start(cats, Map.of("CATS_STOP_DELAY", "3s"));
    var client = new TestClient(server.uri());
    assertThat(client.get("/health/ready").statusCode()).isEqualTo(200);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(server::stop);
    HttpResponse<String> ready = client.get("/health/ready");
    while (ready.statusCode() == 200) {
      ready = client.get("/health/ready");
    }
    TestClient.assertProblem(ready, 503, "unavailable");
    assertThat(ready.body()).contains("\"The server is stopping.\"");
    assertThat(client.get("/cats").statusCode()).isEqualTo(200);
    assertThat(client.get("/health/live").statusCode()).isEqualTo(200);
    closing.get(60, SECONDS);
    assertThatThrownBy(() -> client.get("/health/live")).isInstanceOf(IOException.class);
  }

  /** Waits for longer than an idle connection would be kept. */
  private static void assertWaits(CompletableFuture<Void> closing) {
    assertThatThrownBy(() -> closing.get(1, SECONDS)).isInstanceOf(TimeoutException.class);
  }
}
