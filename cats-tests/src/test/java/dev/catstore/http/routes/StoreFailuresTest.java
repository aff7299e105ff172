package dev.catstore.http.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.OutcomeUnknownException;
import dev.catstore.domain.QueryTimeoutException;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.http.server.config.DatabaseSettings;
import dev.catstore.http.server.database.EmbeddedPostgres;
import dev.catstore.persistence.jooq.CatSchema;
import dev.catstore.persistence.jooq.JooqCatStore;
import dev.catstore.support.CapturedLog;
import dev.catstore.support.ForwardingCatStore;
import dev.catstore.support.Slow;
import dev.catstore.support.TestClient;
import dev.catstore.support.TestPostgres;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Set;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What clients see of a store that fails. */
@Slow
final class StoreFailuresTest {
  private static final String TOM = "{\"name\":\"Tom\",\"price\":100,\"breed\":\"manx\"}";

  private final CapturedLog log = new CapturedLog(ProblemMapper.class);
  private final FailingStore store = new FailingStore();
  private final TestServer server = TestServer.start(store);

  @AfterEach
  void close() {
    server.close();
    log.close();
  }

  /** Every route that asks the store, in each way in which it does. */
  @ParameterizedTest
  @CsvSource({
    "GET,/",
    "POST,/add",
    "PATCH,/edit/1",
    "DELETE,/remove/1",
    "POST,/cats",
    "GET,/cats/1",
    "HEAD,/cats/1",
    "PUT,/cats/1",
    "PATCH,/cats/1",
    "DELETE,/cats/1",
    "GET,/health/ready"
  })
  void anyRoute_whenTheStoreFails_saysHow(String method, String path) throws Exception {
    store.failure = new StoreUnavailableException("the-secret", new Exception("the-secret"));
    HttpResponse<String> unavailable = send(server, method, path);
    assertProblem(unavailable, 503, "unavailable");
    assertThat(unavailable.headers().firstValue("Retry-After")).contains("1");

    if (!Set.of("GET", "HEAD").contains(method)) {
      store.failure = new OutcomeUnknownException("the-secret", new Exception("the-secret"));
      HttpResponse<String> unknown = send(server, method, path);
      assertProblem(unknown, 503, "outcome-unknown");
      assertThat(unknown.headers().firstValue("Retry-After")).isEmpty();
    }

    store.failure = new IllegalStateException("the-secret", new Exception("the-secret"));
    HttpResponse<String> defect = send(server, method, path);
    assertProblem(defect, 500, "internal-error");
    assertThat(defect.headers().firstValue("Retry-After")).isEmpty();
    // The operator learns what the client does not.
    assertThat(log.drain())
        .filteredOn(event -> event.getLevel() == Level.ERROR)
        .extracting(event -> event.getThrowableProxy().getMessage())
        .containsExactly("the-secret");
  }

  @Test
  void read_thatTakesTooLong_isNotWorthARetry() throws Exception {
    store.failure = new QueryTimeoutException("the-secret", null);
    HttpResponse<String> response = send(server, "GET", "/cats/1");
    assertProblem(response, 503, "query-timeout");
    assertThat(response.headers().firstValue("Retry-After")).isEmpty();
  }

  /** Each request says so while it lasts: none of them with all that was called. */
  @Test
  void anyRoute_whenTheStoreIsAway_isALineOfTheLogWithTheCause() throws Exception {
    store.failure = new StoreUnavailableException("it is away", new Exception("no route to it"));
    send(server, "GET", "/cats/1");
    ILoggingEvent event = log.next();
    assertThat(event.getLevel()).isEqualTo(Level.WARN);
    assertThat(event.getFormattedMessage())
        .isEqualTo("the store is unavailable: it is away (java.lang.Exception: no route to it)");
    assertThat(event.getThrowableProxy()).isNull();
  }

  @Test
  void change_ofUnknownOutcome_isALineOfTheLogWithTheCause() throws Exception {
    store.failure = new OutcomeUnknownException("lost", new Exception("connection reset"));
    send(server, "DELETE", "/cats/1");
    assertThat(log.drain())
        .filteredOn(event -> event.getLevel() != Level.DEBUG)
        .singleElement()
        .satisfies(event -> assertThat(event.getThrowableProxy()).isNull())
        .extracting(ILoggingEvent::getFormattedMessage)
        .isEqualTo("the outcome of a write is unknown: java.lang.Exception: connection reset");
  }

  @Test
  void post_underAKey_whenTheStoreFails_saysHow() throws Exception {
    store.failure = new OutcomeUnknownException("the-secret", null);
    assertProblem(send(server, "POST", "/cats", "Idempotency-Key", "k"), 503, "outcome-unknown");
    store.failure = null;
    assertThat(send(server, "POST", "/cats", "Idempotency-Key", "k").statusCode()).isEqualTo(201);
  }

  @Test
  void change_underAPrecondition_whenTheStoreFails_saysHow() throws Exception {
    store.failure = new StoreUnavailableException("the-secret", null);
    for (String method : new String[] {"PUT", "PATCH", "DELETE"}) {
      assertProblem(
          send(server, method, "/cats/1", "If-Match", "\"1\", \"2\""), 503, "unavailable");
      assertProblem(send(server, method, "/cats/1", "If-Match", "\"1\""), 503, "unavailable");
    }
  }

