package dev.catstore.persistence.jooq;

import static dev.catstore.persistence.jooq.generated.Sequences.CATS_ID_SEQ;
import static dev.catstore.persistence.jooq.generated.Tables.CATS;
import static dev.catstore.persistence.jooq.generated.Tables.CATS_IDEMPOTENCY_KEYS;
import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingLong;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.function;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.insertInto;
import static org.jooq.impl.DSL.list;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.param;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.NewCat;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * The statements about single cats, for one request and for several. They are the same for every
 * call, so jOOQ renders them once, and the driver runs them.
 */
final class CatStatements {
  /** Which cat to edit, and how. */
  record Edit(CatRef which, CatEdit edit) {}

  /** A cat to add, and the key to add it under. */
  record KeyedCat(NewCat cat, IdempotencyKey key) {}

  /** How long a row that somebody else has locked holds up the requests for others. */
  static final Duration LOCK_TIMEOUT = Duration.ofMillis(200);

  private static final String REQUESTS = "requests";

  private static final Field<Long> PLACE = field(name(REQUESTS, "place"), Long.class);

  private static final DSLContext POSTGRES = DSL.using(SQLDialect.POSTGRES);

  private static final String FIND =
      CatSql.selectCats(POSTGRES, CATS.ID.eq(value(CATS.ID))).getSQL();

  private static final String FIND_SEVERAL =
      CatSql.selectCats(POSTGRES, CATS.ID.eq(any(values(CATS.ID)))).getSQL();

  private static final String ADD =
      CatSql.addCat(POSTGRES, value(CATS.NAME), value(CATS.PRICE), value(CATS.BREED)).getSQL();

  private static final String ADD_SEVERAL = addSeveral();

  private static final String ADD_UNDER_KEY =
      IdempotentWrites.addOnce(
              POSTGRES,
              value(CATS_IDEMPOTENCY_KEYS.KEY),
              value(CATS.NAME),
              value(CATS.PRICE),
              value(CATS.BREED))
          .getSQL();

  private static final String EDIT =
      CatSql.editCat(
              POSTGRES,
              value(CATS.NAME),
              value(CATS.PRICE),
              value(CATS.BREED),
              value(CATS.ID),
              value(CATS.REVISION))
          .getSQL();

  /** Sent together with the statement whose wait for each lock it bounds, in one transaction. */
  private static final String WAIT_BRIEFLY =
      POSTGRES
          .select(
              function(
                  "set_config",
                  String.class,
                  inline("lock_timeout"),
                  inline(Long.toString(LOCK_TIMEOUT.toMillis())),
                  inline(true)))
          .getSQL();

  private static final String EDIT_SEVERAL =
      WAIT_BRIEFLY
          + "; "
          + CatSql.editCat(
                  POSTGRES,
                  row(CATS.NAME),
                  row(CATS.PRICE),
                  row(CATS.BREED),
                  row(CATS.ID),
                  row(CATS.REVISION),
                  rows(CATS.NAME, CATS.PRICE, CATS.BREED, CATS.ID, CATS.REVISION))
              .getSQL();

  /** Writes the keys that are new and their cats, and finds what is under all of them then. */
  private static final String ADD_SEVERAL_UNDER_KEYS =
      WAIT_BRIEFLY
          + "; "
          + IdempotentWrites.addSeveralOnce(
                  POSTGRES,
                  row(CATS_IDEMPOTENCY_KEYS.KEY),
                  row(CATS_IDEMPOTENCY_KEYS.NAME),
                  row(CATS_IDEMPOTENCY_KEYS.PRICE),
                  row(CATS_IDEMPOTENCY_KEYS.BREED),
                  rows(
                      CATS_IDEMPOTENCY_KEYS.KEY,
                      CATS_IDEMPOTENCY_KEYS.NAME,
                      CATS_IDEMPOTENCY_KEYS.PRICE,
                      CATS_IDEMPOTENCY_KEYS.BREED))
              .getSQL()
          + "; "
          + POSTGRES
              .select(
                  CATS_IDEMPOTENCY_KEYS.CAT_ID,
                  CATS_IDEMPOTENCY_KEYS.NAME,
                  CATS_IDEMPOTENCY_KEYS.PRICE,
                  CATS_IDEMPOTENCY_KEYS.BREED,
                  inline(1L),
                  CATS_IDEMPOTENCY_KEYS.KEY)
              .from(CATS_IDEMPOTENCY_KEYS)
              .where(CATS_IDEMPOTENCY_KEYS.KEY.eq(any(values(CATS_IDEMPOTENCY_KEYS.KEY))))
              .and(CATS_IDEMPOTENCY_KEYS.DIGEST.isNull())
              .getSQL();

