package dev.catstore.persistence.jooq;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.catstore.support.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** A new database with the schema, and a pool on it. */
final class TestStore implements AutoCloseable {
  private final DataSource database;
  private final HikariDataSource pool;

  TestStore() {
    this(4);
  }

  TestStore(int poolSize) {
    database = TestPostgres.newDatabase();
    CatSchema.migrate(database);
    pool = pool(database, poolSize);
  }

  /** A pool that gives up soon. */
  static HikariDataSource pool(DataSource database, int size) {
    var config = new HikariConfig();
    config.setDataSource(database);
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(2_000);
    return new HikariDataSource(config);
  }

  JooqCatStore store() {
    return JooqCatStore.on(pool);
  }

  HikariDataSource pool() {
    return pool;
  }

  /** A connection outside of the pool. */
  Connection connection() throws SQLException {
    return database.getConnection();
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = connection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  String query(String sql) throws SQLException {
    try (Connection connection = connection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      var lines = new StringBuilder();
      while (result.next()) {
        lines.append(result.getString(1)).append('\n');
      }
      return lines.toString().strip();
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