  @Test
  void anyRoute_afterAFailure_goesOn() throws Exception {
    store.failure = new IllegalStateException("the-secret");
    assertThat(send(server, "POST", "/add").statusCode()).isEqualTo(500);
    store.failure = null;
    assertThat(send(server, "POST", "/add").statusCode()).isEqualTo(200);
    assertThat(send(server, "GET", "/").body()).contains("\"id\":1,").doesNotContain("\"id\":2,");
  }

  @Test
  void anyRoute_errorsOfTheMachine_areProblemsToo() throws Exception {
    store.failure = new StackOverflowError("the-secret");
    assertProblem(send(server, "POST", "/cats"), 500, "internal-error");
    store.failure = new NoClassDefFoundError("the-secret");
    assertProblem(send(server, "POST", "/cats"), 500, "internal-error");
  }

  /** No read has an unknown outcome: so that every other test knows that its answers are listed. */
  @Test
  void close_afterAnAnswerThatTheDocumentDoesNotList_fails() throws Exception {
    TestServer judged = TestServer.start(store);
    store.failure = new OutcomeUnknownException("the-secret", null);
    assertThat(send(judged, "GET", "/cats/1").statusCode()).isEqualTo(503);
    assertThatThrownBy(judged::close)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("GET /cats/1 -> 503");
  }

  @Test
  void live_whenTheStoreFails_isUp() throws Exception {
    store.failure = new StoreUnavailableException("the-secret", null);
    assertThat(send(server, "GET", "/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void anyRoute_whenThePoolIsExhausted_isUnavailableUntilItIsNotAnyMore() throws Exception {
    try (HikariDataSource pool = pool(TestPostgres.newDatabase(), it -> it.setMaximumPoolSize(1))) {
      CatSchema.migrate(pool);
      try (TestServer onDatabase = TestServer.start(JooqCatStore.on(pool))) {
        try (Connection held = pool.getConnection()) {
          assertThat(held.isClosed()).isFalse();
          assertUnavailable(
              onDatabase,
              "GET /health/ready",
              "GET /",
              "GET /cats/1",
              "POST /add",
              "DELETE /cats/1");
        }
        assertThat(send(onDatabase, "POST", "/add").statusCode()).isEqualTo(200);
        assertThat(send(onDatabase, "GET", "/").body())
            .contains("\"id\":1,")
            .doesNotContain("\"id\":2,");
        assertThat(send(onDatabase, "GET", "/health/ready").statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void anyRoute_whenTheDatabaseStops_isUnavailable(@TempDir Path folder) throws Exception {
    EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, 20);
    var database = new PGSimpleDataSource();
    DatabaseSettings settings = postgres.settings();
    database.setUrl("jdbc:postgresql://" + settings.servers().get(0) + "/" + settings.name());
    database.setUser(settings.user());
    database.setPassword(settings.password());
    try (postgres;
        HikariDataSource pool = pool(database, it -> {})) {
      CatSchema.migrate(pool);
      try (TestServer onDatabase = TestServer.start(JooqCatStore.on(pool))) {
        assertThat(send(onDatabase, "GET", "/health/ready").statusCode()).isEqualTo(200);
        assertThat(send(onDatabase, "POST", "/add").statusCode()).isEqualTo(200);
        postgres.close();
        assertUnavailable(onDatabase, "GET /health/ready", "GET /", "GET /cats/1");
        // A write may have got a connection that nobody knew was dead: then nobody knows its end.
        assertThat(send(onDatabase, "POST", "/add").statusCode()).isEqualTo(503);
        assertThat(send(onDatabase, "DELETE", "/cats/1").statusCode()).isEqualTo(503);
      }
    }
  }

  /** These answers say that nothing can be done now, and the server lives. */
  private static void assertUnavailable(TestServer server, String... requests) throws Exception {
    for (String request : requests) {
      String[] parts = request.split(" ", -1);
      HttpResponse<String> answer = send(server, parts[0], parts[1]);
      assertProblem(answer, 503, "unavailable");
      assertThat(answer.headers().firstValue("Retry-After")).as(request).isPresent();
    }
    assertThat(send(server, "GET", "/health/live").statusCode()).isEqualTo(200);
  }

  /** A pool that does not wait long. */
  private static HikariDataSource pool(DataSource database, Consumer<HikariConfig> options) {
    var config = new HikariConfig();
    config.setDataSource(database);
    config.setConnectionTimeout(250);
    options.accept(config);
    return new HikariDataSource(config);
  }

  private static HttpResponse<String> send(
      TestServer server, String method, String path, String... headers) throws Exception {
    String body = method.startsWith("P") ? TOM : "";
    return new TestClient(server.uri()).send(method, path, body, headers);
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String type) {
    TestClient.assertProblem(answer, status, type);
    assertThat(answer.headers().map().toString()).doesNotContain("the-secret");
    assertThat(answer.body()).doesNotContain("the-secret", "Error", "org.");
  }

  /** A store that fails as it is told, before it does anything. */
  private static final class FailingStore extends ForwardingCatStore {
    volatile @Nullable Throwable failure;

    FailingStore() {
      super(new InMemoryCatStore());
    }

    @Override
    protected CatStore delegate() {
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
      return super.delegate();
    }
  }
}
