package dev.catstore.http.server.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.support.RawConnection;
import dev.catstore.support.RawResponse;
import dev.catstore.support.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are not HTTP, or that Jetty itself refuses. */
@Timeout(120)
class HttpErrorsTest extends HttpErrorsTestCase {
  private static final String TIM = "{\"name\":\"Tim\",\"price\":1,\"breed\":\"manx\"}";

  private static final String ADD =
      "POST /add HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";

  private static final String JSON = "Content-Type: application/json\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "GET\r\n\r\n",
        "GET / \r\n\r\n",
        "GET / HTTP/1.1 x\r\nHost: localhost\r\n\r\n",
        "{\"name\":\"Tom\"}\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n"
      })
  void requestLine_thatIsNone_isMalformed(String request) throws Exception {
    assertProblem(send(request), 400, "malformed-request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"No colon\r\n", "Bad name: x\r\n", ": x\r\n", "X: a\u0000b\r\n", " X: folded\r\n"})
  void header_thatIsNone_isMalformed(String header) throws Exception {
    assertProblem(send(get("/", header)), 400, "malformed-request");
  }

  @ParameterizedTest
  @ValueSource(ints = {8_200, 20_000, 200_000})
  void headers_tooLarge_areRefused(int length) throws Exception {
    assertProblem(send(get("/", "X: " + "x".repeat(length) + "\r\n")), 431, "headers-too-large");
    assertProblem(send(get("/", "X: x\r\n".repeat(length / 6))), 431, "headers-too-large");
  }

  @Test
  void headers_ofNearlyTheLimit_areTaken() throws Exception {
    assertThat(send(get("/", "X: " + "x".repeat(8_000) + "\r\n")).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(ints = {8_200, 20_000, 200_000})
  void uri_tooLong_isRefused(int length) throws Exception {
    assertProblem(send(get("/" + "x".repeat(length), "")), 414, "uri-too-long");
  }

  @ParameterizedTest
  @CsvSource({"GET,/", "POST,/cats", "DELETE,/cats/1"})
  void expectation_thatIsUnknown_isRefused(String method, String path) throws Exception {
    String head = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nExpect: nonsense\r\n\r\n";
    assertProblem(send(head), 417, "expectation-failed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "gzip", "gzip, chunked", "nonsense, Chunked"})
  void transferEncoding_thatIsUnknown_isNotImplemented(String encoding) throws Exception {
    assertProblem(
        // A body that would be taken, if the coding were not looked at.
        send(
            ADD
                + JSON
                + "Transfer-Encoding: "
                + encoding
                + "\r\n\r\n27\r\n"
                + TIM
                + "\r\n0\r\n\r\n"),
        501,
        "not-implemented");
  }

  /** A client of HTTP/1.0 knows of no coding: whoever sent this hides where its body ends. */
  @ParameterizedTest
  @ValueSource(strings = {"chunked", "gzip"})
  void transferEncoding_ofAnOldVersion_isMalformed(String encoding) throws Exception {
    try (var connection = new RawConnection(server.uri())) {
      connection.write(
          "POST /add HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n"
              + JSON
              + "Transfer-Encoding: "
              + encoding
              + "\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
      assertProblem(connection.read(), 400, "malformed-request");
      assertThat(connection.readAll()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/3.0", "HTTP/2.0", "HTTP/1.2", "HTTP/0.9", "HTTP/x", "FTP/1.1"})
  void version_thatIsUnknown_isNotSupported(String version) throws Exception {
    assertProblem(
        send("GET / " + version + "\r\nHost: localhost\r\n\r\n"), 505, "version-not-supported");
  }

  @ParameterizedTest
  @ValueSource(strings = {"BREW", "TRACE", "PROPFIND", "get"})
  void method_thatIsUnknown_isNotAllowed(String method) throws Exception {
    String rest = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    RawResponse known = send(method + " /cats/1" + rest);
    assertProblem(known, 405, "method-not-allowed");
    assertThat(known.headers()).containsEntry("allow", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
    assertProblem(send(method + " /nope" + rest), 404, "not-found");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Host:\r\n",
        "Host: localhost\r\nHost: localhost\r\n",
        "Host: a b\r\n",
        "Host: localhost:port\r\n",
        "Host: localhost:99999\r\n"
      })
  void host_missingOrMalformed_isMalformed(String host) throws Exception {
    assertProblem(
        send("GET / HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n"), 400, "malformed-request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1\r\nHost: 10.0.0.7:5000", "HTTP/1.1\r\nHost: x", "HTTP/1.0"})
  void health_underEveryHost_isTold(String rest) throws Exception {
    try (TestServer named = TestServer.start(store, Map.of("CATS_ALLOWED_HOSTS", "cats.example"))) {
      for (String path : new String[] {"/health/live", "/health/ready"}) {
        String request = "GET " + path + " " + rest + "\r\nConnection: close\r\n\r\n";
        assertThat(RawConnection.exchange(named.uri(), request)).startsWith("HTTP/1.1 200");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "cats.example,200",
    "CATS.Example.:5000,200",
    "xn--gypten-9ta.example,200",
    "[2001:db8::1]:5000,200",
    "[2001:DB8:0:0:0:0:0:1],200",
    "127.0.0.1,421",
    "cats.example..,421",
    "[2001:db8::2],421"
  })
  void host_inAnySpelling_isTheSame(String host, int status) throws Exception {
    String allowed = "cats.example,\u00e4gypten.example,2001:db8::1";
    try (TestServer named = TestServer.start(store, Map.of("CATS_ALLOWED_HOSTS", allowed))) {
      String request = "GET /cats HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      assertThat(RawConnection.exchange(named.uri(), request)).startsWith("HTTP/1.1 " + status);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"evil.example", "evil.example:5000", "localhost.evil.example", "10.0.0.1"})
  void host_ofAnother_isMisdirected(String host) throws Exception {
    for (String path : new String[] {"/", "/cats/1", "/metrics", "/nope"}) {
      assertProblem(
          send("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(path, host)),
          421,
          "misdirected-request");
    }
    // The target counts, and not the header, where it names a host.
    assertProblem(
        send(
            "GET http://" + host + "/ HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"),
        421,
        "misdirected-request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "LOCALHOST:1", "127.0.0.1", "127.0.0.1:5000"})
  void host_ofOurs_isServed(String host) throws Exception {
    assertThat(send("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n").status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/cats/%",
        "/cats/%1",
        "/cats/%zz",
        "/%",
        "/cats/%u0031",
        "/cats/%00",
        "/cats/%FF",
        "/cats/1%2F",
        "/cats/..%2F1"
      })
  void path_withAMalformedEncoding_isMalformed(String path) throws Exception {
    assertProblem(send(get(path, "")), 400, "malformed-request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zz\r\n", "-1\r\n", "\r\n", "fffffffffffffffff\r\n", "0x5\r\n"})
  void body_withABrokenChunkSize_isMalformed(String size) throws Exception {
    String chunk = Integer.toHexString(TIM.length()) + "\r\n" + TIM + "\r\n";
    String head = ADD + JSON + "Transfer-Encoding: chunked\r\n\r\n";
    assertProblem(send(head + size + TIM + "\r\n0\r\n\r\n"), 400, "malformed-request");
    assertProblem(send(head + chunk + size + "\r\n0\r\n\r\n"), 400, "malformed-request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "-1", "1, 2", "99999999999999999999", "+43", "0x2b", "43 43"})
  void contentLength_thatIsNone_isMalformed(String length) throws Exception {
    assertProblem(
        send(ADD + JSON + "Content-Length: " + length + "\r\n\r\n" + TIM),
        400,
        "malformed-request");
  }

  @Test
  void contentLength_twiceOrBesideChunks_isMalformed() throws Exception {
    String length = "Content-Length: " + TIM.length() + "\r\n";
    assertProblem(
        send(ADD + JSON + length + "Content-Length: 1\r\n\r\n" + TIM), 400, "malformed-request");
    assertProblem(
        send(ADD + JSON + length + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        400,
        "malformed-request");
  }

  /** The client has gone; that the server has seen it is known when its end of the line closes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 1000\r\n\r\n" + TIM,
        "Content-Length: 1000\r\n\r\n",
        "Content-Length: 1000\r\n",
        "Transfer-Encoding: chunked\r\n\r\nff\r\n" + TIM,
        "Transfer-Encoding: chunked\r\n\r\n27\r\n" + TIM + "\r\n"
      })
  void body_cutShort_changesNothing(String rest) throws Exception {
    try (var connection = new RawConnection(server.uri())) {
      connection.write(ADD + JSON + rest);
      connection.endWriting();
      assertThat(connection.readAll()).doesNotContain("Added", "Exception", "HTTP/1.1 5");
    }
  }

  @Test
  void body_cutShortByAReset_changesNothing() throws Exception {
    try (var connection = new RawConnection(server.uri())) {
      connection.write(ADD + JSON + "Content-Length: 1000\r\n\r\n" + TIM);
      connection.resetOnClose();
    }
  }

  @Test
  void body_thatStopsArriving_isTimedOut() throws Exception {
    try (TestServer impatient = TestServer.start(store, Duration.ofMillis(300));
        var connection = new RawConnection(impatient.uri())) {
      connection.write(ADD + JSON + "Content-Length: 1000\r\n\r\n{");
      assertProblem(connection.read(), 408, "request-timeout");
      assertThat(connection.readAll()).isEmpty();
    }
  }

  @Test
  void requests_sentAtOnce_areAnsweredInTheirOrder() throws Exception {
    try (var connection = new RawConnection(server.uri())) {
      connection.write(
          "GET /cats/1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
              + "POST /cats HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n"
              + JSON
              + "\r\n{}"
              + "GET /nope HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(connection.read().status()).isEqualTo(200);
      assertProblem(connection.read(), 422, "invalid-values");
      assertProblem(connection.read(), 404, "not-found");
    }
  }

  @Test
  void request_whoseBodyIsRefusedUnread_doesNotTakeItForTheNextRequest() throws Exception {
    String smuggled = "DELETE /remove/1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
    try (var connection = new RawConnection(server.uri())) {
      connection.write(
          "POST /add HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: "
              + smuggled.length()
              + "\r\n\r\n"
              + smuggled
              + "GET /nope HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      assertProblem(connection.read(), 415, "unsupported-media-type");
      assertProblem(connection.read(), 404, "not-found");
      assertThat(connection.readAll()).isEmpty();
    }
  }

  @Test
  void options_ofTheServer_areAllMethods() throws Exception {
    String rest = " * HTTP/1.1\r\nConnection: close\r\nHost: ";
    RawResponse answer = send("OPTIONS" + rest + "localhost\r\n\r\n");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.headers())
        .containsEntry("allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    assertProblem(send("OPTIONS" + rest + "evil.example\r\n\r\n"), 421, "misdirected-request");
    assertProblem(send("GET" + rest + "localhost\r\n\r\n"), 400, "malformed-request");
  }

  @Test
  void request_ofHttp10_isAnswered() throws Exception {
    assertThat(send("GET /cats/1 HTTP/1.0\r\nHost: localhost\r\n\r\n").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"OPTIONS ?", "GET ?limit=1", "GET cats"})
  void target_withoutAPath_isMalformed(String start) throws Exception {
    assertProblem(
        send(start + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
        400,
        "malformed-request");
  }

  private static String get(String path, String headers) {
    return "GET "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        + headers
        + "\r\n";
  }

  private RawResponse send(String request) throws IOException {
    try (var connection = new RawConnection(server.uri())) {
      connection.write(request);
      return connection.read();
    }
  }

  private static void assertProblem(RawResponse answer, int status, String type) {
    assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
    assertThat(answer.headers())
        .containsEntry("content-type", "application/problem+json")
        .containsEntry("x-content-type-options", "nosniff")
        .containsEntry("content-security-policy", "default-src 'none'; frame-ancestors 'none'")
        .containsEntry("cross-origin-resource-policy", "same-origin")
        .containsKey("x-request-id");
    assertThat(answer.body())
        .startsWith("{\"type\":\"/problems/" + type + "\"")
        .contains("\"status\":" + status)
        .endsWith("}");
    assertThat(answer.toString())
        .doesNotContainIgnoringCase("exception", "dev.catstore", "jetty", "java", "<html");
  }
}
