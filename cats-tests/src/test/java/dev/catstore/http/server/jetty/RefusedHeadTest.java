package dev.catstore.http.server.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.support.RawConnection;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A refusal of HEAD has no body (RFC 9110, 9.3.2). */
@Timeout(120)
class RefusedHeadTest extends HttpErrorsTestCase {
  private static List<String> refusedHeads() {
    String close = "Connection: close\r\n";
    String host = "Host: localhost\r\n" + close;
    return List.of(
        "HEAD /cats/%00 HTTP/1.1\r\n" + host,
        "HEAD / HTTP/1.1\r\n" + close,
        "HEAD / HTTP/1.1\r\nHost: a b\r\n" + close,
        "HEAD / HTTP/1.1\r\nHost: evil.example\r\n" + close,
        "HEAD cats HTTP/1.1\r\n" + host,
        "HEAD / HTTP/1.1 x\r\n" + host,
        "HEAD / HTTP/9.9\r\n" + host,
        "HEAD /" + "x".repeat(20_000) + " HTTP/1.1\r\n" + host,
        "HEAD / HTTP/1.1\r\n" + host + "X: " + "x".repeat(20_000) + "\r\n",
        "HEAD / HTTP/1.1\r\n" + host + "No colon\r\n",
        "HEAD / HTTP/1.1\r\n" + host + "Content-Length: x\r\n",
        "HEAD / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip\r\n",
        "HEAD / HTTP/1.0\r\n" + host + "Transfer-Encoding: chunked\r\n",
        "HEAD / HTTP/1.1\r\n" + host + "Expect: nonsense\r\n",
        "HEAD /nope HTTP/1.1\r\n" + host,
        "HEAD /add HTTP/1.1\r\n" + host,
        "HEAD /cats/0 HTTP/1.1\r\n" + host,
        "HEAD /problems/nope HTTP/1.1\r\n" + host,
        "HEAD /cats HTTP/1.1\r\n" + host + "Accept: ;;\r\n");
  }

  /** RFC 9110, 9.3.2: a body would be taken for the next response. */
  @ParameterizedTest
  @MethodSource("refusedHeads")
  void head_thatIsRefused_hasNoBody(String request) throws Exception {
    assertThat(RawConnection.exchange(server.uri(), request + "\r\n"))
        .startsWith("HTTP/1.1 ")
        .containsIgnoringCase("content-type: application/problem+json\r\n")
        .endsWith("\r\n\r\n")
        .doesNotContain("/problems/");
  }
}