  private final PreparedSql sql;

  CatStatements(PreparedSql sql) {
    this.sql = sql;
  }

  Optional<Cat> find(Connection connection, long id) throws SQLException {
    return sql.run(connection, FIND, values -> values.setLong(1, id), CatStatements::firstCat);
  }

  /** Those that are there, by their ids. */
  Map<Long, Cat> find(Connection connection, List<Long> ids) throws SQLException {
    return sql.run(
        connection,
        FIND_SEVERAL,
        values -> values.setArray(1, PreparedSql.bigints(connection, ids.stream())),
        CatStatements::catsById);
  }

  Cat add(Connection connection, NewCat cat) throws SQLException {
    return sql.run(
        connection,
        ADD,
        values -> {
          values.setString(1, cat.name());
          values.setInt(2, cat.price());
          values.setString(3, cat.breed());
        },
        row -> {
          row.next();
          return cat.withId(row.getLong(1));
        });
  }

  /** In their order. */
  List<Cat> add(Connection connection, List<NewCat> cats) throws SQLException {
    return sql.run(
        connection,
        ADD_SEVERAL,
        values -> {
          values.setArray(1, PreparedSql.varchars(connection, cats.stream().map(NewCat::name)));
          values.setArray(2, PreparedSql.integers(connection, cats.stream().map(NewCat::price)));
          values.setArray(3, PreparedSql.varchars(connection, cats.stream().map(NewCat::breed)));
        },
        rows -> {
          Cat[] added = new Cat[cats.size()];
          while (rows.next()) {
            int place = rows.getInt(2) - 1;
            added[place] = cats.get(place).withId(rows.getLong(1));
          }
          return List.of(added);
        });
  }

  /** Empty if the key exists. */
  Optional<Cat> add(Connection connection, NewCat cat, IdempotencyKey key) throws SQLException {
    return sql.run(
        connection,
        ADD_UNDER_KEY,
        values -> {
          values.setQueryTimeout(StoreSession.WAIT_SECONDS);
          values.setString(1, key.value());
          for (int i = 2; i <= 5; i += 3) {
            values.setString(i, cat.name());
            values.setInt(i + 1, cat.price());
            values.setString(i + 2, cat.breed());
          }
        },
        row -> row.next() ? Optional.of(cat.withId(row.getLong(1))) : Optional.empty());
  }

  /**
   * The first answers under the keys, whether they were new or not; none for a key that was used
   * for many cats. No key may come twice.
   */
  Map<String, Cat> addOnce(Connection connection, List<KeyedCat> cats) throws SQLException {
    // In one order, so that servers do not deadlock.
    List<KeyedCat> sorted = cats.stream().sorted(comparing(it -> it.key().value())).toList();
    return sql.run(
        connection,
        ADD_SEVERAL_UNDER_KEYS,
        2,
        values -> {
          Array keys =
              PreparedSql.varchars(connection, sorted.stream().map(it -> it.key().value()));
          values.setArray(1, keys);
          values.setArray(
              2, PreparedSql.varchars(connection, sorted.stream().map(it -> it.cat().name())));
          values.setArray(
              3, PreparedSql.integers(connection, sorted.stream().map(it -> it.cat().price())));
          values.setArray(
              4, PreparedSql.varchars(connection, sorted.stream().map(it -> it.cat().breed())));
          values.setArray(5, keys);
        },
        rows -> {
          Map<String, Cat> found = new HashMap<>();
          while (rows.next()) {
            found.put(rows.getString(6), cat(rows));
          }
          return found;
        });
  }

  /** Empty if there is no such cat at the expected revision. */
  Optional<Cat> edit(Connection connection, Edit edit) throws SQLException {
    return sql.run(
        connection,
        EDIT,
        values -> {
          values.setString(1, edit.edit().name().orElse(null));
          values.setObject(2, price(edit), Types.INTEGER);
          values.setString(3, edit.edit().breed().orElse(null));
          values.setLong(4, edit.which().id());
          values.setObject(5, revision(edit), Types.BIGINT);
        },
        CatStatements::firstCat);
  }

