package dev.catstore.persistence.jooq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.domain.Violations;
import dev.catstore.support.Slow;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rows of an adopted table. */
@Slow
class CatSchemaAdoptionTest extends CatSchemaAdoptionTestCase {
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

  @ParameterizedTest
  @ValueSource(
      strings = {"E'\\u200B', 1, 'manx'", "E'\\u00A0\\uFEFF', 1, 'manx'", "'Tom', 1, E'\\u2800'"})
  void migrate_rowThatShowsNothing_isRefusedByItsIdUntilMended(String wrong) {
    execute(database, TUTORIALS_TABLE);
    addOldRows("(5, %1$s), (6, 'Kit', 1, 'manx'), (9, %1$s)".formatted(wrong));
    String before = snapshot(database);

    assertThatThrownBy(() -> CatSchema.migrate(database))
        .isInstanceOf(SchemaException.class)
        .hasMessage(SHOW_NOTHING.formatted(2) + "5, 9");
    assertThat(snapshot(database)).isEqualTo(before);

    execute(database, "update cats set name = 'Tom', breed = 'manx' where id in (5, 9)");
    CatSchema.migrate(database);
    assertThat(query(database, "select id from cats order by id")).containsExactly("5", "6", "9");
  }

  @ParameterizedTest
  @CsvSource({"name, breed", "breed, name"})
  void migrate_eachCodePointAtTheEnds_isStrippedAsTheDomainDoes(String column, String other) {
    execute(database, TUTORIALS_TABLE);
    // Every blank has at most 16 bits.
    List<Integer> codePoints =
        IntStream.rangeClosed(1, 0xFFFF)
            .filter(c -> Character.isWhitespace(c) || Character.getType(c) != Character.CONTROL)
            .filter(c -> c < 0xD800 || c > 0xDFFF)
            .boxed()
            .toList();
    execute(
        database,
        "insert into cats (%s, price, %s) select chr(c) || 'a b' || chr(c), 1, 'x' from unnest('%s'::int[]) c"
            .formatted(column, other, codePoints.toString().replace('[', '{').replace(']', '}')));

    CatSchema.migrate(database);

    assertThat(query(database, "select %s from cats order by id".formatted(column)))
        .isEqualTo(
            codePoints.stream()
                .map(Character::toString)
                .map(end -> Violations.strip(end + "a b" + end))
                .toList());
  }
}
