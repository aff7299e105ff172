package dev.catstore.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.http.server.auth.Role;
import dev.catstore.http.server.auth.Tokens;
import dev.catstore.support.RawConnection;
import dev.catstore.support.ServerDataFolder;
import dev.catstore.support.ServerProcess;
import dev.catstore.support.TokenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the jar writes to standard error, and what it never writes. */
@Timeout(300)
class PackagedLogIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String FORGED = "2026-01-01T00:00:00.000Z ERROR [main] Main -: all is lost";
  private static final String TEXT_LINE =
      "[0-9-]{10}T[0-9:.]{12}Z (ERROR|WARN |INFO |DEBUG) \\[[^\\n]*";

  @TempDir private Path folder;
  private ServerDataFolder data;

  @BeforeEach
  void initialize() throws IOException {
    data = ServerDataFolder.initialize(folder);
  }

  @Test
  void log_asJson_isAnObjectOnEachLine() throws Exception {
    Map<String, String> settings = settings("json");
    settings.put("CATS_SLOW_STATEMENT", "1ms");
    try (ServerProcess server = ServerProcess.start(settings)) {
      misbehave(server);
      data.loseDatabase();
      assertThat(server.send("GET", "/cats/1", "").statusCode()).isEqualTo(503);
      server.terminate();
      List<JsonNode> lines = server.errors().lines().map(JSON::readTree).toList();
      assertThat(lines)
          .allMatch(it -> it.path("time").asString().endsWith("Z"))
          .allMatch(it -> it.path("level").isString() && it.path("message").isString())
          .anyMatch(it -> it.path("path").asString("").equals("/cats/1"))
          .anyMatch(it -> it.path("status").asInt(0) == 400)
          // A failure with its stack trace, and a record of java.util.logging.
          .anyMatch(it -> it.path("error").asString("").contains("\n\tat "))
          .anyMatch(it -> it.path("logger").asString().endsWith(".SlowStatements"))
          .noneMatch(it -> it.path("message").asString().startsWith("2026-01-01"))
          .filteredOn(it -> it.path("request").asString("").equals("mine"))
          .filteredOn(it -> it.path("logger").asString().endsWith(".AccessLog"))
          .hasSize(1);
      assertThat(server.output().lines().map(JSON::readTree))
          .singleElement()
          .matches(it -> it.path("message").asString().startsWith("Cats listens on http://"))
          .matches(it -> it.path("time").asString().endsWith("Z"));
    }
  }

  @Test
  void log_asText_hasNoForgedLine() throws Exception {
    try (ServerProcess server = ServerProcess.start(settings("text"))) {
      misbehave(server);
      data.loseDatabase();
      assertThat(server.send("GET", "/cats/1", "").statusCode()).isEqualTo(503);
      server.terminate();
      assertThat(server.errors().lines())
          .allMatch(it -> it.startsWith("  ") || it.matches(TEXT_LINE))
          .noneMatch(it -> it.chars().anyMatch(Character::isISOControl))
          .noneMatch(it -> it.startsWith("2026-01-01"))
          .anyMatch(
              it -> it.contains(" AccessLog mine: answered remote=127.0.0.1 method=GET path=/cats"))
          .anyMatch(it -> it.startsWith("    at "));
    }
  }

  @Test
  void log_byDefault_isSilentWhenNothingIsWrong() throws Exception {
    Map<String, String> settings = settings("text");
    List.of("CATS_LOG_LEVEL", "CATS_ACCESS_LOG").forEach(settings::remove);
    try (ServerProcess server = ServerProcess.start(settings)) {
      assertThat(server.send("GET", "/cats", "").statusCode()).isEqualTo(200);
      assertThat(server.send("GET", "/metrics", "").body())
          .contains("\nhikaricp_connections_max{pool=\"cats\"} 16.0\n")
          .contains("\nhikaricp_connections_max{pool=\"cats-streams\"} 64.0\n")
          .contains("\ncats_database_info{version=\"18")
          .contains("\ncats_build_info{version=\"")
          .doesNotContain("from its sources");
      server.terminate();
      assertThat(server.errors()).isEmpty();
    }
  }

  /** {@link ServerProcess#close} searches the output of each server for them. */
  @ParameterizedTest
  @ValueSource(strings = {"text", "json"})
  void secrets_whateverFails_areNotWritten(String format) throws Exception {
    String token = Tokens.generate();
    String stranger = Tokens.generate();
    Map<String, String> settings = settings(format);
    settings.put("CATS_TOKENS_FILE", tokens(token).toString());
    try (ServerProcess server = ServerProcess.start(settings).withSecrets(token, stranger)) {
      for (String credentials :
          List.of("Bearer " + token, "Bearer " + stranger, "Basic " + stranger, stranger)) {
        String header = "\r\nAuthorization: " + credentials;
        String local = " HTTP/1.1\r\nHost: localhost" + header;
        send(server, "GET /cats" + local);
        send(server, "DELETE /cats/1?t=" + token + local);
        // Requests that Jetty refuses: no Host, two of them, too large, malformed headers.
        send(server, "GET /cats HTTP/1.1" + header);
        send(server, "GET /cats HTTP/1.1\r\nHost: a\r\nHost: b" + header);
        send(server, "GET /cats" + local + "\r\nX: " + "x".repeat(9000));
        send(server, "GET /cats" + local + "\u0001");
        send(server, "POST /cats" + local + "\r\nContent-Length: x");
        send(server, "GET /cats HTTP/1.1\r\nHost: localhost\r\nAuthorization" + credentials);
      }
      send(server, "GET http://" + stranger + "@localhost/cats HTTP/1.1\r\nHost: localhost");
      // Other servers: with a wrong password, with one from a file, and with a wrong setting.
      Map<String, String> wrong = new HashMap<>(settings);
      wrong.putAll(data.externalSettings("the-secret"));
      wrong.put("CATS_DATABASE_WAIT", "500ms");
      assertRefused(wrong);
      wrong.remove("POSTGRES_PASSWORD");
      Path file = Files.writeString(folder.resolve("given"), "the-secret");
      wrong.put("POSTGRES_PASSWORD_FILE", file.toString());
      assertRefused(wrong);
      wrong.put("CATS_LOG_LEVEL", "the worst");
      assertRefused(wrong);
      data.loseDatabase();
      assertThat(
              send(
                  server,
                  "GET /cats HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token))
          .contains(" 503 ");
      server.terminate();
      assertThat(server.errors()).contains("AccessLog", "board", "unknown token");
    }
  }

  private static void assertRefused(Map<String, String> settings) throws Exception {
    try (ServerProcess server = ServerProcess.start(settings)) {
      assertThat(server.exitCode()).isEqualTo(1);
      assertThat(server.errors()).contains("cats: ");
    }
  }

  /** Sends requests that try to forge a line of the log. */
  private static void misbehave(ServerProcess server) throws IOException {
    for (String end : List.of("\r\n", "\n", "\r", "\u0085", "%0d%0a", "\u2028", "\\n")) {
      String forged = end + FORGED.replace(" ", "%20");
      send(server, "GET /" + forged + " HTTP/1.1\r\nHost: localhost");
      send(server, "GET /cats HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: a" + end + FORGED);
      send(server, "GET /cats HTTP/1.1\r\nHost: localhost" + end + FORGED);
      send(server, "GET /cats HTTP/1.1\r\nHost: localhost\r\nHost: other" + end + FORGED);
      send(server, "GET" + end + FORGED + " /cats HTTP/1.1\r\nHost: localhost");
      send(server, "GET /cats HTTP/1.1" + end + FORGED + "\r\nHost: localhost");
    }
    send(server, "GET /cats HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: mine");
  }

  private static String send(ServerProcess server, String head) throws IOException {
    return RawConnection.exchange(server.address(), head + "\r\nConnection: close\r\n\r\n");
  }

  /** Settings that log as much as possible. */
  private Map<String, String> settings(String format) {
    Map<String, String> settings = data.settings();
    settings.put("CATS_LOG_FORMAT", format);
    settings.put("CATS_LOG_LEVEL", "debug");
    settings.put("CATS_ACCESS_LOG", "true");
    settings.put("CATS_POOL_WAIT", "250ms");
    return settings;
  }

  private Path tokens(String token) throws IOException {
    return TokenFiles.write(folder, Tokens.line(Role.READ, token, Optional.of("board")));
  }
}
