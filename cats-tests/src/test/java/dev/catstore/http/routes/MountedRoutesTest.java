package dev.catstore.http.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatRef;
import dev.catstore.support.ForwardingCatStore;
import dev.catstore.support.TestClient;
import dev.catstore.tests.InMemoryCatStore;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import spark.Service;

/** The routes in a Spark service of the importer's own. */
class MountedRoutesTest {
  private final Service service = Service.ignite();
  private TestClient client;

  @BeforeEach
  void start() {
    service.port(0);
    service.before(
        (request, response) -> response.header("Access-Control-Allow-Origin", "https://a.example"));
    var store =
        new ForwardingCatStore(new InMemoryCatStore()) {
          /** As a row is read that somebody else has written. */
          @Override
          public Optional<Cat> find(long id) {
            if (id == 7) {
              CatRef.of(-1);
            }
            return super.find(id);
          }
        };
    CatRoutes.mount(service, "/shop", store);
    service.awaitInitialization();
    client = new TestClient(URI.create("http://127.0.0.1:" + service.port()));
  }

  @AfterEach
  void stop() {
    service.stop();
    service.awaitStop();
  }

  @Test
  void problem_keepsTheHeadersOfTheService() throws Exception {
    HttpResponse<String> missing = client.get("/shop/cats/1");
    TestClient.assertProblem(missing, 404, "no-such-cat");
    assertThat(missing.headers().firstValue("Access-Control-Allow-Origin"))
        .hasValue("https://a.example");
  }

  @Test
  void location_followsThePrefix() throws Exception {
    HttpResponse<String> added =
        client.post(
            "/shop/cats", "application/json", "{\"name\":\"Tom\",\"price\":1,\"breed\":\"manx\"}");
    assertThat(added.statusCode()).isEqualTo(201);
    assertThat(added.headers().firstValue("Location")).hasValue("/shop/cats/1");
  }

  @Test
  void valueThatTheClientDidNotSend_isNotItsMistake() throws Exception {
    TestClient.assertProblem(client.get("/shop/cats/7"), 500, "internal-error");
  }
}
