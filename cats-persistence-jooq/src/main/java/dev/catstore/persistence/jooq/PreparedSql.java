package dev.catstore.persistence.jooq;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs SQL that jOOQ has rendered before, by the driver alone. */
final class PreparedSql {
  @FunctionalInterface
  interface Binding {
    void bind(PreparedStatement values) throws SQLException;
  }

  @FunctionalInterface
  interface Reader<T> {
    T read(ResultSet rows) throws SQLException;
  }

  private final Optional<SlowStatements> slow;

  PreparedSql(Optional<SlowStatements> slow) {
    this.slow = slow;
  }

  <T> T run(Connection connection, String sql, Binding binding, Reader<T> reader)
      throws SQLException {
    return run(connection, sql, 0, binding, reader);
  }

  /**
   * @param resultsBefore how many results come before the one that is read
   */
  <T> T run(Connection connection, String sql, int resultsBefore, Binding binding, Reader<T> reader)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      binding.bind(statement);
      long start = System.nanoTime();
      try {
        statement.execute();
      } finally {
        slow.ifPresent(it -> it.look(start, () -> sql));
      }
      for (int i = 0; i < resultsBefore; i++) {
        statement.getMoreResults();
      }
      try (ResultSet rows = statement.getResultSet()) {
        return reader.read(rows);
      }
    }
  }

  static Array bigints(Connection connection, Stream<@Nullable Long> values) throws SQLException {
    return connection.createArrayOf("bigint", values.toArray());
  }

  static Array integers(Connection connection, Stream<@Nullable Integer> values)
      throws SQLException {
    return connection.createArrayOf("integer", values.toArray());
  }

  static Array varchars(Connection connection, Stream<@Nullable String> values)
      throws SQLException {
    return connection.createArrayOf("varchar", values.toArray());
  }
}
