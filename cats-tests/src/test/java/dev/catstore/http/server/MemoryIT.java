package dev.catstore.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.support.RawConnection;
import dev.catstore.support.ServerDataFolder;
import dev.catstore.support.ServerProcess;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    endAtOnce(route, type, body);
  }

  @ParameterizedTest
  @CsvSource({"application/x-ndjson", "text/csv"})
  void serve_whileAllClientsEndLargeRecordsAtOnce_staysUp(String type) throws Exception {
    String start = type.equals("text/csv") ? "name,price,breed\n" : "{\"name\": \"";
    endAtOnce("POST /cats", type, start + "x".repeat(LARGE - 100));
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

  private void endAtOnce(String route, String type, String body) throws Exception {
    ServerDataFolder data = ServerDataFolder.initialize(folder);
    try (ServerProcess server =
        ServerProcess.start(data.settings(), "-Xmx256m", "-XX:+ExitOnOutOfMemoryError")) {
      List<RawConnection> clients = new ArrayList<>();
      String head =
          "%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: %s\r\n"
              .formatted(route, type);
      for (int i = 0; i < CLIENTS; i++) {
        var client = new RawConnection(server.address());
        clients.add(client);
        client.write(head + "Content-Length: " + body.length() + "\r\n\r\n");
        client.write(body.substring(0, body.length() - 1));
      }
      assertThat(server.send("GET", "/health/ready", "").statusCode()).isEqualTo(200);
      for (RawConnection client : clients) {
        client.write(body.substring(body.length() - 1));
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
