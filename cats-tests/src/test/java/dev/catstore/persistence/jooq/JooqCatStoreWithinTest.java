package dev.catstore.persistence.jooq;

import dev.catstore.domain.CatStore;
import dev.catstore.support.MigratedDatabase;
import dev.catstore.tests.AddAllContract;
import dev.catstore.tests.BulkKeyContract;
import dev.catstore.tests.EditAllContract;
import dev.catstore.tests.PutAllContract;
import java.sql.Connection;
import java.sql.SQLException;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What is promised of many cats, in one transaction of the caller's, which is rolled back. */
class JooqCatStoreWithinTest
    implements AddAllContract, PutAllContract, EditAllContract, BulkKeyContract {
  private static final MigratedDatabase DATABASE = new MigratedDatabase();

  private final Connection connection;
  private final CatStore store;

  JooqCatStoreWithinTest() throws SQLException {
    connection = DATABASE.connection();
    store = JooqCatStore.within(DSL.using(connection, SQLDialect.POSTGRES).configuration());
  }

  @BeforeEach
  void begin() throws SQLException {
    connection.setAutoCommit(false);
  }

  @AfterEach
  void rollBack() throws SQLException {
    connection.rollback();
    connection.close();
  }

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @Override
  public CatStore store() {
    return store;
  }
}
