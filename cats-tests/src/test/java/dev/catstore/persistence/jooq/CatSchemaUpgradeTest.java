package dev.catstore.persistence.jooq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.NewCat;
import dev.catstore.support.Slow;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A database that an earlier release has migrated. */
@Slow
class CatSchemaUpgradeTest extends CatSchemaAdoptionTestCase {
  @BeforeEach
  void migrateTo5() {
    Flyway.configure()
        .dataSource(database)
        .locations("classpath:dev/catstore/persistence/jooq/migrations")
        .table("cats_schema_history")
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .target("5")
        .load()
        .migrate();
  }

  @Test
  void migrate_from5_hasTheShapeOfANewDatabase() {
    CatSchema.migrate(database);

    assertThat(shape(database)).isEqualTo(freshShape());
  }

  @Test
  void migrate_from5_blanksAtTheEndsGoInANewRevision() {
    addOldRows(
        "(1, E'\\u00A0Tom\\uFEFF', 1, 'manx'), (2, 'Kit', 1, E'\\u2007 a\\u00A0b\\u202F'),"
            + " (3, E'\\u200BMia\\u2060', 1, E'a\\uFEFFb')");

    CatSchema.migrate(database);

    assertThat(query(database, "select id, name, breed, revision from cats order by id"))
        .containsExactly("1|Tom|manx|2", "2|Kit|a\u00A0b|2", "3|\u200BMia\u2060|a\uFEFFb|1");
  }

  @Test
  void migrate_from5_rowsThatShowNothingAreRefusedByTheirIds() {
    execute(
        database,
        "insert into cats (name, price, breed) select E'\\u00A0Tom', 1,"
            + " case when i > 1 then E'\\u3164' else 'manx' end from generate_series(1, 151) i");
    String before = snapshot(database);

    assertThatThrownBy(() -> CatSchema.migrate(database))
        .isInstanceOf(SchemaException.class)
        .hasMessage(
            IntStream.rangeClosed(2, 101)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", ", SHOW_NOTHING.formatted(150), ", ...")));
    assertThat(snapshot(database)).isEqualTo(before);
  }

  @Test
  void migrate_from5_keysOfWhatIsStillACatAreKept() {
    execute(
        database,
        "insert into cats_idempotency_keys (key, cat_id, name, price, breed) values"
            + " ('blank', 7, E'\\u00A0Tom', 1, 'manx'), ('nothing', 8, E'\\u2800', 1, 'manx')");

    CatSchema.migrate(database);

    assertThat(query(database, "select key from cats_idempotency_keys")).containsExactly("blank");
    NewCat tom = new NewCat("Tom", 1, "manx");
    assertThat(JooqCatStore.on(database).add(tom, new IdempotencyKey("blank")))
        .isEqualTo(tom.withId(7));
  }
}
