package dev.catstore.http.openapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.catstore.domain.NewCat;
import dev.catstore.support.Slow;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Another reader of the OpenAPI document agrees with it: Prism, as a proxy that holds each exchange
 * against the document. It is skipped where the npm packages of {@code openapi-tools} are not
 * installed.
 */
@Slow
class PrismTest {
  private static final Path PROGRAM =
      Path.of("..", "openapi-tools", "node_modules", ".bin", "prism");

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final InMemoryCatStore STORE = new InMemoryCatStore();
  private static final List<AutoCloseable> OPENED = new ArrayList<>();
  private static URI proxy;
  private static URI proxyOfAway;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(Files.isExecutable(PROGRAM), "npm install --prefix openapi-tools");
    TestServer server = opened(TestServer.start(STORE, Calls.SETTINGS));
    TestServer away = opened(TestServer.start(Calls.away()));
    Prism ofServer = opened(new Prism(server));
    Prism ofAway = opened(new Prism(away));
    proxy = ofServer.address();
    proxyOfAway = ofAway.address();
  }

  @AfterAll
  static void close() throws Exception {
    for (int i = OPENED.size() - 1; i >= 0; i--) {
      OPENED.get(i).close();
    }
  }

  private static <T extends AutoCloseable> T opened(T one) {
    OPENED.add(one);
    return one;
  }

  /**
   * But for HEAD, whose answers Prism reads as JSON although they are empty, and for bodies that
   * should be JSON, and which Prism cannot read either.
   */
  static Stream<Calls.Call> calls() {
    return Calls.all().filter(it -> !it.method().equals("HEAD") && !isBrokenJson(it));
  }

  private static boolean isBrokenJson(Calls.Call call) {
    try {
      return call.headers().contains(Calls.JSON)
          && !call.body().isEmpty()
          && OpenApi.JSON.readTree(call.body()).isMissingNode();
    } catch (JacksonException e) {
      return true;
    }
  }

  @ParameterizedTest
  @MethodSource("calls")
  void exchange_hasNoViolations(Calls.Call call) throws Exception {
    long id = STORE.add(new NewCat("Tom", 1, "manx")).id();
    HttpResponse<String> answer =
        CLIENT.send(
            call.to(call.status() == 503 ? proxyOfAway : proxy, id), BodyHandlers.ofString());

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(call.status());
    assertThat(violations(answer, "response")).isEmpty();
    if (call.status() < 400) {
      assertThat(violations(answer, "request")).isEmpty();
    }
  }

  private static List<JsonNode> violations(HttpResponse<String> answer, String of) {
    return OpenApi.JSON
        .readTree(answer.headers().firstValue("sl-violations").orElse("[]"))
        .valueStream()
        .filter(it -> it.path("location").path(0).asString().equals(of))
        .toList();
  }

  /** Between its clients and a server, whose document it reads. */
  private static final class Prism implements AutoCloseable {
    private static final Pattern BANNER = Pattern.compile("Prism is listening on (http://\\S+)");
    private static final int TIMEOUT_SECONDS = 120;

    private final Process process;
    private final CompletableFuture<URI> address = new CompletableFuture<>();

    Prism(TestServer server) throws IOException {
      this.process =
          new ProcessBuilder(
                  PROGRAM.toString(),
                  "proxy",
                  server.uri().resolve("/openapi.json").toString(),
                  server.uri().toString(),
                  "--port=0",
                  "--cors=false")
              .redirectErrorStream(true)
              .start();
      var reader = new Thread(this::read, "prism");
      reader.setDaemon(true);
      reader.start();
    }

    /** The address it listens on; waits for it. */
    URI address() {
      return address.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
    }

    private void read() {
      var text = new StringBuilder();
      try (BufferedReader lines = process.inputReader(UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          text.append(line).append('\n');
          Matcher banner = BANNER.matcher(line);
          if (banner.find()) {
            address.complete(URI.create(banner.group(1)));
          }
        }
      } catch (IOException e) {
        text.append(e);
      }
      address.completeExceptionally(new IllegalStateException("no banner: " + text));
    }

    @Override
    public void close() {
      process.destroy();
    }
  }
}
