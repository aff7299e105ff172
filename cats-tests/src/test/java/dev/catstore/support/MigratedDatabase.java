package dev.catstore.support;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.catstore.persistence.jooq.CatSchema;
import dev.catstore.persistence.jooq.JooqCatStore;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** A new database with the schema, behind a connection pool. */
public final class MigratedDatabase implements AutoCloseable {
  private static final int POOL_SIZE = 4;
  private static final int SHORT_TIMEOUT_MILLIS = 500;

  private final DataSource database;
  private final HikariDataSource pool;

  public MigratedDatabase() {
    this(POOL_SIZE);
  }

  public MigratedDatabase(int poolSize) {
    database = TestPostgres.newDatabase();
    CatSchema.migrate(database);
    pool = new HikariDataSource(config(database, poolSize));
  }

  /** A pool that soon gives up waiting for a connection. */
  public static HikariDataSource impatientPool(DataSource database, int size) {
    HikariConfig config = config(database, size);
    config.setConnectionTimeout(SHORT_TIMEOUT_MILLIS);
    return new HikariDataSource(config);
  }

  private static HikariConfig config(DataSource database, int size) {
    var config = new HikariConfig();
    config.setDataSource(database);
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(0);
    return config;
  }

  public JooqCatStore store() {
    return JooqCatStore.on(pool);
  }

  public HikariDataSource pool() {
    return pool;
  }

  /** A new connection, not of the pool. */
  public Connection connection() throws SQLException {
    return database.getConnection();
  }

  public void execute(String sql) throws SQLException {
    try (Connection connection = connection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of all rows, a row a line. */
  public String query(String sql) throws SQLException {
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
