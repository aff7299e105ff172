package dev.catstore.http.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.support.RawConnection;
import dev.catstore.support.ServerDataFolder;
import dev.catstore.support.ServerProcess;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged server in the heap that the README gives its container. */
@Timeout(300)
class MemoryIT {
  private static final int CLIENTS = 128;
  private static final int LARGE = 1 << 20;

  /** The longest record that 64 imports may have in this heap. */
  private static final int LONGEST = 230_000;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "POST /cats,  application/json",
    "PUT /cats/1, application/json",
    "POST /add,   application/json",
  })
  void serve_whileAllClientsEndLargeBodiesAtOnce_staysUp(String route, String type)
      throws Exception {
    String start = "{\"price\": 1, \"breed\": \"manx\", \"name\": \"";
    String body = start + "x".repeat(LARGE - start.length() - 2) + "\"}";
    endAtOnce(ServerDataFolder.initialize(folder).settings(), route, type, body);
  }

  /**
   * Of characters that need the most memory, and as many as the settings may allow in this heap.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/x-ndjson | {`name`:` | `}",
        "application/json     | [{`name`:` | `}]",
        "text/csv             | name,price,breed~ | ~"
      })
  void serve_whileAllClientsEndTheLongestRecordsAtOnce_staysUp(
      String type, String before, String after) throws Exception {
    String start = before.replace('`', '"').replace('~', '\n');
    String end = after.replace('`', '"').replace('~', '\n');
    Map<String, String> settings = new HashMap<>(ServerDataFolder.initialize(folder).settings());
    settings.put("CATS_MAX_RECORD_LENGTH", Integer.toString(LONGEST));
    // So that all of them are at it, however slow the machine is.
    settings.put("CATS_POOL_WAIT", "29s");
    endAtOnce(settings, "POST /cats", type, start + "\u20ac".repeat(LONGEST - 20) + end);
  }

  @Test
  void serve_whenALargeImportIsRefusedAtItsBeginning_keepsNothingOfIt() throws Exception {
    ServerDataFolder data = ServerDataFolder.initialize(folder);
    try (ServerProcess server =
            ServerProcess.start(data.settings(), "-Xmx64m", "-XX:+ExitOnOutOfMemoryError");
        var client = new RawConnection(server.address())) {
      String start =
          """
          POST /cats HTTP/1.1
          Host: localhost
          Content-Type: text/csv
          Content-Length: 1000000000

          no header
          """;
      client.write(start.replace("\n", "\r\n"));
      byte[] more = new byte[LARGE];
      try {
        for (int i = 0; i < 1000; i++) {
          client.write(more);
        }
      } catch (SocketException e) {
        // It has read enough.
      }
      assertThat(server.send("GET", "/health/ready", "").statusCode()).isEqualTo(200);
    }
  }

  private static void endAtOnce(
      Map<String, String> settings, String route, String type, String text) throws Exception {
    byte[] body = text.getBytes(UTF_8);
    try (ServerProcess server =
        ServerProcess.start(settings, "-Xmx256m", "-XX:+ExitOnOutOfMemoryError")) {
      List<RawConnection> clients = new ArrayList<>();
      String head =
          "%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: %s\r\n"
              .formatted(route, type);
      for (int i = 0; i < CLIENTS; i++) {
        var client = new RawConnection(server.address());
        clients.add(client);
        client.write(head + "Content-Length: " + body.length + "\r\n\r\n");
        client.write(Arrays.copyOf(body, body.length - 1));
      }
      assertThat(server.send("GET", "/health/ready", "").statusCode()).isEqualTo(200);
      for (RawConnection client : clients) {
        client.write(Arrays.copyOfRange(body, body.length - 1, body.length));
      }
      for (RawConnection client : clients) {
        assertThat(client.readAll().substring("HTTP/1.1 ".length())).matches("(?s)(4..|503) .*");
        client.close();
      }
      assertThat(server.send("GET", "/health/ready", "").statusCode()).isEqualTo(200);
      assertThat(server.terminate()).isIn(0, 143);
      assertThat(server.errors()).isEmpty();
    }
  }
}
