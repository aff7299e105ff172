package dev.catstore.http.client;

import dev.catstore.domain.CatStore;
import dev.catstore.support.MigratedDatabase;
import dev.catstore.support.Slow;
import dev.catstore.support.TestServer;
import dev.catstore.tests.CatStoreContract;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * The contract over HTTP, with PostgreSQL at the other end; and after each of its tests the server
 * gives back every connection.
 */
@Slow
@TestInstance(Lifecycle.PER_CLASS)
class HttpCatStoreOnJooqTest implements CatStoreContract {
  private static final int CONNECTIONS = 20;

  private final MigratedDatabase database = new MigratedDatabase(CONNECTIONS);
  private final TestServer server = TestServer.start(database.store());
  private final CatStore store = HttpCatStore.at(server.uri());

  @BeforeEach
  void empty() throws SQLException {
    database.execute("truncate cats, cats_idempotency_keys");
  }

  /** A server learns a moment later than its client that a call is over: the pool waits for it. */
  @AfterEach
  void allConnectionsComeBack() throws SQLException {
    List<Connection> all = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        all.add(database.pool().getConnection());
      }
    } finally {
      for (Connection connection : all) {
        connection.close();
      }
    }
  }

  @AfterAll
  void close() {
    server.close();
    database.close();
  }

  @Override
  public CatStore store() {
    return store;
  }
}
