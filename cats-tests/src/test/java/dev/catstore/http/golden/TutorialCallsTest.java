package dev.catstore.http.golden;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.support.RawResponse;
import dev.catstore.support.TestServer;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The calls that the tutorial's reader types, byte for byte as curl sends them. */
class TutorialCallsTest {
  private final TestServer server = TestServer.start();
  private final GoldenClient client = new GoldenClient(server.uri());

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void calls_inTheTutorialsOrder_areAnsweredAsThere() throws IOException {
    assertAnswer(
        "\"Added\"",
        curlWithBody(
            "POST",
            "/add",
            "{\"name\": \"catty mcCatFace\", \"price\": 5000, \"breed\": \"bengal\"}"));
    assertAnswer(
        "[{\"id\": 1, \"name\": \"catty mcCatFace\", \"price\": 5000, \"breed\": \"bengal\"}]",
        curl("GET", "/"));
    assertAnswer("\"Edited\"", curlWithBody("PATCH", "/edit/1", "{\"price\": 1000}"));
    assertAnswer(
        "[{\"id\": 1, \"name\": \"catty mcCatFace\", \"price\": 1000, \"breed\": \"bengal\"}]",
        curl("GET", "/"));
    assertAnswer("\"Deleted\"", curl("DELETE", "/remove/1"));
    assertAnswer("[]", curl("GET", "/"));
  }

  /** As {@code curl -X method 127.0.0.1:5000/path}. */
  private RawResponse curl(String method, String path) throws IOException {
    return send(method, path, "\r\n");
  }

  /** As {@code curl -X method -H "Content-type: application/json" -d data 127.0.0.1:5000/path}. */
  private RawResponse curlWithBody(String method, String path, String data) throws IOException {
    int length = data.getBytes(UTF_8).length;
    return send(
        method,
        path,
        "Content-type: application/json\r\nContent-Length: " + length + "\r\n\r\n" + data);
  }

  private RawResponse send(String method, String path, String rest) throws IOException {
    String request =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: "
            + server.uri().getAuthority()
            + "\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n"
            + rest;
    return client.send(method, request.getBytes(UTF_8));
  }

  /** The same JSON: the original puts blanks after its colons and commas, and lines break. */
  private static void assertAnswer(String json, RawResponse answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.headers()).containsEntry("content-type", "application/json");
    assertThat(JsonValues.parse(answer.text())).isEqualTo(JsonValues.parse(json));
  }
}
