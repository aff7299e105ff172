package dev.catstore.http.client;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.catstore.domain.CatStore;
import dev.catstore.persistence.jooq.CatSchema;
import dev.catstore.persistence.jooq.JooqCatStore;
import dev.catstore.support.Slow;
import dev.catstore.support.TestPostgres;
import dev.catstore.support.TestServer;
import dev.catstore.tests.CatStoreContract;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
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

  private final HikariDataSource pool = pool();
  private final TestServer server = TestServer.start(JooqCatStore.on(pool));
  private final CatStore store = HttpCatStore.at(server.uri());

  private static HikariDataSource pool() {
    var config = new HikariConfig();
    config.setDataSource(TestPostgres.newDatabase());
    config.setMaximumPoolSize(CONNECTIONS);
    var pool = new HikariDataSource(config);
    CatSchema.migrate(pool);
    return pool;
  }

  @BeforeEach
  void empty() throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("truncate cats, cats_idempotency_keys");
    }
  }

  /** A server learns a moment later than its client that a call is over: the pool waits for it. */
  @AfterEach
  void allConnectionsComeBack() throws SQLException {
    List<Connection> all = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        all.add(pool.getConnection());
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
    pool.close();
  }

  @Override
  public CatStore store() {
    return store;
  }
}
