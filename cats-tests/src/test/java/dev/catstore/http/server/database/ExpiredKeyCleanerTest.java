package dev.catstore.http.server.database;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.NewCat;
import dev.catstore.persistence.jooq.CatSchema;
import dev.catstore.persistence.jooq.JooqCatStore;
import dev.catstore.support.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ExpiredKeyCleanerTest {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final DataSource database = TestPostgres.newDatabase();
  private final JooqCatStore store = JooqCatStore.on(database);

  @BeforeEach
  void addKeys() throws Exception {
    CatSchema.migrate(database);
    store.add(new NewCat("Tom", 100, "manx"), new IdempotencyKey("old"));
    execute("update cats_idempotency_keys set added_at = now() - interval '26 hours'");
    store.add(new NewCat("Tom", 100, "manx"), new IdempotencyKey("young"));
    execute(
        "update cats_idempotency_keys set added_at = now() - interval '24 hours'"
            + " where key = 'young'");
  }

  @Test
  void start_withOldKeys_clearsThemAway() throws Exception {
    try (ExpiredKeyCleaner clearing = ExpiredKeyCleaner.start(store, PAUSE)) {
      assertThat(clearing).isNotNull();
      awaitKeys("young");
    }
  }

  @Test
  void clear_thatFailed_isDoneAgain() throws Exception {
    execute("alter table cats_idempotency_keys rename to away");
    try (ExpiredKeyCleaner clearing = ExpiredKeyCleaner.start(store, PAUSE)) {
      assertThat(clearing).isNotNull();
      long failed = numberOf("select sum(xact_rollback) from pg_stat_database");
      while (numberOf("select sum(xact_rollback) from pg_stat_database") == failed) {
        Thread.onSpinWait();
      }
      execute("alter table away rename to cats_idempotency_keys");
      awaitKeys("young");
    }
  }

  @Test
  void close_whileKeysAreCleared_waitsForTheEnd() throws Exception {
    try (Connection other = database.getConnection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("lock table cats_idempotency_keys in access exclusive mode");
      ExpiredKeyCleaner clearing = ExpiredKeyCleaner.start(store, Duration.ofHours(1));
      String waiting =
          "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
              + " and datname = current_database()";
      while (numberOf(waiting) == 0) {
        Thread.onSpinWait();
      }
      CompletableFuture<Void> closing = CompletableFuture.runAsync(clearing::close);
      assertThatThrownBy(() -> closing.get(500, MILLISECONDS)).isInstanceOf(TimeoutException.class);
      other.rollback();
      closing.get(4, SECONDS);
    }
    assertThat(query("select string_agg(key, ',') from cats_idempotency_keys")).isEqualTo("young");
  }

  /** Within the time limit of the test. */
  private void awaitKeys(String keys) throws SQLException {
    while (!query("select string_agg(key, ',' order by key) from cats_idempotency_keys")
        .equals(keys)) {
      Thread.onSpinWait();
    }
  }

  private long numberOf(String query) throws SQLException {
    return Long.parseLong(query(query));
  }

  private String query(String query) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getString(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
