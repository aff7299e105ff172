package dev.catstore.persistence.jooq;

import static dev.catstore.persistence.jooq.CatSchemaAdoptionTest.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.InvalidValueException;
import dev.catstore.domain.NewCat;
import dev.catstore.support.TestPostgres;
import java.util.List;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** A database without a schema. */
abstract class CatSchemaTestCase {
  final DataSource database = TestPostgres.newDatabase();

  /** The code points c for which a CHECK refuses the pattern with c in its place. */
  static List<Integer> refusedBySql(DataSource database, String column, String pattern) {
    String checks =
        String.join(
            " and ",
            query(
                database,
                "select substr(pg_get_constraintdef(oid), 6) from pg_constraint"
                    + " where conrelid = 'cats'::regclass and contype = 'c' and conname like 'cats_"
                    + column
                    + "%'"));
    assertThat(checks).contains(column);
    return query(
            database,
            "select c from (select c, replace('%s', '%%s', chr(c))::varchar(100) collate \"C\" as %s"
                    .formatted(pattern, column)
                + " from generate_series(1, 1114111) c"
                + " where c not between 55296 and 57343) as texts"
                + " where not ("
                + checks
                + ") order by c")
        .stream()
        .map(Integer::valueOf)
        .toList();
  }

  static List<Integer> refusedByDomain(String pattern) {
    return IntStream.rangeClosed(1, Character.MAX_CODE_POINT)
        .filter(c -> c < 0xD800 || c > 0xDFFF)
        .filter(c -> !isOfTheDomain(pattern.replace("%s", Character.toString(c))))
        .boxed()
        .toList();
  }

  static boolean isOfTheDomain(String text) {
    try {
      return new NewCat(text, 0, "bengal").name().equals(text);
    } catch (InvalidValueException e) {
      return false;
    }
  }

  DataSource with(String setting) {
    PGSimpleDataSource other = new PGSimpleDataSource();
    other.setUrl(((PGSimpleDataSource) database).getUrl());
    other.setUser("postgres");
    other.setOptions("-c " + setting);
    return other;
  }
}
