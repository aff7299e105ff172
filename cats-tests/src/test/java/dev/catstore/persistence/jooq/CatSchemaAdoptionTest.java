package dev.catstore.persistence.jooq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.support.Slow;
import dev.catstore.support.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a table {@code cats} that another application made. */
@Slow
final class CatSchemaAdoptionTest {
  /** As the tutorial's SQLAlchemy makes it. */
  static final String TUTORIALS_TABLE =
      "create table cats (id serial not null, name varchar(100), price integer,"
          + " breed varchar(100), primary key (id))";

  private static final String REFUSED = "table cats cannot be adopted: ";

  private final DataSource database = TestPostgres.newDatabase();

  @Test
  void migrate_tutorialsTable_keepsEveryRowAndGoesOnAfterThem() {
    execute(database, TUTORIALS_TABLE);
    execute(
        database,
        "insert into cats (name, price, breed) select 'Café ' || i, i % 7, 'breed ' || i % 13"
            + " from generate_series(1, 1500) i");
    execute(database, "delete from cats where id % 3 = 0");
    String rows =
        "select count(*), md5(string_agg(format('%s|%s|%s|%s', id, name, price, breed),"
            + " ',' order by id)) from cats";
    List<String> before = query(database, rows);

    CatSchema.migrate(database);

    assertThat(before.get(0)).startsWith("1000|");
    assertThat(query(database, rows)).isEqualTo(before);
    assertThat(query(database, "select distinct revision from cats")).containsExactly("1");
    assertThat(add()).isEqualTo("1501");
    assertThat(shape(database)).isEqualTo(freshShape());
  }

  @Test
  void migrate_tutorialsTable_lastRowRemoved_doesNotGiveItsIdAgain() {
    execute(database, TUTORIALS_TABLE);
    addOldRows("(default, 'Tom', 1, 'bengal'), (default, 'Kit', 2, 'manx')");
    execute(database, "delete from cats where id = 2");

    CatSchema.migrate(database);

    assertThat(add()).isEqualTo("3");
  }

  @Test
  void migrate_tutorialsTableWithoutRows_startsAtOne() {
    execute(database, TUTORIALS_TABLE);

    CatSchema.migrate(database);

    assertThat(add()).isEqualTo("1");
    assertThat(shape(database)).isEqualTo(freshShape());
  }

  @Test
  void migrate_tutorialsTable_itsStatementsGoOn() {
    execute(database, TUTORIALS_TABLE);
    addOldRows("(default, 'Tom', 1, 'bengal')");

    CatSchema.migrate(database);

    assertThat(
            query(
                database,
                "insert into cats (name, price, breed) values ('Kit', 2, 'manx')"
                    + " returning cats.id"))
        .containsExactly("2");
    execute(database, "update cats set price = 3 where cats.id = 2");
    execute(database, "delete from cats where cats.id = 1");
    assertThat(query(database, "select cats.id, cats.name, cats.price, cats.breed from cats"))
        .containsExactly("2|Kit|3|manx");
  }

