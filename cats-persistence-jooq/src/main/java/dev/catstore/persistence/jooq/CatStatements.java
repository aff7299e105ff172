package dev.catstore.persistence.jooq;

import static dev.catstore.persistence.jooq.generated.Tables.CATS;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.param;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.NewCat;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/**
 * The statements about single cats. They are the same for every call, so jOOQ renders them once and
 * the driver runs them.
 */
final class CatStatements {
  private static final DSLContext POSTGRES = DSL.using(SQLDialect.POSTGRES);

  private static final String FIND =
      CatSql.selectCats(POSTGRES, CATS.ID.eq(param("id", CATS.ID))).getSQL();

  private static final String ADD =
      POSTGRES
          .insertInto(CATS, CATS.NAME, CATS.PRICE, CATS.BREED)
          .values(param("name", CATS.NAME), param("price", CATS.PRICE), param("breed", CATS.BREED))
          .returningResult(CATS.ID)
          .getSQL();

  /** A null stands for what is not changed, or for any revision. */
  private static final String EDIT =
      POSTGRES
          .update(CATS)
          .set(CATS.NAME, coalesce(param("name", CATS.NAME), CATS.NAME))
          .set(CATS.PRICE, coalesce(param("price", CATS.PRICE), CATS.PRICE))
          .set(CATS.BREED, coalesce(param("breed", CATS.BREED), CATS.BREED))
          .set(CATS.REVISION, CATS.REVISION.plus(inline(1L)))
          .where(CATS.ID.eq(param("id", CATS.ID)))
          .and(CATS.REVISION.eq(coalesce(param("revision", CATS.REVISION), CATS.REVISION)))
          .returningResult(CATS.ID, CATS.NAME, CATS.PRICE, CATS.BREED, CATS.REVISION)
          .getSQL();

  private final Optional<SlowStatements> slow;

  CatStatements(Optional<SlowStatements> slow) {
    this.slow = slow;
  }

  Optional<Cat> find(Connection connection, long id) throws SQLException {
    return run(connection, FIND, statement -> statement.setLong(1, id), CatStatements::firstCat);
  }

  Cat add(Connection connection, NewCat cat) throws SQLException {
    return run(
        connection,
        ADD,
        statement -> {
          statement.setString(1, cat.name());
          statement.setInt(2, cat.price());
          statement.setString(3, cat.breed());
        },
        rows -> {
          rows.next();
          return cat.withId(rows.getLong(1));
        });
  }

  /** Empty if there is no such cat at the expected revision. */
  Optional<Cat> edit(Connection connection, CatRef which, CatEdit edit) throws SQLException {
    return run(
        connection,
        EDIT,
        statement -> {
          statement.setString(1, edit.name().orElse(null));
          if (edit.price().isPresent()) {
            statement.setInt(2, edit.price().getAsInt());
          } else {
            statement.setNull(2, Types.INTEGER);
          }
          statement.setString(3, edit.breed().orElse(null));
          statement.setLong(4, which.id());
          if (which.revision().isPresent()) {
            statement.setLong(5, which.revision().getAsLong());
          } else {
            statement.setNull(5, Types.BIGINT);
          }
        },
        CatStatements::firstCat);
  }

  private static Optional<Cat> firstCat(ResultSet rows) throws SQLException {
    return rows.next() ? Optional.of(cat(rows)) : Optional.empty();
  }

  private static Cat cat(ResultSet row) throws SQLException {
    return new Cat(
        row.getLong(1), row.getString(2), row.getInt(3), row.getString(4), row.getLong(5));
  }

  @FunctionalInterface
  private interface Values {
    void set(PreparedStatement statement) throws SQLException;
  }

  @FunctionalInterface
  private interface Reader<T> {
    T read(ResultSet rows) throws SQLException;
  }

  private <T> T run(Connection connection, String sql, Values values, Reader<T> reader)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      values.set(statement);
      try (ResultSet rows = execute(statement, sql)) {
        return reader.read(rows);
      }
    }
  }

  private ResultSet execute(PreparedStatement statement, String sql) throws SQLException {
    long start = System.nanoTime();
    try {
      return statement.executeQuery();
    } finally {
      slow.ifPresent(it -> it.look(start, () -> sql));
    }
  }
}
