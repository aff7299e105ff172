package dev.catstore.http.server.database;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.OutcomeUnknownException;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.support.ExternalDatabase;
import dev.catstore.support.FaultyProxy;
import dev.catstore.support.Slow;
import dev.catstore.support.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.ds.PGSimpleDataSource;

/** A network that loses the connections to the database, while statements are under way. */
@Slow
@Timeout(60)
final class NetworkCutTest {
  private static final NewCat TOM = new NewCat("Tom", 1, "manx");

  private final PGSimpleDataSource postgres = (PGSimpleDataSource) TestPostgres.newDatabase();
  private FaultyProxy network;
  private Database database;

  @BeforeEach
  void open() throws Exception {
    network = new FaultyProxy(postgres.getPortNumbers()[0]);
    Map<String, String> settings = new HashMap<>(ExternalDatabase.settings(postgres));
    settings.put("POSTGRES_PORT", Integer.toString(network.port()));
    settings.put("CATS_POOL_SIZE", "3");
    settings.put("CATS_POOL_WAIT", "1s");
    settings.put("CATS_STATEMENT_TIMEOUT", "2s");
    database = OpenDatabase.with(settings);
  }

  @AfterEach
  void close() throws Exception {
    network.close();
    database.close();
  }

  @Test
  void change_whoseConnectionIsLostWithoutAWord_hasAnUnknownOutcomeAndTheStoreRecovers()
      throws Exception {
    CatStore store = database.store();
    assertThatThrownBy(() -> cutDuring(() -> store.add(TOM)).get(30, SECONDS))
        .hasCauseInstanceOf(OutcomeUnknownException.class);
    awaitRecovery(store);
    // It was done, which is why nothing else may be said of it.
    assertThat(store.find(1)).map(Cat::name).contains("Tom");
    assertThat(store.add(TOM).id()).isGreaterThan(1);
  }

  @Test
  void look_whoseConnectionIsLostWithoutAWord_isUnavailableAndTheStoreRecovers() throws Exception {
    CatStore store = database.store();
    store.add(TOM);
    assertThatThrownBy(() -> cutDuring(() -> store.find(1)).get(30, SECONDS))
        .hasCauseInstanceOf(StoreUnavailableException.class);
    awaitRecovery(store);
    assertThat(store.find(1)).map(Cat::name).contains("Tom");
  }

  /** Cuts the network once the work waits for a locked table, and gives the table back. */
  private <T> CompletableFuture<T> cutDuring(Supplier<T> work) throws SQLException {
    try (Connection locking = postgres.getConnection();
        Connection watching = postgres.getConnection();
        Statement statement = locking.createStatement()) {
      locking.setAutoCommit(false);
      statement.execute("lock table cats in access exclusive mode");
      CompletableFuture<T> done = CompletableFuture.supplyAsync(work);
      while (!done.isDone() && !isWaiting(watching)) {
        Thread.onSpinWait();
      }
      network.cut();
      return done;
    }
  }

  private static boolean isWaiting(Connection watching) throws SQLException {
    try (Statement statement = watching.createStatement();
        ResultSet result =
            statement.executeQuery(
                "select exists (select from pg_stat_activity where wait_event_type = 'Lock'"
                    + " and datname = current_database())")) {
      result.next();
      return result.getBoolean(1);
    }
  }

  /** The connections that are lost too are found out one by one; the test's time limit ends it. */
  private static void awaitRecovery(CatStore store) {
    while (true) {
      try {
        store.find(1);
        return;
      } catch (StoreUnavailableException e) {
        Thread.onSpinWait();
      }
    }
  }
}
