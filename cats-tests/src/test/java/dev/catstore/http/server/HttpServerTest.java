package dev.catstore.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.support.RawConnection;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import java.lang.reflect.Field;
import java.net.ConnectException;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import spark.embeddedserver.EmbeddedServers;

@Timeout(60)
class HttpServerTest {
  private final InMemoryCatStore cats = new InMemoryCatStore();

  @Test
  void close_interruptedDuringTheDelay_stopsAtOnceAndStaysInterrupted() throws Exception {
    TestServer server = TestServer.start(cats, Map.of("CATS_STOP_DELAY", "10m"));
    URI address = server.uri();
    Thread.currentThread().interrupt();
    server.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThatThrownBy(() -> new RawConnection(address).close())
        .isInstanceOf(ConnectException.class);
  }

  /** Spark keeps its factories of servers for as long as the process lives. */
  @Test
  void start_again_leavesNothingInSpark() throws Exception {
    TestServer.start(cats).close();
    int before = sparkFactories().size();
    TestServer.start(cats).close();
    assertThat(sparkFactories()).hasSize(before).isNotEmpty();
  }

  private static Map<?, ?> sparkFactories() throws ReflectiveOperationException {
    Field factories = EmbeddedServers.class.getDeclaredField("factories");
    factories.setAccessible(true);
    return (Map<?, ?>) factories.get(null);
  }
}