  // Rows.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null, 1, 'manx'",
        "'', 1, 'manx'",
        "E' \\t\\u2003', 1, 'manx'",
        "repeat('x', 101), 1, 'manx'",
        "repeat(E'\\U0001F408', 101), 1, 'manx'",
        "E'T\\u0001om', 1, 'manx'",
        "E'T\\tom', 1, 'manx'",
        "E'Tom\\u007F', 1, 'manx'",
        "E'\\u0085Tom', 1, 'manx'",
        "E'Tom\\u009F', 1, 'manx'",
        "'Tom', null, 'manx'",
        "'Tom', -1, 'manx'",
        "'Tom', 2147483648, 'manx'",
        "'Tom', 1, null",
        "'Tom', 1, ' '",
        "'Tom', 1, repeat('x', 101)",
        "'Tom', 1, E'ma\\nnx'"
      })
  void migrate_rowThatNoCatCanBe_isRefusedByItsIdUntilMended(String wrong) {
    execute(
        database, "create table cats (id serial primary key, name text, price bigint, breed text)");
    addOldRows(
        "(5, %1$s), (6, 'Kit', 1, 'manx'), (-7, 'Kit', 1, 'manx'), (9, %1$s)".formatted(wrong));
    String before = snapshot(database);

    assertThatThrownBy(() -> CatSchema.migrate(database))
        .isInstanceOf(SchemaException.class)
        .hasMessageStartingWith(REFUSED + "3 of its rows cannot be cats")
        .hasMessageEndingWith("; ids: -7, 5, 9");
    assertThat(snapshot(database)).isEqualTo(before);

    execute(database, "update cats set name = 'Tom', price = 1, breed = 'manx' where id in (5, 9)");
    execute(database, "update cats set id = 7 where id = -7");
    CatSchema.migrate(database);
    assertThat(query(database, "select id from cats order by id"))
        .containsExactly("5", "6", "7", "9");
  }

  @Test
  void migrate_manyRowsThatNoCatCanBe_namesTheFirstHundred() {
    execute(database, TUTORIALS_TABLE);
    execute(database, "insert into cats (price) select 1 from generate_series(1, 250)");

    assertThatThrownBy(() -> CatSchema.migrate(database))
        .hasMessageStartingWith(REFUSED + "250 of its rows")
        .hasMessageEndingWith(
            IntStream.rangeClosed(1, 100)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", ", "; ids: ", ", ...")));
  }

  @Test
  void migrate_rowsAtTheEdges_areTaken() {
    execute(
        database, "create table cats (id bigint primary key, name text, price bigint, breed text)");
    addOldRows(
        "(1, ' ' || repeat(E'\\U0001F408', 100) || E'\\u3000', 0, 'x'),"
            + " (9223372036854775807, E'\\u200Bx', 2147483647, repeat('x', 100))");

    CatSchema.migrate(database);

    assertThat(query(database, "select id, char_length(name), price, char_length(breed) from cats"))
        .containsExactlyInAnyOrder("1|100|0|1", "9223372036854775807|2|2147483647|100");
  }

  @Test
  void migrate_outerWhiteSpace_isStrippedAsJavaDoes() {
    execute(database, TUTORIALS_TABLE);
    List<String> expected = new ArrayList<>();
    IntStream.rangeClosed(1, Character.MAX_CODE_POINT)
        .filter(c -> Character.isWhitespace(c) || Character.isSpaceChar(c))
        .forEach(
            c -> {
              addOldRows("(default, chr(%1$d) || 'a b' || chr(%1$d), 1, 'manx')".formatted(c));
              addOldRows("(default, 'Tom', 1, chr(%1$d) || 'c' || chr(%1$d))".formatted(c));
              String space = Character.toString(c);
              expected.add((space + "a b" + space).strip() + "|manx");
              expected.add("Tom|" + (space + "c" + space).strip());
            });

    CatSchema.migrate(database);

    assertThat(query(database, "select name, breed from cats order by id")).isEqualTo(expected);
    assertThat(expected).contains("a b|manx", "\u00A0a b\u00A0|manx", "Tom|c");
  }

  @Test
  void migrate_idTwiceWithoutPrimaryKey_isRefusedByTheId() {
    execute(database, "create table cats (id int, name text, price int, breed text)");
    addOldRows("(4, 'Tom', 1, 'manx'), (4, 'Kit', 1, 'manx')");
    String before = snapshot(database);

    assertThatThrownBy(() -> CatSchema.migrate(database))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("(id)=(4) is duplicated");
    assertThat(snapshot(database)).isEqualTo(before);
  }

  @Test
  void migrate_idMissing_isRefused() {
    execute(database, "create table cats (id int, name text, price int, breed text)");
    addOldRows("(null, 'Tom', 1, 'manx')");

    assertThatThrownBy(() -> CatSchema.migrate(database)).hasMessageEndingWith("; ids: null");
  }

  // Where ids come from.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          id serial primary key                                      | setval('cats_id_seq', 3)         | 21
          id serial primary key                                      | setval('cats_id_seq', 70)        | 71
          id serial primary key                                      | setval('cats_id_seq', 70, false) | 70
          id serial primary key                                      | setval('cats_id_seq', 20, true)  | 21
          id bigserial primary key                                   | setval('cats_id_seq', 21, false) | 21
          id smallserial primary key                                 | setval('cats_id_seq', 50)        | 51
          id int primary key                                         | 1                                | 21
          id int                                                     | 1                                | 21
          id int generated always as identity primary key            | setval('cats_id_seq', 70)        | 71
          id int generated by default as identity primary key        | setval('cats_id_seq', 3)         | 21
          id bigint generated by default as identity (increment -3)  | setval('cats_id_seq', -5)        | 21
          id bigint generated by default as identity (increment 100 start 500 cache 9 cycle) | 1        | 500
          id int primary key default nextval('feed')                 | setval('feed', 70)               | 71
          id int primary key default nextval('feed')                 | setval('feed', 3)                | 21
          id int primary key default 1000 + nextval('feed')          | setval('feed', 3)                | 21
          """)
  void migrate_wherEverIdsCameFrom_goOnAfterAllThatWereGiven(String id, String draw, String next) {
    execute(database, "create sequence feed as int maxvalue 1000 increment 5");
    execute(database, "create table cats (%s, name text, price int, breed text)".formatted(id));
    execute(
        database,
        "insert into cats overriding system value values (2, 'Tom', 1, 'manx'), (20, 'Kit', 1, 'manx')");
    execute(database, "select " + draw);
    boolean fed = id.contains("feed");

    CatSchema.migrate(database);

    assertThat(add()).isEqualTo(next);
    assertThat(Integer.toString(Integer.parseInt(next) + 1)).isEqualTo(add());
    assertThat(shape(database)).isEqualTo(freshShape());
    assertThat(
            query(
                database,
                "select increment_by, max_value from pg_sequences where sequencename = 'feed'"))
        .as("another's sequence, used here: %s", fed)
        .containsExactly("5|1000");
  }

  @Test
  void migrate_serialOfAnotherName_isRenamedAndKeepsItsRights() {
    execute(
        database, "create table pets (id serial primary key, name text, price int, breed text)");
    execute(database, "alter table pets rename to cats");
    execute(database, "grant usage on pets_id_seq to pg_monitor");
    addOldRows("(default, 'Tom', 1, 'manx')");

    CatSchema.migrate(database);

    assertThat(add()).isEqualTo("2");
    assertThat(query(database, "select sequencename from pg_sequences"))
        .containsExactly("cats_id_seq");
    assertThat(
            query(database, "select has_sequence_privilege('pg_monitor', 'cats_id_seq', 'usage')"))
        .containsExactly("t");
  }

  @Test
  void migrate_nobodysSequenceOfTheName_isTaken() {
    execute(
        database, "create sequence cats_id_seq as int start 100; select nextval('cats_id_seq')");
    execute(database, "create table cats (id int primary key, name text, price int, breed text)");

    CatSchema.migrate(database);

    assertThat(add()).isEqualTo("101");
    assertThat(shape(database)).isEqualTo(freshShape());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          create table other (x int); create sequence cats_id_seq owned by other.x | sequence cats_id_seq of column x of table other
          create table cats_id_seq ()                                              | table cats_id_seq
          """)
  void migrate_nameOfTheSequenceTaken_isRefused(String taking, String by) {
    execute(database, taking);
    execute(database, "create table cats (id int primary key, name text, price int, breed text)");
    String before = snapshot(database);

    assertThatThrownBy(() -> CatSchema.migrate(database))
        .isInstanceOf(SchemaException.class)
        .hasMessage(REFUSED + "the name of the sequence of its ids is taken, by " + by);
    assertThat(snapshot(database)).isEqualTo(before);
  }

  @Test
  void migrate_nameOfTheSequenceTakenAndNoTable_leavesNoTable() {
    execute(database, "create table other (x int); create sequence cats_id_seq owned by other.x");
    String before = snapshot(database);

    assertThatThrownBy(() -> CatSchema.migrate(database)).isInstanceOf(SchemaException.class);

    assertThat(snapshot(database)).isEqualTo(before);
  }

  @Test
  void migrate_idOfAnotherMaking_isRefused() {
    execute(
        database,
        "create table cats (id int primary key default (random() * 1000)::int, name text,"
            + " price int, breed text)");

    assertThatThrownBy(() -> CatSchema.migrate(database))
        .hasMessageStartingWith(REFUSED + "the default of its id, ")
        .hasMessageEndingWith(", draws from no sequence");
  }

  @Test
  void migrate_identityColumn_othersMayInsertAsBefore() {
    execute(
        database,
        "create table cats (id int generated always as identity primary key, name text,"
            + " price int, breed text)");
    execute(database, "grant insert on cats to pg_monitor");

    CatSchema.migrate(database);

    execute(
        database,
        "set role pg_monitor; insert into cats (name, price, breed) values ('Tom', 1, 'manx')");
  }

  @Test
  void migrate_tableOfAnotherRole_keepsItsOwner() {
    execute(database, "create table cats (id int, name text, price int, breed text)");
    execute(database, "alter table cats owner to pg_monitor");

    CatSchema.migrate(database);

    assertThat(
            query(
                database,
                "select relowner::regrole from pg_class where relname in ('cats', 'cats_id_seq')"))
        .containsExactly("pg_monitor", "pg_monitor");
  }

  // Shapes.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create table cats (id int primary key, name varchar(20), price smallint, breed text)",
        "create table cats (breed text collate \"C\", price bigint, name varchar, id smallint)",
        TUTORIALS_TABLE + "; alter table cats alter name set not null, alter price set default 3",
        TUTORIALS_TABLE + "; alter table cats drop breed, add breed text",
      })
  void migrate_shapesNearTheTutorials_areTaken(String table) {
    execute(database, table);

    CatSchema.migrate(database);

    assertThat(add()).isEqualTo("1");
    assertThat(
            query(
                database,
                "select attname, format_type(atttypid, atttypmod), attnotnull from pg_attribute"
                    + " where attrelid = 'cats'::regclass and attnum > 0 and not attisdropped"
                    + " order by attname"))
        .containsExactly(
            "breed|character varying(100)|t",
            "id|bigint|t",
            "name|character varying(100)|t",
            "price|integer|t",
            "revision|bigint|t");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "alter table cats add colour text",
        "alter table cats add colour text not null default 'red'",
        "alter table cats add number int generated by default as identity",
        "create index by_name on cats (lower(name)) where price > 3",
        "create unique index by_name on cats (name, id)",
        "create statistics more on name, breed from cats",
        "create publication news for table cats",
        "comment on column cats.name is 'what it is called'",
        "create function f() returns bigint language sql as 'select count(*) from cats'",
      })
  void migrate_whatDoesNoHarm_stays(String statement) {
    execute(database, TUTORIALS_TABLE);
    execute(database, statement);

    CatSchema.migrate(database);

    assertThat(add()).isEqualTo("1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          create view cheap as select name from cats where price < 3                    | view cheap is in the way
          create view cheap as select 1 from cats                                       | view cheap is in the way
          create materialized view cheap as select * from cats                          | materialized view cheap is in the way
          create publication news for table cats where (price > 3)                      | publication of table cats in publication news is in the way
          create publication news for table cats (id, name)                             | publication of table cats in publication news is in the way
          create rule quiet as on delete to cats do instead nothing                     | rule quiet on table cats is in the way
          create table log (x int); create rule r as on insert to log do also delete from cats | rule r on table log is in the way
          create policy mine on cats using (price > 3)                                  | policy mine on table cats is in the way
          alter table cats enable row level security                                    | row-level security is on
          alter table cats force row level security                                     | row-level security is on
          create function f() returns trigger language plpgsql as 'begin return new; end'; create trigger t before update on cats for each row execute function f() | trigger t on table cats is in the way
          create function f() returns trigger language plpgsql as 'begin return new; end'; create constraint trigger t after update on cats for each row execute function f() | trigger t on table cats is in the way
          create function f() returns bigint begin atomic select sum(price) from cats; end | function f() is in the way
          alter table cats add long int generated always as (char_length(name)) stored  | column long is generated
          create table toys (cat int constraint of_cat references cats)                 | constraint of_cat on table toys is in the way
          create table toys (x int unique); alter table cats add toy int constraint of_toy references toys (x) | constraint of_toy on table cats is in the way
          alter table cats add mother int constraint of_cat references cats             | constraint of_cat on table cats is in the way
          alter table cats add constraint dear check (price > 0)                        | constraint dear on table cats is in the way
          alter table cats add constraint one unique (name)                             | unique index one is in the way
          create unique index one on cats (lower(name)) where price > 3                 | unique index one is in the way
          create unique index one on cats (name) include (id)                           | unique index one is in the way
          alter table cats add constraint one exclude (name with =)                     | constraint one on table cats is in the way
          alter table cats drop constraint cats_pkey, add primary key (id, name)        | its primary key cats_pkey is not the id alone
          alter table cats drop constraint cats_pkey, add primary key (name)            | its primary key cats_pkey is not the id alone
          alter table cats drop constraint cats_pkey, add primary key (id) deferrable   | its primary key cats_pkey is not the id alone
          alter table cats add colour text not null default 'x'; alter table cats alter colour drop default                                   | column colour must be given, it has no default
          create domain colour as text default 'x' not null; alter table cats add "The Colour" colour; alter domain colour drop default | column "The Colour" must be given, it has no default
          alter table cats add revision int                                             | it has a column revision already
          alter table cats drop breed                                                   | it has no column breed
          alter table cats rename name to "Name"                                        | it has no column name
          alter table cats drop breed, drop price, add price numeric(10, 2)             | column price is numeric(10,2), not smallint, integer or bigint; it has no column breed
          alter table cats alter id type numeric                                        | column id is numeric, not smallint, integer or bigint
          alter table cats alter name type char(9)                                      | column name is character(9), not varchar or text
          create domain breed as text; alter table cats alter breed type breed          | column breed is breed, not varchar or text
          create view a as select 1 from cats; create view b as select * from a join cats on true; alter table cats drop price cascade; alter table cats add colour text not null default 'x'; alter table cats alter colour drop default | it has no column price; column colour must be given, it has no default; view a is in the way
          """)
  void migrate_whatStandsInTheWay_isNamedAndStays(String statements, String findings) {
    execute(database, TUTORIALS_TABLE);
    addOldRows("(1, 'Tom', 1, 'manx')");
    execute(database, statements);
    String before = snapshot(database);

    assertThatThrownBy(() -> CatSchema.migrate(database))
        .isInstanceOf(SchemaException.class)
        .hasMessage(REFUSED + findings);
    assertThat(snapshot(database)).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          create table toys (cat cats)                                  | toys.cat
                    create index cats_name_id_idx on cats (id)                    | cats_name_id_idx
          create table cats_idempotency_keys ()                         | cats_idempotency_keys
          """)
  void migrate_whatPostgresItselfRefuses_isNamedAndStays(String statement, String name) {
    execute(database, TUTORIALS_TABLE);
    addOldRows("(default, ' Tom', 1, 'manx')");
    execute(database, statement);
    String before = snapshot(database);

    assertThatThrownBy(() -> CatSchema.migrate(database))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining(name)
        .hasMessageMatching(".*")
        .hasMessageStartingWith("the schema cannot be brought up to date: ");
    assertThat(snapshot(database)).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          create view cats as select 1 as id                           | not an ordinary table but a view
          create materialized view cats as select 1 as id              | not an ordinary table but a materialized view
          create table cats (id int) partition by range (id)           | not an ordinary table but a partitioned table
          create sequence cats                                         | not an ordinary table but a sequence
          create type cats as (id int)                                 | not an ordinary table but a composite type
          create table x (id int); create index cats on x (id)         | not an ordinary table but an index
          create unlogged table cats (id int)                          | an unlogged table
          create type cat as (id int); create table cats of cat        | a table of a composite type
          create table cats (id int); create table lions () inherits (cats) | part of an inheritance
          create table pets (id int); create table cats () inherits (pets)  | part of an inheritance
          """)
  void migrate_noOrdinaryTable_isRefused(String statements, String what) {
    execute(database, statements);
    String before = snapshot(database);

    assertThatThrownBy(() -> CatSchema.migrate(database))
        .isInstanceOf(SchemaException.class)
        .hasMessage("cats cannot be adopted: it is " + what);
    assertThat(snapshot(database)).isEqualTo(before);
  }

  /** Adds a cat as the tutorial does; returns its id. */
  private String add() {
    return query(
            database,
            "insert into cats (name, price, breed) values ('New', 1, 'bengal') returning id")
        .get(0);
  }

  private void addOldRows(String values) {
    execute(database, "insert into cats (id, name, price, breed) values " + values);
  }

  private static String freshShape() {
    DataSource fresh = TestPostgres.newDatabase();
    CatSchema.migrate(fresh);
    return shape(fresh);
  }

  /** What the migrations make, without regard to the place of columns and to other objects. */
  private static String shape(DataSource database) {
    return String.join(
        "\n",
        query(
            database,
            """
            select attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod)
              || ' ' || attcollation::regcollation || ' ' || attnotnull || attidentity::text || attgenerated::text
              || coalesce(' ' || pg_get_expr(adbin, adrelid), '')
            from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
            where attrelid in ('cats'::regclass, 'cats_idempotency_keys'::regclass)
              and attnum > 0 and not attisdropped
            union all
            select conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
            where conrelid in ('cats'::regclass, 'cats_idempotency_keys'::regclass)
            union all
            select indexdef from pg_indexes where tablename in ('cats', 'cats_idempotency_keys')
            union all
            select concat_ws(' ', sequencename, data_type, start_value, min_value, max_value,
              increment_by, cycle, cache_size, pg_get_serial_sequence('cats', 'id'))
            from pg_sequences where sequencename = 'cats_id_seq'
            order by 1
            """));
  }

  /** Everything that there is in the schema public but Flyway's history, and the rows of cats. */
  static String snapshot(DataSource database) {
    List<String> all =
        query(
            database,
            """
            select pg_describe_object(classid, objid, objsubid) || ' ' || refobjid from pg_depend
            where not pg_describe_object(classid, objid, objsubid) ~ 'cats_schema_history|pg_toast'
              and objid >= 16384
            union all
            select concat_ws(' ', relname, relkind, relfilenode, relowner, relacl, relrowsecurity,
              case when relkind in ('v', 'm') then pg_get_viewdef(oid)
                when relkind = 'i' then pg_get_indexdef(oid) end)
            from pg_class where relnamespace = 2200 and relname !~ '^cats_schema_history'
            union all
            select concat_ws(' ', attrelid::regclass, attname, format_type(atttypid, atttypmod),
              attcollation, attnotnull, attidentity, attgenerated, pg_get_expr(adbin, adrelid))
            from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
            where attnum > 0 and attrelid in (select oid from pg_class
              where relnamespace = 2200 and relname !~ '^cats_schema_history')
            union all
            select conname || pg_get_constraintdef(oid) from pg_constraint
            where connamespace = 2200 and conname !~ '^cats_schema_history'
            union all
            select to_jsonb(s)::text from pg_sequences s
            order by 1
            """);
    if (!query(database, "select 1 from pg_class where relname = 'cats' and relkind = 'r'")
        .isEmpty()) {
      all.addAll(query(database, "select cats::text || ctid from cats order by 1"));
    }
    return String.join("\n", all);
  }

  static void execute(DataSource database, String sql) {
    try (Connection connection = database.getConnection()) {
      execute(connection, sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The rows, each with | between its columns. */
  static List<String> query(DataSource database, String sql) {
    try (Connection connection = database.getConnection()) {
      return query(connection, sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<String> query(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> found = new ArrayList<>();
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        StringBuilder row = new StringBuilder().append(rows.getString(1));
        for (int i = 2; i <= columns; i++) {
          row.append('|').append(rows.getString(i));
        }
        found.add(row.toString());
      }
      return found;
    }
  }
}
