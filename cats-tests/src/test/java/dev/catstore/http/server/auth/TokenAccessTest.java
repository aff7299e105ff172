package dev.catstore.http.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.NewCat;
import dev.catstore.support.CapturedLog;
import dev.catstore.support.RawConnection;
import dev.catstore.support.TestServer;
import dev.catstore.support.TokenFiles;
import dev.catstore.tests.InMemoryCatStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server with tokens answers to whom. */
final class TokenAccessTest {
  private static final String READER = Tokens.generate();
  private static final String WRITER = Tokens.generate();
  private static final String TOM = "{\"name\":\"Tom\",\"price\":100,\"breed\":\"manx\"}";

  private final HttpClient client = HttpClient.newHttpClient();
  private final InMemoryCatStore store = new InMemoryCatStore();
  private final CapturedLog log = new CapturedLog("dev.catstore.http.server", Level.INFO);
  @TempDir private Path folder;
  private Path file;
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    file = write(line(Role.READ, READER, "board"), line(Role.WRITE, WRITER, "shop"));
    store.add(new NewCat("Tom", 100, "manx"));
    server = TestServer.startWithTokens(store, file, Map.of());
  }

  @AfterEach
  void close() {
    log.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/,200",
    "HEAD,/,200",
    "GET,/cats,200",
    "HEAD,/cats,200",
    "GET,/cats/1,200",
    "HEAD,/cats/1,200",
    "GET,/breeds,200",
    "GET,/metrics,200",
    "HEAD,/metrics,200",
    "GET,/nope,404",
    "GET,/add,405"
  })
  void reading_needsATokenOfEitherRole(String method, String path, int status) throws Exception {
    assertUnauthorized(send(method, path, ""));
    assertThat(send(method, path, READER).statusCode()).isEqualTo(status);
    assertThat(send(method, path, WRITER).statusCode()).isEqualTo(status);
  }

  @Test
  void requestWithoutAToken_whoseBodyDoesNotCome_takesNobodysPlace() throws Exception {
    Map<String, String> small =
        Map.of(
            "CATS_MAX_REQUESTS", "2",
            "CATS_MAX_STREAMS", "1",
            "CATS_MAX_WAITING", "0");
    try (TestServer full = TestServer.startWithTokens(store, file, small);
        var one = new RawConnection(full.uri());
        var two = new RawConnection(full.uri())) {
      for (RawConnection client : List.of(one, two)) {
        client.write("GET /cats HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n");
      }
      // Both are refused, and wait for their bodies.
      log.next();
      log.next();
      HttpRequest request =
          HttpRequest.newBuilder(full.uri().resolve("/cats/1"))
              .header("Authorization", "Bearer " + READER)
              .build();
      assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST,/add,200",
    "PATCH,/edit/1,200",
    "DELETE,/remove/1,200",
    "POST,/cats,201",
    "PUT,/cats/1,200",
    "PATCH,/cats/1,200",
    "DELETE,/cats/1,204",
    "DELETE,/nope,404",
    "BREW,/cats/1,405",
    "POST,/health/nope,404"
  })
  void writing_needsATokenToWrite(String method, String path, int status) throws Exception {
    assertUnauthorized(send(method, path, ""));
    HttpResponse<String> forbidden = send(method, path, READER);
    assertThat(forbidden.statusCode()).isEqualTo(403);
    assertThat(forbidden.headers().allValues("WWW-Authenticate"))
        .containsExactly("Bearer realm=\"cats\", error=\"insufficient_scope\", scope=\"write\"");
    assertThat(forbidden.body()).contains("\"/problems/forbidden\"", "\"request_id\"");
    store.each(CatFilter.ALL, cat -> assertThat(cat.revision()).isEqualTo(1));
    assertThat(store.count(CatFilter.ALL)).isEqualTo(1);
    assertThat(send(method, path, WRITER).statusCode()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/health/live,200",
    "HEAD,/health/ready,200",
    "GET,/health/ready,200",
    "OPTIONS,/cats,200",
    "OPTIONS,/cats/1,200",
    "GET,/problems/nope,404",
    "GET,/docs/nope,404"
  })
  void openPaths_needNoToken(String method, String path, int status) throws Exception {
    assertThat(send(method, path, "").statusCode()).isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/metrics",
        "/docs/../cats",
        "/docs/%2e%2e/cats",
        "//docs",
        "/health",
        "/health/live/",
        "/health/live;x",
        "/problemsx",
        "/cats;/docs/",
        "/cats?/docs/"
      })
  void whatIsNotListedAsOpen_isClosed(String path) throws Exception {
    // 400: what Jetty does not take at all.
    assertThat(send("GET", path, "").statusCode()).isIn(400, 401);
    assertThat(send("GET", path, "").body()).doesNotContain("Tom");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer %s x",
        "Bearer %s,%s",
        "Bearer %sx",
        "Basic %s",
        "%s"
      })
  void aTokenThatIsNobodys_isInvalid(String credentials) throws Exception {
    HttpResponse<String> answer = sendWith("GET", "/", List.of(credentials.replace("%s", WRITER)));
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().allValues("WWW-Authenticate"))
        .containsExactly("Bearer realm=\"cats\", error=\"invalid_token\"");
    assertThat(answer.body())
        .contains("\"/problems/unauthorized\"")
        .doesNotContain("Tom", WRITER.substring(5));
  }

  /** Jetty keeps headers of a connection, and can take one for another that it is like. */
  @Test
  void aTokenInAnotherCase_isInvalidAfterTheRightOneToo() throws Exception {
    assertThat(send("GET", "/", WRITER).statusCode()).isEqualTo(200);
    assertThat(send("GET", "/", "cats_" + swapCase(WRITER.substring(5))).statusCode())
        .isEqualTo(401);
  }

  private static String swapCase(String text) {
    return text.chars()
        .map(
            it -> Character.isUpperCase(it) ? Character.toLowerCase(it) : Character.toUpperCase(it))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @Test
  void twoTokens_areInvalid() throws Exception {
    String bearer = "Bearer " + WRITER;
    assertThat(sendWith("GET", "/", List.of(bearer, bearer)).statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer ", "bearer ", "BEARER   "})
  void theScheme_isTakenInAnyCase(String scheme) throws Exception {
    assertThat(sendWith("GET", "/", List.of(scheme + READER)).statusCode()).isEqualTo(200);
  }

  @Test
  void aChangeOfTheFile_isSeenByTheNextRequest() throws Exception {
    String added = Tokens.generate();
    assertThat(send("GET", "/", added).statusCode()).isEqualTo(401);

    write(line(Role.READ, added, "new"));

    assertThat(send("GET", "/", added).statusCode()).isEqualTo(200);
    assertThat(send("GET", "/", READER).statusCode()).isEqualTo(401);
    assertThat(log.drainMessages()).contains("the file of tokens has changed, and is read again");
  }

  @Test
  void aFileThatIsBrokenLater_leavesTheTokensThatItHad() throws Exception {
    write("nonsense " + READER);
    assertThat(send("GET", "/", READER).statusCode()).isEqualTo(200);
    assertThat(send("GET", "/", READER).statusCode()).isEqualTo(200);
    assertThat(log.drainMessages())
        .containsExactly(
            "the file of tokens is wrong: line 1 must be read or write, the hash of a token in 64"
                + " hexadecimal digits, and, if wanted, a name, as `cats token` makes it: those that"
                + " it had stay good");

    Files.delete(file);
    assertThat(send("GET", "/", READER).statusCode()).isEqualTo(200);
    assertThat(log.drainMessages())
        .containsExactly("the file of tokens cannot be read: the tokens that it had stay good");

    write("");
    assertThat(send("GET", "/", READER).statusCode()).isEqualTo(401);
  }

  /**
   * What keeps it from being read need not change when it is there, how long it is, or its time.
   */
  @Test
  void aFileThatCouldNotBeRead_isReadAsSoonAsItCanBe() throws Exception {
    String left = line(Role.WRITE, WRITER, "shop");
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xff});
    Files.write(file, new byte[left.length() - 2], StandardOpenOption.APPEND);
    FileTime changed = Files.getLastModifiedTime(file);
    assertThat(send("GET", "/", READER).statusCode()).isEqualTo(200);
    assertThat(send("GET", "/", READER).statusCode()).isEqualTo(200);
    assertThat(log.drainMessages())
        .containsExactly("the file of tokens cannot be read: the tokens that it had stay good");

    Files.writeString(file, left);
    Files.setLastModifiedTime(file, changed);

    assertThat(send("GET", "/", READER).statusCode()).isEqualTo(401);
    assertThat(send("GET", "/", WRITER).statusCode()).isEqualTo(200);
    assertThat(log.drainMessages())
        .first()
        .isEqualTo("the file of tokens has changed, and is read again");
  }

  @Test
  void refusals_areLoggedWithoutTheToken() throws Exception {
    String stranger = Tokens.generate();
    send("GET", "/cats/1?token=" + stranger, stranger);
    send("DELETE", "/cats/1", READER);
    send("GET", "/", "");

    // Nobody without a token can fill the log at its default level, which is WARN.
    assertThat(log.drain().stream().map(it -> it.getLevel() + " " + it.getFormattedMessage()))
        .containsExactly(
            "INFO refused, with an unknown token: GET /cats/1 from 127.0.0.1",
            "WARN refused, with a token to read (board): DELETE /cats/1 from 127.0.0.1",
            "INFO refused, without a token: GET / from 127.0.0.1")
        .noneMatch(it -> it.contains("cats_"));
  }

  private static String line(Role role, String token, String name) {
    return Tokens.line(role, token, Optional.of(name));
  }

  private Path write(String... lines) throws IOException {
    return TokenFiles.write(folder, lines);
  }

  private static void assertUnauthorized(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().allValues("WWW-Authenticate"))
        .containsExactly("Bearer realm=\"cats\"");
    assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
  }

  private HttpResponse<String> send(String method, String path, String token)
      throws IOException, InterruptedException {
    return sendWith(method, path, token.isEmpty() ? List.of() : List.of("Bearer " + token));
  }

  private HttpResponse<String> sendWith(String method, String path, List<String> credentials)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.uri() + path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(TOM));
    credentials.forEach(it -> request.header("Authorization", it));
    return client.send(request.build(), BodyHandlers.ofString());
  }
}
