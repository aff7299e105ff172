package dev.catstore.http.server.observability;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.catstore.domain.NewCat;
import dev.catstore.http.server.auth.BearerTokenHandler;
import dev.catstore.http.server.auth.Role;
import dev.catstore.http.server.auth.Tokens;
import dev.catstore.support.CapturedLog;
import dev.catstore.support.RawConnection;
import dev.catstore.support.TestClient;
import dev.catstore.support.TestServer;
import dev.catstore.support.TokenFiles;
import dev.catstore.tests.InMemoryCatStore;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The line of the log that each request has. */
@Timeout(120)
final class AccessLogTest {
  private final CapturedLog log = new CapturedLog(AccessLog.class);

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void line_ofAnAnswer_saysWhoAskedForWhatAndWhatItGot() throws Exception {
    var store = new InMemoryCatStore();
    store.add(new NewCat("Tom", 100, "manx"));
    try (TestServer server = start(store, Map.of())) {
      HttpResponse<String> answer =
          new TestClient(server.uri()).get("/cats/1", "X-Request-Id", "mine");
      ILoggingEvent line = log.next();
      assertThat(line.getFormattedMessage()).isEqualTo("answered");
      assertThat(line.getMDCPropertyMap()).containsEntry("request", "mine");
      Map<String, Object> pairs = pairs(line);
      assertThat(pairs)
          .containsEntry("remote", "127.0.0.1")
          .containsEntry("method", "GET")
          .containsEntry("path", "/cats/1")
          .containsEntry("status", 200)
          .containsEntry("bytes", (long) answer.body().length())
          .containsOnlyKeys("remote", "method", "path", "status", "bytes", "ms");
      assertThat(Double.parseDouble(String.valueOf(pairs.get("ms")))).isBetween(0.001, 60_000.0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/cats?name=whom-I-look-for,/cats,200",
    "GET,/nope,/nope,404",
    "BREW,/cats,/cats,405",
    "HEAD,/cats,/cats,200",
    "GET,/cats?limit=0,/cats,400",
    "GET,/%0a%0d2026,/%0a%0d2026,400"
  })
  void line_always_hasThePathAsItWasSentWithoutItsQuery(
      String method, String target, String path, int status) throws Exception {
    try (TestServer server = start(new InMemoryCatStore(), Map.of())) {
      send(server, method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
      Map<String, Object> pairs = pairs(log.next());
      assertThat(pairs)
          .containsEntry("method", method)
          .containsEntry("path", path)
          .containsEntry("status", status);
      assertThat(pairs.toString()).doesNotContain("whom-I-look-for");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'no request at all',400",
    "'GET /%zz HTTP/1.1\r\nHost: localhost',400",
    "'GET /cats HTTP/1.1',400",
    "'GET /cats HTTP/9.9\r\nHost: localhost',505",
    "'GET /cats HTTP/1.1\r\nHost: localhost\r\nExpect: cats',417",
    "'GET /cats HTTP/1.1\r\nHost: elsewhere',421"
  })
  void line_ofWhatIsRefusedBeforeAnyRoute_isThereToo(String head, int status) throws Exception {
    try (TestServer server = start(new InMemoryCatStore(), Map.of())) {
      String answer = send(server, head + "\r\n");
      assertThat(answer).contains(" " + status + " ");
      ILoggingEvent line = log.next();
      assertThat(pairs(line)).containsEntry("status", status).containsEntry("remote", "127.0.0.1");
      assertThat(answer).contains("X-Request-Id: " + line.getMDCPropertyMap().get("request"));
    }
  }

  @Test
  void line_withATokenOfTheServer_hasItsNameAlone(@TempDir Path folder) throws Exception {
    String token = Tokens.generate();
    Path file = TokenFiles.write(folder, Tokens.line(Role.READ, token, Optional.of("board")));
    try (TestServer server =
        start(new InMemoryCatStore(), Map.of("CATS_TOKENS_FILE", file.toString()))) {
      var client = new TestClient(server.uri());
      client.get("/cats", "Authorization", "Bearer " + token);
      Map<String, Object> known = pairs(log.next());
      assertThat(known).containsEntry("client", "board").containsEntry("status", 200);
      assertThat(known.toString()).doesNotContain(token);

      try (var refusals = new CapturedLog(BearerTokenHandler.class)) {
        client.get("/cats", "Authorization", "Bearer " + token + "x");
        Map<String, Object> stranger = pairs(log.next());
        assertThat(stranger).doesNotContainKey("client").containsEntry("status", 401);
        assertThat(stranger.toString()).doesNotContain(token);
        assertThat(refusals.next().getFormattedMessage()).doesNotContain(token);
      }
    }
  }

  @Test
  void lines_whereNobodyAskedForThem_areNotThere() throws Exception {
    try (TestServer server = TestServer.start(new InMemoryCatStore(), Map.of())) {
      new TestClient(server.uri()).get("/cats");
    }
    try (TestServer server = start(new InMemoryCatStore(), Map.of())) {
      new TestClient(server.uri()).get("/breeds");
      assertThat(pairs(log.next())).containsEntry("path", "/breeds");
    }
  }

  private static TestServer start(InMemoryCatStore store, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("CATS_ACCESS_LOG", "true");
    return TestServer.start(store, settings);
  }

  private static Map<String, Object> pairs(ILoggingEvent event) {
    return event.getKeyValuePairs().stream().collect(toMap(it -> it.key, it -> it.value));
  }

  /** Sends this head on a connection of its own, and reads all that is answered. */
  private static String send(TestServer server, String head) throws IOException {
    return RawConnection.exchange(server.uri(), head + "Connection: close\r\n\r\n");
  }
}
