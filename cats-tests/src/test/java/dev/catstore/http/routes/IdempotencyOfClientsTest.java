package dev.catstore.http.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.CatFilter;
import dev.catstore.http.server.auth.Role;
import dev.catstore.http.server.auth.Tokens;
import dev.catstore.support.TestClient;
import dev.catstore.support.TestServer;
import dev.catstore.support.TokenFiles;
import dev.catstore.tests.InMemoryCatStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose an Idempotency-Key is. */
final class IdempotencyOfClientsTest {
  private static final String JSON = "application/json";
  private static final String TOM = "{\"name\":\"Tom\",\"price\":100,\"breed\":\"manx\"}";
  private static final String SHOP = Tokens.generate();
  private static final String NEXT_OF_SHOP = Tokens.generate();
  private static final String BOARD = Tokens.generate();
  private static final String NAMELESS = Tokens.generate();
  private static final String OTHER_NAMELESS = Tokens.generate();

  private final InMemoryCatStore store = new InMemoryCatStore();

  @Test
  void key_ofAnotherClient_isAnother(@TempDir Path folder) throws Exception {
    Path tokens =
        TokenFiles.write(
            folder,
            Tokens.line(Role.WRITE, SHOP, Optional.of("shop")),
            Tokens.line(Role.WRITE, NEXT_OF_SHOP, Optional.of("shop")),
            Tokens.line(Role.WRITE, BOARD, Optional.of("board")),
            Tokens.line(Role.WRITE, NAMELESS, Optional.empty()),
            Tokens.line(Role.WRITE, OTHER_NAMELESS, Optional.empty()));
    try (TestServer server = TestServer.startWithTokens(store, tokens, Map.of())) {
      var client = new TestClient(server.uri());
      List<String> cats =
          List.of(
              add(client, SHOP),
              add(client, NEXT_OF_SHOP),
              add(client, BOARD),
              add(client, NAMELESS),
              add(client, OTHER_NAMELESS),
              add(client, NAMELESS),
              add(client, SHOP));
      assertThat(cats)
          .containsExactly(
              "/cats/1", "/cats/1", "/cats/2", "/cats/3", "/cats/4", "/cats/3", "/cats/1");
      assertThat(store.count(CatFilter.ALL)).isEqualTo(4);
      for (String token : List.of(SHOP, SHOP, BOARD)) {
        assertThat(
                client
                    .post(
                        "/cats",
                        "text/csv",
                        "name,price,breed\nTom,1,manx\n",
                        "Authorization",
                        "Bearer " + token,
                        "Idempotency-Key",
                        "many")
                    .statusCode())
            .isEqualTo(201);
      }
      assertThat(store.count(CatFilter.ALL)).isEqualTo(6);
    }
  }

  private static String add(TestClient client, String token) throws Exception {
    return client
        .post("/cats", JSON, TOM, "Authorization", "Bearer " + token, "Idempotency-Key", "\"k\"")
        .headers()
        .firstValue("Location")
        .orElseThrow();
  }
}
