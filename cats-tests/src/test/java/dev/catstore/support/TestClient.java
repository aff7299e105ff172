package dev.catstore.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;

/** A well-behaved HTTP client of one server. */
public final class TestClient {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final String address;

  public TestClient(URI address) {
    this.address = address.toString();
  }

  public HttpResponse<String> get(String target, String... headers)
      throws IOException, InterruptedException {
    return send("GET", target, BodyPublishers.noBody(), BodyHandlers.ofString(), headers);
  }

  public HttpResponse<String> head(String target, String... headers)
      throws IOException, InterruptedException {
    return send("HEAD", target, BodyPublishers.noBody(), BodyHandlers.ofString(), headers);
  }

  public HttpResponse<String> post(String target, String type, String body, String... headers)
      throws IOException, InterruptedException {
    return post(target, type, BodyPublishers.ofString(body), headers);
  }

  public HttpResponse<String> post(
      String target, String type, BodyPublisher body, String... headers)
      throws IOException, InterruptedException {
    String[] all =
        Stream.concat(Stream.of("Content-Type", type), Arrays.stream(headers))
            .toArray(String[]::new);
    return send("POST", target, body, BodyHandlers.ofString(), all);
  }

  /**
   * Sends a request.
   *
   * @param headers alternating names and values; a repeated name is sent as two lines
   */
  public <T> HttpResponse<T> send(
      String method, String target, BodyPublisher body, BodyHandler<T> handler, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + target))
            .timeout(Duration.ofSeconds(60))
            .method(method, body);
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return CLIENT.send(request.build(), handler);
  }

  /** Sends this JSON, or another type of content if the headers name one. */
  public HttpResponse<String> send(String method, String target, String body, String... headers)
      throws IOException, InterruptedException {
    boolean typed = Arrays.stream(headers).anyMatch("Content-Type"::equalsIgnoreCase);
    Stream<String> type = typed ? Stream.of() : Stream.of("Content-Type", "application/json");
    return send(
        method,
        target,
        BodyPublishers.ofString(body),
        BodyHandlers.ofString(),
        Stream.concat(type, Arrays.stream(headers)).toArray(String[]::new));
  }

  public static void assertProblem(HttpResponse<String> response, int status, String type) {
    assertProblem(response, status, "", type);
  }

  /**
   * Asserts that this is a problem.
   *
   * @param prefix what precedes each path of the server
   */
  public static void assertProblem(
      HttpResponse<String> response, int status, String prefix, String type) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
    if (response.request().method().equals("HEAD")) {
      assertThat(response.body()).isEmpty();
      return;
    }
    assertThat(response.body())
        .startsWith("{\"type\":\"" + prefix + "/problems/" + type + "\"")
        .contains("\"status\":" + status)
        .doesNotContain("Exception", "dev.catstore", "select ");
  }
}
