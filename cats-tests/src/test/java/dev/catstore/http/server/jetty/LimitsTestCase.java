package dev.catstore.http.server.jetty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;

/** Servers with small limits, and clients that reach them. */
abstract class LimitsTestCase {
  static final int TIMEOUT_MILLIS = 60_000;

  static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)");

  static final NewCat TOM = new NewCat("Tom", 100, "manx");

  static final String TOM_JSON = "{\"name\":\"Tom\",\"price\":100,\"breed\":\"manx\"}";

  static final String HOST = " HTTP/1.1\r\nHost: localhost\r\n";

  static final String GET_ONE = "GET /cats/1" + HOST + "\r\n";

  final InMemoryCatStore cats = new InMemoryCatStore();

  final CountDownLatch released = new CountDownLatch(1);

  final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

  final List<Future<?>> repeated = new ArrayList<>();

  @AfterEach
  void close() {
    repeated.forEach(task -> task.cancel(true));
    released.countDown();
    clock.shutdownNow();
  }

  void repeat(Runnable task, long millis) {
    repeated.add(clock.scheduleAtFixedRate(task, millis, millis, MILLISECONDS));
  }

  /** What must be below a short timeout of requests. */
  static Map<String, String> fastDatabase() {
    return Map.of("CATS_POOL_WAIT", "250ms", "CATS_STATEMENT_TIMEOUT", "100ms");
  }

  static TestServer start(CatStore store, String setting, String value) {
    return start(store, setting, value, Map.of());
  }

  static TestServer start(CatStore store, String setting, String value, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put(setting, value);
    return TestServer.start(store, settings);
  }

  static String post(String path, String type, String body) {
    return "POST %s%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(path, HOST, type, body.length(), body);
  }

  String send(TestServer server, String request) throws IOException {
    try (var client = new Client(server)) {
      client.write(request);
      return client.read();
    }
  }

  final class Client implements AutoCloseable {
    final Socket socket = new Socket();
    private final PushbackInputStream in;

    Client(TestServer server) throws IOException {
      // Little of an answer is on its way at once.
      socket.setReceiveBufferSize(16 * 1024);
      socket.connect(new InetSocketAddress(server.uri().getHost(), server.uri().getPort()));
      socket.setSoTimeout(TIMEOUT_MILLIS);
      in = new PushbackInputStream(socket.getInputStream());
    }

    void write(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    /** Writes it again and again, until the server has closed the connection. */
    void trickle(String text, long millis) {
      repeat(() -> writeIfOpen(text), millis);
    }

    /** Writes it so many times. */
    void trickleFor(String text, long millis, int times) throws InterruptedException {
      var left = new CountDownLatch(times);
      repeat(
          () -> {
            if (left.getCount() > 0) {
              writeIfOpen(text);
              left.countDown();
            }
          },
          millis);
      assertThat(left.await(60, SECONDS)).isTrue();
    }

    private void writeIfOpen(String text) {
      try {
        write(text);
      } catch (IOException e) {
        // The server has had enough: this ends the repetition, and no other client's.
        throw new UncheckedIOException(e);
      }
    }

    /** Whether something comes within half a second. */
    boolean hasAnswer() throws IOException {
      socket.setSoTimeout(500);
      try {
        in.unread(in.read());
        return true;
      } catch (SocketTimeoutException e) {
        return false;
      } finally {
        socket.setSoTimeout(TIMEOUT_MILLIS);
      }
    }

    /** The status, the headers in lower case, and the body of an answer that has a length. */
    String read() throws IOException {
      var head = new ByteArrayOutputStream();
      while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
        int c = in.read();
        assertThat(c).as("broken off after: " + head).isNotNegative();
        head.write(c);
      }
      String text =
          head.toString(ISO_8859_1).substring("HTTP/1.1 ".length()).toLowerCase(Locale.ROOT);
      Matcher length = LENGTH.matcher(text);
      int bytes = length.find() ? Integer.parseInt(length.group(1)) : 0;
      return text + new String(in.readNBytes(bytes), ISO_8859_1);
    }

    /** Everything until the server closes the connection. */
    String readAll() throws IOException {
      var all = new ByteArrayOutputStream();
      try {
        in.transferTo(all);
      } catch (SocketException e) {
        assertThat(e).hasMessageContaining("reset"); // closed with bytes of ours unread
      }
      return all.toString(ISO_8859_1);
    }

    /** The end of what comes, read at this pace. */
    String drain(int bytes, long millis) throws Exception {
      var end = new CompletableFuture<String>();
      var last = new StringBuilder();
      repeat(
          () -> {
            try {
              byte[] read = in.readNBytes(bytes);
              last.append(new String(read, ISO_8859_1));
              last.delete(0, Math.max(0, last.length() - 100));
              if (read.length < bytes) {
                end.complete(last.toString());
              }
            } catch (IOException e) {
              end.complete(last.toString());
            }
          },
          millis);
      return end.get(60, SECONDS);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
