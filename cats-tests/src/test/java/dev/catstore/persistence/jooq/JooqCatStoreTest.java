package dev.catstore.persistence.jooq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.CatStore;
import dev.catstore.support.MigratedDatabase;
import dev.catstore.tests.CatStoreContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The contract on PostgreSQL; and after each of its tests no connection is out. */
@TestInstance(Lifecycle.PER_CLASS)
class JooqCatStoreTest implements CatStoreContract {
  private final MigratedDatabase database = new MigratedDatabase(20);
  private final CatStore store = database.store();

  @BeforeAll
  void startPool() {
    assertThat(store.find(1)).isEmpty();
  }

  @BeforeEach
  void empty() throws Exception {
    database.execute("truncate cats, cats_idempotency_keys");
  }

  @AfterEach
  void allConnectionsAreBack() {
    assertThat(database.pool().getHikariPoolMXBean().getActiveConnections()).isZero();
  }

  @AfterAll
  void close() {
    database.close();
  }

  MigratedDatabase database() {
    return database;
  }

  @Override
  public CatStore store() {
    return store;
  }
}
