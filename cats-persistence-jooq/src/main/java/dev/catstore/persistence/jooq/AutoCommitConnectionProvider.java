package dev.catstore.persistence.jooq;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DataSourceConnectionProvider;

/** Connections that auto-commit, also from a pool that sets them otherwise. */
final class AutoCommitConnectionProvider extends DataSourceConnectionProvider {
  AutoCommitConnectionProvider(DataSource dataSource) {
    super(dataSource);
  }

  @Override
  public Connection acquire() {
    Connection connection = super.acquire();
    try {
      if (!connection.getAutoCommit()) {
        connection.setAutoCommit(true);
      }
      return connection;
    } catch (SQLException e) {
      release(connection);
      throw new DataAccessException("the connection cannot be set to auto-commit", e);
    }
  }
}
