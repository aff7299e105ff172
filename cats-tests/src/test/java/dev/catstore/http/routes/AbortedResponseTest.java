package dev.catstore.http.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.CatVisitor;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.support.ForwardingCatStore;
import dev.catstore.support.RawConnection;
import dev.catstore.support.TestClient;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import spark.Service;

/** A list that fails half-way: in our server, and in a Spark service of somebody else's. */
class AbortedResponseTest {
  private static final NewCat TOM = new NewCat("Tom", 100, "manx");

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 50_000})
  void list_thatFailsAfterItBegan_isBrokenOff(int shown) {
    try (TestServer server = TestServer.start(failingAfter(shown))) {
      assertThatThrownBy(() -> get(server.uri() + "/")).isInstanceOf(IOException.class);
    }
  }

  /** There the end of the connection is the end of the answer. */
  @ParameterizedTest
  @ValueSource(ints = {1, 50_000})
  void list_thatFailsAfterItBegan_isBrokenOffForHttp10Too(int shown) throws Exception {
    try (TestServer server = TestServer.start(failingAfter(shown));
        var connection = new RawConnection(server.uri())) {
      connection.write("GET / HTTP/1.0\r\nHost: localhost\r\n\r\n");
      assertThatThrownBy(connection::readAll).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void list_thatFailsBeforeItBegan_isAProblem() throws Exception {
    try (TestServer server = TestServer.start(failingAfter(0))) {
      HttpResponse<String> answer = get(server.uri() + "/");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      assertThat(answer.body()).contains("/problems/unavailable");
    }
  }

  @Test
  void mountedUnderAPrefix_inAServiceOfSomebodyElses_routesAndBreaksOffAsWell() throws Exception {
    Service service = Service.ignite().ipAddress("127.0.0.1").port(0);
    try {
      CatRoutes.mount(service, "/shop", new InMemoryCatStore());
      CatRoutes.mount(service, "/broken", failingAfter(50_000));
      service.awaitInitialization();
      String address = "http://127.0.0.1:" + service.port();
      HttpResponse<String> added =
          new TestClient(URI.create(address + "/shop"))
              .post(
                  "/cats", "application/json", "{\"name\":\"Tom\",\"price\":1,\"breed\":\"manx\"}");
      assertThat(added.statusCode()).isEqualTo(201);
      assertThat(added.headers().firstValue("Location")).contains("/shop/cats/1");
      assertThat(get(address + "/shop/cats/1").body()).isEqualTo(added.body());
      assertThat(get(address + "/shop/").body()).contains("Tom");
      assertThat(get(address + "/shop/cats/2").body()).contains("/problems/no-such-cat");
      assertThatThrownBy(() -> get(address + "/broken/")).isInstanceOf(IOException.class);
    } finally {
      service.stop();
      service.awaitStop();
    }
  }

  private static HttpResponse<String> get(String uri) throws IOException, InterruptedException {
    return new TestClient(URI.create(uri)).get("");
  }

  /** A store that is lost after it has shown that many cats. */
  private static CatStore failingAfter(int shown) {
    var cats = new InMemoryCatStore();
    cats.addAll(Collections.nCopies(shown, TOM).iterator());
    return new ForwardingCatStore(cats) {
      @Override
      public <X extends Exception> void each(CatFilter filter, CatVisitor<X> visitor) throws X {
        super.each(CatFilter.ALL, visitor);
        throw new StoreUnavailableException("lost on purpose", null);
      }
    };
  }
}
