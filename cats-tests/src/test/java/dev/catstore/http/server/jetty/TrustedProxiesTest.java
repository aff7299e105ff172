package dev.catstore.http.server.jetty;

import static dev.catstore.support.TestClient.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.catstore.http.server.auth.Role;
import dev.catstore.http.server.auth.Tokens;
import dev.catstore.support.CapturedLog;
import dev.catstore.support.TestClient;
import dev.catstore.support.TestServer;
import dev.catstore.support.TokenFiles;
import dev.catstore.tests.InMemoryCatStore;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whom the server takes a request to be from, seen by what it logs, and for, seen by what it
 * refuses.
 */
final class TrustedProxiesTest {
  private static final String HERE = "127.0.0.1";
  private static final String PROXIES = HERE + ",10.0.0.0/8,2001:db8:ffff::/48";
  private static final Pattern REFUSED = Pattern.compile("refused, .* from (\\S+)");

  private final CapturedLog log = new CapturedLog("dev.catstore.http.server", Level.INFO);
  @TempDir private Path folder;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = start(PROXIES);
  }

  @AfterEach
  void close() {
    log.close();
    server.close();
  }

  private TestServer start(String proxies) throws IOException {
    return TestServer.startWithTokens(
        new InMemoryCatStore(),
        TokenFiles.write(folder, Tokens.line(Role.READ, Tokens.generate(), Optional.of("nobody"))),
        Map.of("CATS_TRUSTED_PROXIES", proxies, "CATS_ALLOWED_HOSTS", HERE + ",cats.example"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.7 | 192.0.2.7",
        "192.0.2.7:4711 | 192.0.2.7",
        "2001:db8::7 | [2001:db8:0:0:0:0:0:7]",
        "[2001:db8::7] | [2001:db8:0:0:0:0:0:7]",
        "[2001:db8::7]:4711 | [2001:db8:0:0:0:0:0:7]",
        // The client's own words stand first, however they look.
        "198.51.100.1, 192.0.2.7 | 192.0.2.7",
        "nonsense, 192.0.2.7 | 192.0.2.7",
        "127.0.0.1, 192.0.2.7 | 192.0.2.7",
        // Further proxies are passed over, as long as they are trusted.
        "192.0.2.7, 10.1.2.3 | 192.0.2.7",
        "198.51.100.1, 192.0.2.7, 10.1.2.3, 2001:db8:ffff::1 | 192.0.2.7",
        "192.0.2.7, 11.1.2.3 | 11.1.2.3",
        "192.0.2.7, 2001:db8:fffe::1 | [2001:db8:fffe:0:0:0:0:1]",
        "::ffff:192.0.2.7, ::ffff:10.1.2.3 | 192.0.2.7",
        // The first of those that are all trusted is the client.
        "10.1.2.3 | 10.1.2.3",
        "10.1.2.3, 10.4.5.6 | 10.1.2.3",
        // Where a proxy does not tell, it is the one that is known.
        "unknown | 127.0.0.1",
        "192.0.2.7, unknown | 127.0.0.1",
        "_hidden | 127.0.0.1",
        ", ,192.0.2.7, | 192.0.2.7"
      })
  void xForwardedFor_ofATrustedProxy_isReadFromItsEnd(String sent, String client) throws Exception {
    assertThat(clientOf("X-Forwarded-For", sent)).isEqualTo(client);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "for=192.0.2.7 | 192.0.2.7",
        "FOR=\"192.0.2.7:4711\";proto=https;by=203.0.113.43 | 192.0.2.7",
        "proto=http;for=\"[2001:db8::7]:4711\" | [2001:db8:0:0:0:0:0:7]",
        "for=\"192.0.2.7:_port\" | 192.0.2.7",
        "for=198.51.100.1, for=192.0.2.7 | 192.0.2.7",
        "for=\"a, b;c\", for=192.0.2.7 | 192.0.2.7",
        "for=192.0.2.7;host=cats.example,for=10.1.2.3 | 192.0.2.7",
        "for=unknown | 127.0.0.1",
        "for=_gazonk | 127.0.0.1",
        "proto=https | 127.0.0.1",
        "for=192.0.2.7, proto=https | 127.0.0.1",
        ",, for=192.0.2.7 ;; | 192.0.2.7"
      })
  void forwarded_ofATrustedProxy_isReadFromItsEnd(String sent, String client) throws Exception {
    assertThat(clientOf("Forwarded", sent)).isEqualTo(client);
  }

  @Test
  void lines_areOneList() throws Exception {
    assertThat(clientOf("X-Forwarded-For", "198.51.100.1", "X-Forwarded-For", "192.0.2.7"))
        .isEqualTo("192.0.2.7");
    assertThat(clientOf("Forwarded", "for=198.51.100.1", "Forwarded", "for=192.0.2.7"))
        .isEqualTo("192.0.2.7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-Forwarded-Host | cats.example | 200",
        "X-Forwarded-Host | CATS.example:443 | 200",
        "X-Forwarded-Host | evil.example | 421",
        "X-Forwarded-Host | cats.example, evil.example | 421",
        "X-Forwarded-Host | evil.example, cats.example | 200",
        "Forwarded | host=cats.example | 200",
        "Forwarded | host=evil.example | 421",
        "Forwarded | host=evil.example;for=192.0.2.1, host=\"cats.example:443\" | 200",
        "Forwarded | host=cats.example;for=10.0.0.1, host=evil.example;for=10.0.0.2 | 200",
        "Forwarded | host=evil.example;for=10.0.0.1, for=10.0.0.2 | 421",
        "Forwarded | host=evil.example;for=10.0.0.1, for=192.0.2.1 | 200",
        // No proxy's business, and so a client's: they have no effect.
        "X-Forwarded-Server | evil.example | 200",
        "X-Forwarded-Port | nonsense | 200",
        "X-Proxied-Https | nonsense | 200",
        "X-Real-IP | nonsense | 200"
      })
  void host_ofATrustedProxy_isChecked(String header, String value, int status) throws Exception {
    HttpResponse<String> answer = client(server).get("/openapi.json", header, value);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
  }

  @Test
  void host_ofSeveralProxies_isThatOfTheFirstThatIsTrusted() throws Exception {
    String[] headers = {
      "X-Forwarded-For", "198.51.100.1, 192.0.2.7, 10.1.2.3",
      "X-Forwarded-Host", "evil.example, cats.example, inner.example",
      "X-Forwarded-Proto", "nonsense, https, http"
    };
    assertThat(client(server).get("/health/live", headers).statusCode()).isEqualTo(200);
    assertThat(clientOf(headers)).isEqualTo("192.0.2.7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "X-Forwarded-For | nonsense | forwarded addresses",
        "X-Forwarded-For | localhost | forwarded addresses",
        "X-Forwarded-For | face | forwarded addresses",
        "X-Forwarded-For | 1 | forwarded addresses",
        "X-Forwarded-For | 3221225991 | forwarded addresses",
        "X-Forwarded-For | 010.0.0.1 | forwarded addresses",
        "X-Forwarded-For | 192.0.2.7:65536 | forwarded addresses",
        "X-Forwarded-For | [2001:db8::7]:99999 | forwarded addresses",
        "X-Forwarded-For | 192.0.2 | forwarded addresses",
        "X-Forwarded-For | 192.0.2.300 | forwarded addresses",
        "X-Forwarded-For | 192.0.2.7:x | forwarded addresses",
        "X-Forwarded-For | [192.0.2.7] | forwarded addresses",
        "X-Forwarded-For | 1:2:3 | forwarded addresses",
        "X-Forwarded-For | fe80::1%eth0 | forwarded addresses",
        "X-Forwarded-For | \"192.0.2.7\" | forwarded addresses",
        "X-Forwarded-For | nonsense, 10.0.0.1 | forwarded addresses",
        "Forwarded | for=nonsense | forwarded addresses",
        "Forwarded | nonsense | RFC 7239",
        "Forwarded | for= | RFC 7239",
        "Forwarded | for=2001:db8::7 | RFC 7239",
        "Forwarded | for=1.2.3.4 proto=http | RFC 7239",
        "Forwarded | for=192.0.2.7;for=10.0.0.1 | RFC 7239",
        // A quote that a client has left open, and what its proxy has added.
        "Forwarded | for=\"x, for=192.0.2.7 | RFC 7239",
        "Forwarded | for=\", for=\"[2001:db8::7]\" | RFC 7239",
        "Forwarded | for=\"\\\", for=192.0.2.7 | RFC 7239",
        "X-Forwarded-Host | a b | forwarded host",
        "X-Forwarded-Host | cats.example:x | forwarded host",
        "X-Forwarded-Host | cats.example:99999 | forwarded host",
        "X-Forwarded-Host | [::1 | forwarded host",
        "X-Forwarded-Host | a/b | forwarded host",
        "Forwarded | host=\"a b\" | forwarded host",
        "Forwarded | host=\"\" | RFC 7239",
        "X-Forwarded-Proto | ftp | forwarded scheme",
        "Forwarded | proto=javascript | forwarded scheme",
        "X-Forwarded-Prefix | shop | forwarded prefix",
        "X-Forwarded-Prefix | / | forwarded prefix",
        "X-Forwarded-Prefix | /shop/ | forwarded prefix",
        "X-Forwarded-Prefix | //evil.example | forwarded prefix",
        "X-Forwarded-Prefix | /\\evil.example | forwarded prefix",
        "X-Forwarded-Prefix | https://evil.example | forwarded prefix",
        "X-Forwarded-Prefix | /shop/../x | forwarded prefix",
        "X-Forwarded-Prefix | /shop?x | forwarded prefix",
        "X-Forwarded-Prefix | /%0d%0aX:y | forwarded prefix",
        "X-Forwarded-Prefix | /a>; rel=x | forwarded prefix"
      })
  void whatATrustedProxySays_thatIsMalformed_isRefused(String header, String value, String said)
      throws Exception {
    HttpResponse<String> answer = client(server).get("/health/live", header, value);
    assertProblem(answer, 400, "malformed-request");
    assertThat(answer.body()).contains(said).contains("\"request_id\"");
    assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(log.drain()).isEmpty();
  }

  @Test
  void manyValues_areRead() throws Exception {
    assertThat(clientOf("X-Forwarded-For", "1,".repeat(3000) + "192.0.2.7")).isEqualTo("192.0.2.7");
    assertThat(clientOf("Forwarded", "for=1,".repeat(1000) + "for=192.0.2.7"))
        .isEqualTo("192.0.2.7");
    assertThat(clientOf("Forwarded", "a=\"" + "x".repeat(7000) + "\";for=192.0.2.7"))
        .isEqualTo("192.0.2.7");
  }

  /** A proxy that adds to one of the two hands on what a client says in the other. */
  @Test
  void bothForms_mustNotContradictEachOther() throws Exception {
    assertThat(
            clientOf(
                "Forwarded",
                "for=198.51.100.1, for=\"192.0.2.7:1\";proto=https",
                "X-Forwarded-For",
                "192.0.2.7",
                "X-Forwarded-Host",
                "cats.example"))
        .isEqualTo("192.0.2.7");
    for (String[] other :
        new String[][] {
          {"X-Forwarded-For", "198.51.100.1"},
          {"X-Forwarded-Host", "evil.example"},
          {"X-Forwarded-Proto", "http"}
        }) {
      String[] headers =
          Stream.concat(
                  Stream.of("Forwarded", "for=192.0.2.7;proto=https;host=cats.example"),
                  Arrays.stream(other))
              .toArray(String[]::new);
      HttpResponse<String> answer = client(server).get("/health/live", headers);
      assertProblem(answer, 400, "malformed-request");
      assertThat(answer.body()).contains("Forwarded and " + other[0] + " contradict each other");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.7 | /shop | /shop",
        "unknown | /shop | /shop",
        "192.0.2.7 | //evil.example, /shop | /shop",
        "10.1.2.3 | /a, /b/c | /a/b/c",
        "10.1.2.3 | /b | /b",
        "192.0.2.7, 10.1.2.3 | /evil, /a, /b | /a/b"
      })
  void prefixes_ofTrustedProxies_precedeThePathsOfLinks(String from, String sent, String prefix)
      throws Exception {
    String[] headers = {"X-Forwarded-For", from, "X-Forwarded-Prefix", sent};
    assertProblem(client(server).get("/cats", headers), 401, prefix, "unauthorized");
  }

  @Test
  void prefix_ofAForwarded_isNone() throws Exception {
    assertProblem(
        client(server).get("/cats", "Forwarded", "for=192.0.2.7;prefix=\"/shop\""),
        401,
        "unauthorized");
  }

  @Test
  void prefix_ofAnother_hasNoEffect() throws Exception {
    try (TestServer others = start("10.0.0.0/8")) {
      for (String prefix : List.of("/shop", "//evil.example")) {
        assertProblem(
            client(others).get("/cats", "X-Forwarded-Prefix", prefix), 401, "unauthorized");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10.0.0.0/8", "192.0.2.7", "127.0.0.2", "::1"})
  void whatAnotherSays_hasNoEffect(String proxies) throws Exception {
    try (TestServer others = start(proxies)) {
      for (String[] header :
          new String[][] {
            {"X-Forwarded-For", "192.0.2.7"},
            {"X-Forwarded-For", "nonsense"},
            {"X-Forwarded-Host", "evil.example"},
            {"X-Forwarded-Host", "a b"},
            {"X-Forwarded-Proto", "ftp"},
            {"Forwarded", "for=192.0.2.7;host=evil.example;proto=https"},
            {"Forwarded", "\""}
          }) {
        assertThat(client(others).get("/health/live", header).statusCode()).isEqualTo(200);
        assertThat(clientOf(others, header)).isEqualTo(HERE);
      }
    }
  }

  private String clientOf(String... headers) throws Exception {
    return clientOf(server, headers);
  }

  /** The address in the line about a request without a token. */
  private String clientOf(TestServer asked, String... headers) throws Exception {
    log.drain();
    HttpResponse<String> answer = client(asked).get("/cats", headers);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
    List<String> messages = log.drainMessages();
    assertThat(messages).hasSize(1);
    var refused = REFUSED.matcher(messages.get(0));
    assertThat(refused.matches()).as(messages.get(0)).isTrue();
    return refused.group(1);
  }

  private static TestClient client(TestServer server) {
    return new TestClient(server.uri());
  }
}
