package dev.catstore.http.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import dev.catstore.support.CapturedLog;
import dev.catstore.support.TestClient;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that is told to stop finishes what is at work, and waits for nothing else. */
@Timeout(120)
final class GracefulStopTest {
  private static final String TOM = "{\"name\":\"Tom\",\"price\":100,\"breed\":\"manx\"}";
  private static final String ADD =
      "POST /add HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
          + TOM.length()
          + "\r\n";

  private final InMemoryCatStore cats = new InMemoryCatStore();

  @Test
  void close_whileTheStoreIsAtWork_waitsForItsAnswer() throws Exception {
    var entered = new CountDownLatch(1);
    var released = new CountDownLatch(1);
    TestServer server = TestServer.start(slow(entered, released));
    try (var client = new Client(server)) {
      client.write(ADD + "\r\n" + TOM);
      assertThat(entered.await(60, SECONDS)).isTrue();
      CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
      assertWaits(closing);
      released.countDown();
      assertThat(client.readAll()).startsWith("HTTP/1.1 200 ").endsWith("\"Added\"");
      closing.get(60, SECONDS);
    }
    assertThat(cats.count(CatFilter.ALL)).isEqualTo(1);
  }

  @Test
  void close_whileTheStoreIsAtWorkForTooLong_saysSoAndStops() throws Exception {
    var entered = new CountDownLatch(1);
    var released = new CountDownLatch(1);
    TestServer server =
        TestServer.start(slow(entered, released), Map.of("CATS_STOP_TIMEOUT", "200ms"));
    try (var client = new Client(server);
        var log = new CapturedLog(HttpServer.class)) {
      client.write(ADD + "\r\n" + TOM);
      assertThat(entered.await(60, SECONDS)).isTrue();
      server.close();
      assertThat(log.next().getFormattedMessage()).contains("CATS_STOP_TIMEOUT");
      assertThat(client.readAll()).doesNotEndWith("\"Added\"");
    } finally {
      released.countDown();
    }
  }

  @Test
  void close_whileABodyArrives_waitsForItsRest() throws Exception {
    TestServer server = TestServer.start(cats);
    try (var client = new Client(server)) {
      client.write(ADD + "Expect: 100-continue\r\n\r\n");
      // Said once the body is read, and so the request is at work.
      assertThat(client.in.readLine()).isEqualTo("HTTP/1.1 100 Continue");
      assertThat(client.in.readLine()).isEmpty();
      client.write(TOM.substring(0, 10));
      CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
      assertWaits(closing);
      client.write(TOM.substring(10));
      assertThat(client.readAll()).startsWith("HTTP/1.1 200 ").endsWith("\"Added\"");
      closing.get(60, SECONDS);
    }
    assertThat(cats.count(CatFilter.ALL)).isEqualTo(1);
  }

  @Test
  void close_withConnectionsThatAreIdle_doesNotWaitForThem() throws Exception {
    TestServer server = TestServer.start(cats);
    try (var unused = new Client(server);
        var used = new Client(server);
        var begun = new Client(server)) {
      used.write("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(used.in.readLine()).isEqualTo("HTTP/1.1 200 OK");
      begun.write("GET /health/live HTTP/1.1\r\n");
      // Half of the time that requests at work would get.
      CompletableFuture.runAsync(server::close).get(5, SECONDS);
      assertThat(unused.readAll()).isEmpty();
      assertThat(used.readAll()).endsWith("\"}");
      assertThat(begun.readAll()).isEmpty();
    }
  }

  @Test
  void close_withADelay_isNotReadyAtOnce_andTakesRequestsMeanwhile() throws Exception {
    TestServer server = TestServer.start(cats, Map.of("CATS_STOP_DELAY", "3s"));
    var client = new TestClient(server.uri());
    assertThat(client.get("/health/ready").statusCode()).isEqualTo(200);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
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

  /** Longer than a connection without a request would be let alone. */
  private static void assertWaits(CompletableFuture<Void> closing) {
    assertThatThrownBy(() -> closing.get(1, SECONDS)).isInstanceOf(TimeoutException.class);
  }

  /** A store whose add takes as long as it is told. */
  private CatStore slow(CountDownLatch entered, CountDownLatch released) {
    return (CatStore)
        Proxy.newProxyInstance(
            GracefulStopTest.class.getClassLoader(),
            new Class<?>[] {CatStore.class},
            (proxy, method, arguments) -> {
              if (arguments.length > 0 && arguments[0] instanceof NewCat) {
                entered.countDown();
                assertThat(released.await(60, SECONDS)).isTrue();
              }
              try {
                return method.invoke(cats, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    Client(TestServer server) throws IOException {
      socket = new Socket(server.uri().getHost(), server.uri().getPort());
      socket.setSoTimeout(60_000);
      in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
    }

    void write(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    /** Everything until the server closes the connection. */
    String readAll() {
      return in.lines().collect(Collectors.joining("\n"));
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