  /** Those that were there at the expected revisions, by their ids; no id may come twice. */
  Map<Long, Cat> edit(Connection connection, List<Edit> edits) throws SQLException {
    // In one order, as far as PostgreSQL keeps it, so that servers seldom deadlock.
    List<Edit> sorted = edits.stream().sorted(comparingLong(it -> it.which().id())).toList();
    return sql.run(
        connection,
        EDIT_SEVERAL,
        1,
        values -> {
          values.setArray(
              1,
              PreparedSql.varchars(
                  connection, sorted.stream().map(it -> it.edit().name().orElse(null))));
          values.setArray(
              2, PreparedSql.integers(connection, sorted.stream().map(CatStatements::price)));
          values.setArray(
              3,
              PreparedSql.varchars(
                  connection, sorted.stream().map(it -> it.edit().breed().orElse(null))));
          values.setArray(
              4, PreparedSql.bigints(connection, sorted.stream().map(it -> it.which().id())));
          values.setArray(
              5, PreparedSql.bigints(connection, sorted.stream().map(CatStatements::revision)));
        },
        CatStatements::catsById);
  }

  /** Gives out the ids before the rows are added: a result of that would be in no order. */
  private static String addSeveral() {
    var numbered =
        name("numbered")
            .as(
                select(
                        CATS_ID_SEQ.nextval().as(CATS.ID),
                        row(CATS.NAME),
                        row(CATS.PRICE),
                        row(CATS.BREED),
                        PLACE)
                    .from(rows(CATS.NAME, CATS.PRICE, CATS.BREED)));
    var added =
        name("added")
            .as(
                insertInto(CATS, CATS.ID, CATS.NAME, CATS.PRICE, CATS.BREED)
                    .select(
                        select(
                                numbered.field(CATS.ID),
                                numbered.field(CATS.NAME),
                                numbered.field(CATS.PRICE),
                                numbered.field(CATS.BREED))
                            .from(numbered))
                    .returningResult(CATS.ID));
    return POSTGRES
        .with(numbered)
        .with(added)
        .select(numbered.field(CATS.ID), numbered.field(PLACE))
        .from(numbered)
        .getSQL();
  }

  private static @Nullable Integer price(Edit edit) {
    return edit.edit().price().isPresent() ? edit.edit().price().getAsInt() : null;
  }

  private static @Nullable Long revision(Edit edit) {
    return edit.which().revision().isPresent() ? edit.which().revision().getAsLong() : null;
  }

  private static Optional<Cat> firstCat(ResultSet rows) throws SQLException {
    return rows.next() ? Optional.of(cat(rows)) : Optional.empty();
  }

  private static Map<Long, Cat> catsById(ResultSet rows) throws SQLException {
    Map<Long, Cat> cats = new HashMap<>();
    while (rows.next()) {
      Cat cat = cat(rows);
      cats.put(cat.id(), cat);
    }
    return cats;
  }

  private static Cat cat(ResultSet row) throws SQLException {
    return new Cat(
        row.getLong(1), row.getString(2), row.getInt(3), row.getString(4), row.getLong(5));
  }

  /** A parameter for what is in the column. */
  private static <T> Field<T> value(Field<T> column) {
    return param(column.getName(), column.getType());
  }

  /** A parameter for several values of the column. */
  private static <T> Field<T[]> values(Field<T> column) {
    return param(column.getName(), column.getDataType().getArrayType());
  }

  /** A table of requests and their places, with a parameter for the values of each column. */
  private static Table<?> rows(Field<?>... columns) {
    String[] names =
        Stream.concat(Stream.of(columns), Stream.of(PLACE))
            .map(Field::getName)
            .toArray(String[]::new);
    Field<?>[] values = Stream.of(columns).map(CatStatements::values).toArray(Field<?>[]::new);
    return table("unnest({0}) with ordinality", list(values)).as(REQUESTS, names);
  }

  private static <T> Field<T> row(Field<T> column) {
    return field(name(REQUESTS, column.getName()), column.getDataType());
  }
}
