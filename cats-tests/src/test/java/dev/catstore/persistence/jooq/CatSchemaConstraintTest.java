package dev.catstore.persistence.jooq;

import static dev.catstore.persistence.jooq.CatSchemaAdoptionTest.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.support.Slow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The constraints of the tables are the rules of the domain. */
@Slow
class CatSchemaConstraintTest extends CatSchemaTestCase {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          id = 0                        | cats_id_positive
          id = -1                       | cats_id_positive
          name = ''                     | cats_name_not_empty
          name = ' Tom'                 | cats_name_stripped
          name = E'Tom\\u3000'          | cats_name_stripped
          name = ' '                    | cats_name_stripped
          name = E'\\u00A0Tom'          | cats_name_stripped
          name = E'Tom\\uFEFF'          | cats_name_stripped
          name = E'\\u200B\\u2060'      | cats_name_visible
          name = E'T\\tom'              | cats_name_without_controls
          name = E'T\\u009fom'          | cats_name_without_controls
          name = E'Tom\\u0001'          | cats_name_without_controls
          price = -1                    | cats_price_not_negative
          breed = ''                    | cats_breed_not_empty
          breed = ' bengal'             | cats_breed_stripped
          breed = E'bengal\\u2003'      | cats_breed_stripped
          breed = E'\\u2007bengal'      | cats_breed_stripped
          breed = E'bengal\\u202F'      | cats_breed_stripped
          breed = E'\\u3164'            | cats_breed_visible
          breed = E'ben\\ngal'          | cats_breed_without_controls
          revision = 0                  | cats_revision_positive
          name = repeat('x', 101)       | too long
          breed = repeat('x', 101)      | too long
          name = null                   | null value
          breed = null                  | null value
          price = null                  | null value
          revision = null               | null value
          price = 2147483648            | out of range
          """)
  void cats_writeThatNoCatCanBe_isRefused(String wrong, String why) {
    CatSchema.migrate(database);
    execute(database, "insert into cats (name, price, breed) values ('Tom', 1, 'bengal')");

    assertThatThrownBy(() -> execute(database, "update cats set " + wrong))
        .hasStackTraceContaining(why);
  }

  @Test
  void cats_edgesOfTheDomain_areTaken() {
    CatSchema.migrate(database);
    String longest = "\\U0001F408".repeat(100);

    assertThatCode(
            () ->
                execute(
                    database,
                    "insert into cats values (1, 'x', 0, 'x', 1),"
                        + " (9223372036854775807, E'%1$s', 2147483647, E'%1$s',".formatted(longest)
                        + " 9223372036854775807),"
                        + " (2, E'\\u200Bx\\u2060', 1, E'a  b\\u3000c', 1),"
                        + " (3, E'\\uFFFF', 1, E'\\u200B\\u0300', 1)"))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "name, %sx",
    "name, x%s",
    "name, x%sx",
    "name, %s",
    "breed, %sx",
    "breed, x%s",
    "breed, x%sx",
    "breed, %s"
  })
  void cats_eachCodePoint_isTakenWhereTheDomainTakesIt(String column, String pattern) {
    CatSchema.migrate(database);

    assertThat(refusedBySql(database, column, pattern)).isEqualTo(refusedByDomain(pattern));
  }
}
