package dev.catstore.http.server.jetty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import dev.catstore.support.Slow;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PushbackInputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each limit of the server, and a client that crosses it. */
@Slow
@Timeout(120)
final class LimitsTest {
  private static final int TIMEOUT_MILLIS = 60_000;
  private static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)");
  private static final NewCat TOM = new NewCat("Tom", 100, "manx");
  private static final String TOM_JSON = "{\"name\":\"Tom\",\"price\":100,\"breed\":\"manx\"}";
  private static final String HOST = " HTTP/1.1\r\nHost: localhost\r\n";
  private static final String GET_ONE = "GET /cats/1" + HOST + "\r\n";

  private final InMemoryCatStore cats = new InMemoryCatStore();
  private final AtomicInteger calls = new AtomicInteger();
  private final CountDownLatch entered = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

  private final List<Future<?>> repeated = new ArrayList<>();

  @AfterEach
  void close() {
    repeated.forEach(task -> task.cancel(true));
    released.countDown();
    clock.shutdownNow();
  }

  @Test
  void body_overItsLimit_isTooLarge() throws Exception {
    try (TestServer server = start(cats, "CATS_MAX_BODY_BYTES", "42")) {
      assertThat(send(server, post("/cats", "application/json", TOM_JSON + " "))).startsWith("201");
      assertThat(send(server, post("/cats", "application/json", TOM_JSON + "  ")))
          .startsWith("413")
          .contains("at most 42 bytes");
    }
  }

  @Test
  void import_overItsLimit_isTooLarge() throws Exception {
    try (TestServer server = start(cats, "CATS_MAX_IMPORT_BYTES", "42")) {
      assertThat(send(server, post("/cats", "application/x-ndjson", TOM_JSON + "\n")))
          .startsWith("201");
      assertThat(send(server, post("/cats", "application/x-ndjson", TOM_JSON + "\n\n\n")))
          .startsWith("413");
    }
    assertThat(cats.count(CatFilter.ALL)).isEqualTo(1);
  }

  @Test
  void line_overItsLimit_isRefused() throws Exception {
    try (TestServer server = start(cats, "CATS_MAX_RECORD_LENGTH", "2000")) {
      String padded = TOM_JSON + " ".repeat(2000 - TOM_JSON.length());
      assertThat(send(server, post("/cats", "application/x-ndjson", padded))).startsWith("201");
      assertThat(send(server, post("/cats", "application/x-ndjson", padded + " ")))
          .startsWith("400")
          .contains("at most 2000 characters");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"%s\",1,manx", "Tom,1,manx%s"})
  void record_overItsLimit_isRefused(String row) throws Exception {
    String header = "name,price,breed\n";
    try (TestServer server = start(cats, "CATS_MAX_RECORD_LENGTH", "2000")) {
      assertThat(send(server, post("/cats", "text/csv", header + row.replace("%s", ""))))
          .doesNotContain("at most 2000");
      String filler = row.startsWith("T") ? ",".repeat(2000) : "x".repeat(2000);
      assertThat(send(server, post("/cats", "text/csv", header + row.replace("%s", filler))))
          .startsWith("400")
          .contains("at most 2000 characters");
    }
  }

  @Test
  void json_nestedTooDeep_isRefused() throws Exception {
    try (TestServer server = start(cats, "CATS_MAX_JSON_DEPTH", "3")) {
      String deepest = "{\"id\":[[]],\"name\":\"Tom\",\"price\":1,\"breed\":\"manx\"}";
      assertThat(send(server, post("/cats", "application/json", deepest))).startsWith("201");
      assertThat(send(server, post("/cats", "application/json", deepest.replace("[]", "[[]]"))))
          .startsWith("400")
          .contains("nested too deeply");
      assertThat(send(server, post("/cats", "application/x-ndjson", deepest.replace("[]", "[[]]"))))
          .startsWith("400");
    }
  }

  @Test
  void body_ofManyUnknownFields_isAnsweredInShort() throws Exception {
    try (TestServer server = TestServer.start(cats)) {
      String some = fields(100);
      String answer = send(server, post("/cats", "application/json", "{" + some + "}"));
      assertThat(answer)
          .startsWith("422")
          .contains("#/f19\"", "has more fields that are not those of a cat")
          .doesNotContain("#/f20\"");
      assertThat(send(server, post("/cats", "application/json", "{" + fields(20_000) + "}")))
          .startsWith("400")
          .contains("too many values");
    }
  }

  /** These come to one place in the table of names that Jackson shares between its parsers. */
  @Test
  void body_whoseFieldsCollide_isNoTroubleForTheNext() throws Exception {
    try (TestServer server = TestServer.start(cats)) {
      List<String> names = List.of("");
      for (int i = 0; i < 9; i++) {
        names = names.stream().flatMap(it -> Stream.of(it + "Ab", it + "BA")).toList();
      }
      String colliding =
          names.stream().map(it -> "\"" + it + "\":1").collect(Collectors.joining(",", "{", "}"));
      String many = "{" + fields(3_000) + "}";
      for (String body : List.of(many, colliding, many, colliding, many)) {
        assertThat(send(server, post("/cats", "application/json", body))).startsWith("422");
      }
    }
  }

  private static String fields(int count) {
    return IntStream.range(0, count)
        .mapToObj(it -> "\"f" + it + "\":1")
        .collect(Collectors.joining(","));
  }

  @Test
  void head_overItsLimit_isTooLarge() throws Exception {
    try (TestServer server = start(cats, "CATS_MAX_HEADER_BYTES", "1024")) {
      assertThat(send(server, "GET /" + HOST + "X: " + "x".repeat(900) + "\r\n\r\n"))
          .startsWith("200");
      assertThat(send(server, "GET /" + HOST + "X: " + "x".repeat(1024) + "\r\n\r\n"))
          .startsWith("431");
    }
  }

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
  void reading_thatTakesTooLong_isUnavailable() throws Exception {
    try (TestServer server = start(held("find"), "CATS_REQUEST_TIMEOUT", "500ms", fastDatabase());
        var client = new Client(server)) {
      client.write(GET_ONE);
      assertThat(client.readAll())
          .startsWith("HTTP/1.1 503")
          .contains("Retry-After: 1", "Connection: close", "/problems/unavailable", "X-Request-Id");
      released.countDown();
    }
  }

  @Test
  void writing_thatTakesTooLong_hasAnUnknownOutcome() throws Exception {
    try (TestServer server = start(held("add"), "CATS_REQUEST_TIMEOUT", "500ms", fastDatabase());
        var client = new Client(server)) {
      client.write(post("/cats", "application/json", TOM_JSON));
      assertThat(client.readAll())
          .startsWith("HTTP/1.1 503")
          .contains("/problems/outcome-unknown")
          .doesNotContain("Retry-After");
      released.countDown();
    }
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

  @Test
  void streams_overTheirLimit_areUnavailable() throws Exception {
    cats.add(TOM);
    try (TestServer server = start(held("each"), "CATS_MAX_STREAMS", "1");
        var first = new Client(server)) {
      first.write("GET /" + HOST + "\r\n");
      assertThat(entered.await(60, SECONDS)).isTrue();
      for (String head :
          List.of(
              "GET /" + HOST + "\r\n",
              "GET /breeds" + HOST + "\r\n",
              "GET /cats" + HOST + "Accept: text/csv\r\n\r\n",
              post("/cats", "application/x-ndjson", TOM_JSON))) {
        assertThat(send(server, head))
            .startsWith("503")
            .contains("retry-after", "Too many exports and imports");
      }
      assertThat(send(server, GET_ONE)).startsWith("200");
      released.countDown();
      assertThat(first.read()).startsWith("200");
      assertThat(send(server, "GET /breeds" + HOST + "\r\n")).startsWith("200");
    }
    assertThat(cats.count(CatFilter.ALL)).isEqualTo(1);
  }

  @Test
  void requests_overTheirLimit_areUnavailableAtOnce() throws Exception {
    cats.add(TOM);
    try (TestServer server =
            start(
                held("find"),
                "CATS_MAX_REQUESTS",
                "2",
                Map.of(
                    "CATS_MAX_WAITING",
                    "1",
                    "CATS_MAX_STREAMS",
                    "1",
                    "CATS_CORS_ORIGINS",
                    "https://app.example"));
        var one = new Client(server);
        var two = new Client(server);
        var three = new Client(server);
        var four = new Client(server)) {
      // Two are at work and one waits; whichever is the fourth is refused at once.
      List<Client> clients = List.of(one, two, three, four);
      for (Client client : clients) {
        client.write("GET /cats/1" + HOST + "Origin: https://app.example\r\n\r\n");
      }
      Client refused = firstAnswered(clients);
      assertThat(refused.read())
          .startsWith("503")
          .contains("retry-after: 1", "/problems/unavailable")
          .contains("access-control-allow-origin: https://app.example");
      assertThat(send(server, "GET /health/live" + HOST + "\r\n")).startsWith("200");
      released.countDown();
      for (Client client : clients) {
        if (client != refused) {
          assertThat(client.read()).startsWith("200");
        }
      }
    }
  }

  /** The client that is answered first; the test's time limit ends the search. */
  private static Client firstAnswered(List<Client> clients) throws IOException {
    while (true) {
      for (Client client : clients) {
        if (client.hasAnswer()) {
          return client;
        }
      }
    }
  }

  @Test
  void requests_thatWaitTooLong_areUnavailable() throws Exception {
    cats.add(TOM);
    Map<String, String> more =
        Map.of(
            "CATS_MAX_REQUESTS",
            "2",
            "CATS_MAX_STREAMS",
            "1",
            "CATS_POOL_WAIT",
            "250ms",
            "CATS_STATEMENT_TIMEOUT",
            "100ms");
    try (TestServer server = start(held("find"), "CATS_REQUEST_TIMEOUT", "500ms", more);
        var one = new Client(server);
        var two = new Client(server);
        var waiting = new Client(server)) {
      one.write(GET_ONE);
      two.write(GET_ONE);
      waiting.write(GET_ONE);
      // Two are answered while the store still holds them; the third has not come to it.
      assertThat(one.read()).startsWith("503").contains("/problems/unavailable");
      assertThat(two.read()).startsWith("503").contains("/problems/unavailable");
      assertThat(waiting.read()).startsWith("503").contains("/problems/unavailable");
      assertThat(calls.get()).isEqualTo(2);
      released.countDown();
    }
  }

  @Test
  void connections_overTheirLimit_waitToBeAccepted() throws Exception {
    cats.add(TOM);
    try (TestServer server = start(cats, "CATS_MAX_CONNECTIONS", "2");
        var one = new Client(server);
        var two = new Client(server);
        var three = new Client(server)) {
      one.write(GET_ONE);
      assertThat(one.read()).startsWith("200");
      two.write(GET_ONE);
      assertThat(two.read()).startsWith("200");
      three.write(GET_ONE);
      assertThat(three.hasAnswer()).isFalse();
      one.socket.close();
      assertThat(three.read()).startsWith("200");
    }
  }

  /** A store whose method of this name waits until it is released. */
  private CatStore held(String name) {
    return (CatStore)
        Proxy.newProxyInstance(
            LimitsTest.class.getClassLoader(),
            new Class<?>[] {CatStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals(name)
                  && !Long.valueOf(Long.MAX_VALUE).equals(arguments[0])) {
                calls.incrementAndGet();
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

  private void repeat(Runnable task, long millis) {
    repeated.add(clock.scheduleAtFixedRate(task, millis, millis, MILLISECONDS));
  }

  /** What must be below a short timeout of requests. */
  private static Map<String, String> fastDatabase() {
    return Map.of("CATS_POOL_WAIT", "250ms", "CATS_STATEMENT_TIMEOUT", "100ms");
  }

  private static TestServer start(CatStore store, String setting, String value) {
    return start(store, setting, value, Map.of());
  }

  private static TestServer start(
      CatStore store, String setting, String value, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put(setting, value);
    return TestServer.start(store, settings);
  }

  private static String post(String path, String type, String body) {
    return "POST %s%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(path, HOST, type, body.length(), body);
  }

  private String send(TestServer server, String request) throws IOException {
    try (var client = new Client(server)) {
      client.write(request);
      return client.read();
    }
  }

  private final class Client implements AutoCloseable {
    private final Socket socket = new Socket();
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
