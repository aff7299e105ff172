package dev.catstore.http.server.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.NewCat;
import dev.catstore.support.CapturedLog;
import dev.catstore.support.RawConnection;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.slf4j.Logger;

/** A server to which anything is sent, HTTP or not. */
abstract class HttpErrorsTestCase {
  static final Cat TOM = new Cat(1, "Tom", 100, "manx", 1);

  final CapturedLog log = new CapturedLog(Logger.ROOT_LOGGER_NAME, Level.ERROR);

  final InMemoryCatStore store = new InMemoryCatStore();

  final TestServer server = TestServer.start(store);

  @BeforeEach
  void addTom() {
    store.add(new NewCat(TOM.name(), TOM.price(), TOM.breed()));
  }

  /**
   * Whatever was sent, the server goes on, nothing has changed, and no operator is called for what
   * clients do.
   */
  @AfterEach
  void close() throws Exception {
    try (server) {
      try (var connection = new RawConnection(server.uri())) {
        connection.write("GET /cats/1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(connection.read().status()).isEqualTo(200);
      }
      store.each(CatFilter.ALL, cat -> assertThat(cat).isEqualTo(TOM));
      assertThat(store.count(CatFilter.ALL)).isEqualTo(1);
    } finally {
      log.close();
    }
    assertThat(log.drainMessages()).isEmpty();
  }
}
