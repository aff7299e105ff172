package dev.catstore.http.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.NewCat;
import dev.catstore.persistence.jooq.JooqCatStore;
import dev.catstore.support.MigratedDatabase;
import dev.catstore.support.TestClient;
import dev.catstore.support.TestServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jooq.SQLDialect;
import org.jooq.impl.DefaultConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** POST /cats under an Idempotency-Key. */
@Timeout(120)
final class IdempotencyTest {
  private static final String TOM = "{\"name\":\"Tom\",\"price\":100,\"breed\":\"manx\"}";
  private static final String JSON = "application/json";

  private final MigratedDatabase database = new MigratedDatabase(10);
  private final JooqCatStore store = database.store();
  private final TestServer server = TestServer.start(store);
  private final TestClient client = new TestClient(server.uri());

  @AfterEach
  void close() {
    server.close();
    database.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {"k|\"k\"", "\"a\\\\b\\\"c\"|a\\b\"c", "a\"b\\c|\"a\\\"b\\\\c\"", "!~|\"!~\""})
  void key_inQuotesAndBare_isTheSame(String first, String second) throws Exception {
    HttpResponse<String> added = client.post("/cats", JSON, TOM, "Idempotency-Key", first);
    HttpResponse<String> again = client.post("/cats", JSON, TOM, "Idempotency-Key", second);
    assertThat(added.statusCode()).isEqualTo(201);
    assertThat(again.statusCode()).isEqualTo(201);
    for (String header : new String[] {"Location", "ETag", "Content-Type"}) {
      assertThat(again.headers().allValues(header)).isEqualTo(added.headers().allValues(header));
    }
    assertThat(again.body()).isEqualTo(added.body());
    assertThat(store.count(CatFilter.ALL)).isEqualTo(1);
  }

  @Test
  void key_ofAnotherCase_isAnother() throws Exception {
    client.post("/cats", JSON, TOM, "Idempotency-Key", "k");
    client.post("/cats", JSON, TOM, "Idempotency-Key", "K");
    assertThat(store.count(CatFilter.ALL)).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\"\"", "a b", "\"a b\"", "\"", "\"a", "\"a\"b\"", "\"a\\b\"", "\"a\";p=1"})
  void key_thatIsNone_isMalformed(String key) throws Exception {
    TestClient.assertProblem(
        client.post("/cats", JSON, TOM, "Idempotency-Key", key), 400, "malformed-request");
  }

  @Test
  void key_thatIsThereTwice_isMalformed() throws Exception {
    TestClient.assertProblem(
        client.post("/cats", JSON, TOM, "Idempotency-Key", "k", "Idempotency-Key", "k"),
        400,
        "malformed-request");
  }

  @Test
  void key_atAndOverItsLength_isTakenAndMalformed() throws Exception {
    String longest = "\\\"".repeat(255);
    assertThat(client.post("/cats", JSON, TOM, "Idempotency-Key", '"' + longest + '"').statusCode())
        .isEqualTo(201);
    for (String more : new String[] {"a", "\\\"", "\\\\\\\"".repeat(1_600)}) {
      TestClient.assertProblem(
          client.post("/cats", JSON, TOM, "Idempotency-Key", '"' + longest + more + '"'),
          400,
          "malformed-request");
    }
    TestClient.assertProblem(
        client.post("/cats", JSON, TOM, "Idempotency-Key", "a".repeat(256)),
        400,
        "malformed-request");
  }

  @Test
  void key_ofARefusedCat_isNotUsed() throws Exception {
    TestClient.assertProblem(
        client.post("/cats", JSON, "{}", "Idempotency-Key", "k"), 422, "invalid-values");
    assertThat(client.post("/cats", JSON, TOM, "Idempotency-Key", "k").statusCode()).isEqualTo(201);
  }

  @Test
  void key_whoseCatIsEditedAndRemoved_answersTheFirstCat() throws Exception {
    HttpResponse<String> added = client.post("/cats", JSON, TOM, "Idempotency-Key", "k");
    store.remove(CatRef.of(1));
    HttpResponse<String> again = client.post("/cats", JSON, TOM, "Idempotency-Key", "k");
    assertThat(again.statusCode()).isEqualTo(201);
    assertThat(again.body()).isEqualTo(added.body());
    assertThat(store.count(CatFilter.ALL)).isZero();
  }

  /** The first is at work: it has written, and not committed. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void key_atWork_letsTheSecondWaitForItsEnd(boolean commits) throws Exception {
    try (Connection first = database.connection()) {
      first.setAutoCommit(false);
      JooqCatStore.within(new DefaultConfiguration().set(SQLDialect.POSTGRES).set(first))
          .add(new NewCat("Tom", 100, "manx"), new IdempotencyKey("k"));
      CompletableFuture<HttpResponse<String>> second =
          CompletableFuture.supplyAsync(this::postUnderK);
      awaitWaiting();
      assertThat(second).isNotDone();
      if (commits) {
        first.commit();
      } else {
        first.rollback();
      }
      HttpResponse<String> answer = second.get(60, TimeUnit.SECONDS);
      assertThat(answer.statusCode()).isEqualTo(201);
      assertThat(answer.headers().firstValue("Location").orElse(""))
          .matches(commits ? "/cats/1" : "/cats/[2-9]");
      assertThat(store.count(CatFilter.ALL)).isEqualTo(1);
    }
  }

  @Test
  void key_sentByManyAtOnce_addsOneCat() throws Exception {
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      answers.add(CompletableFuture.supplyAsync(this::postUnderK));
    }
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      assertThat(answer.get(60, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
      assertThat(answer.get().body()).isEqualTo(answers.get(0).get().body());
    }
    assertThat(store.count(CatFilter.ALL)).isEqualTo(1);
  }

  private HttpResponse<String> postUnderK() {
    try {
      return client.post("/cats", JSON, TOM, "Idempotency-Key", "k");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Until some statement waits for the end of another transaction. */
  private void awaitWaiting() throws SQLException {
    String waiting =
        "select count(*) from pg_stat_activity"
            + " where datname = current_database() and wait_event_type = 'Lock'";
    try (Connection connection = database.connection();
        Statement statement = connection.createStatement()) {
      for (boolean found = false; !found; ) {
        try (ResultSet count = statement.executeQuery(waiting)) {
          found = count.next() && count.getInt(1) > 0;
        }
      }
    }
  }
}
