package dev.catstore.persistence.jooq;

import static dev.catstore.persistence.jooq.CatSchemaAdoptionTest.execute;
import static dev.catstore.persistence.jooq.CatSchemaAdoptionTest.query;
import static dev.catstore.persistence.jooq.CatSchemaAdoptionTest.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.catstore.support.Slow;
import dev.catstore.support.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.jooq.tools.jdbc.SingleConnectionDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The schema of an empty database. */
@Slow
class CatSchemaTest extends CatSchemaTestCase {
  @Test
  void migrate_emptyDatabase_makesTheTables() {
    CatSchema.migrate(database);

    assertThat(columnsOf("cats"))
        .containsExactly(
            "id|bigint|f|nextval('cats_id_seq'::regclass)",
            "name|character varying(100) C|f|",
            "price|integer|f|",
            "breed|character varying(100) C|f|",
            "revision|bigint|f|1");
    assertThat(columnsOf("cats_idempotency_keys"))
        .containsExactly(
            "key|character varying(255) C|f|",
            "cat_id|bigint|t|",
            "name|character varying(100) C|t|",
            "price|integer|t|",
            "breed|character varying(100) C|t|",
            "added_at|timestamp with time zone|f|now()",
            "digest|character varying(64) C|t|",
            "added|bigint|t|",
            "changed|bigint|t|",
            "unchanged|bigint|t|");
    assertThat(
            query(
                database,
                "select indexdef from pg_indexes"
                    + " where tablename in ('cats', 'cats_idempotency_keys') order by 1"))
        .containsExactly(
            "CREATE INDEX cats_breed_id_idx ON public.cats USING btree (breed, id)",
            "CREATE INDEX cats_idempotency_keys_added_at_idx ON public.cats_idempotency_keys"
                + " USING btree (added_at)",
            "CREATE INDEX cats_name_id_idx ON public.cats USING btree (name, id)",
            "CREATE INDEX cats_name_trigrams_idx ON public.cats"
                + " USING gin (lower((name)::text) gin_trgm_ops)",
            "CREATE INDEX cats_price_id_idx ON public.cats USING btree (price, id)",
            "CREATE UNIQUE INDEX cats_idempotency_keys_pkey ON public.cats_idempotency_keys"
                + " USING btree (key)",
            "CREATE UNIQUE INDEX cats_pkey ON public.cats USING btree (id)");
    assertThat(query(database, "select count(*) from pg_trigger")).containsExactly("0");
    assertThat(query(database, "select nextval('cats_id_seq')")).containsExactly("1");
  }

  @Test
  void migrate_upToDateAlready_changesNothing() {
    CatSchema.migrate(database);
    execute(database, "insert into cats (name, price, breed) values ('Tom', 1, 'bengal')");
    String before = snapshot(database);

    CatSchema.migrate(database);

    assertThat(snapshot(database)).isEqualTo(before);
  }

  @Test
  void migrate_extensionInAnotherSchema_isUsedThere() {
    execute(database, "create schema \"Ext\"; create extension pg_trgm schema \"Ext\"");

    CatSchema.migrate(database);

    assertThat(query(database, "select indexdef from pg_indexes where indexname like '%trigrams%'"))
        .containsExactly(
            "CREATE INDEX cats_name_trigrams_idx ON public.cats"
                + " USING gin (lower((name)::text) \"Ext\".gin_trgm_ops)");
  }

  @Test
  void migrate_databaseNotInUtf8_isRefusedAndLeftAlone() {
    DataSource latin = TestPostgres.newDatabase("encoding 'LATIN1' locale 'C' template template0");

    assertThatThrownBy(() -> CatSchema.migrate(latin))
        .isInstanceOf(SchemaException.class)
        .hasMessage("the database is encoded in LATIN1, but names of cats need UTF8");
    assertThat(query(latin, "select relname from pg_class where relnamespace = 2200")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "locale 'C' template template0",
        "locale_provider icu icu_locale 'tr-TR' template template0"
      })
  void migrate_anyLocale_checksTheSame(String locale) {
    DataSource other = TestPostgres.newDatabase(locale);
    CatSchema.migrate(other);

    assertThat(refusedBySql(other, "name", "x%sx")).isEqualTo(refusedByDomain("x%sx"));
    assertThat(refusedBySql(other, "name", "%sx")).isEqualTo(refusedByDomain("%sx"));
  }

  @Test
  void migrate_onlyConnectionThereIs_isGivenBackAsItWas() throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);

      CatSchema.migrate(new SingleConnectionDataSource(connection));

      assertThat(connection.getAutoCommit()).isFalse();
      assertThat(connection.getTransactionIsolation())
          .isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
      assertThat(query(connection, "show search_path")).containsExactly("\"$user\", public");
      assertThat(query(connection, "select 1 from pg_locks where locktype = 'advisory'")).isEmpty();
    }
  }

  @Test
  void migrate_currentSchemaOfTheConnection_getsTheTables() {
    execute(database, "create schema app; create table public.cats (unrelated int)");

    CatSchema.migrate(with("search_path=app,public"));

    assertThat(
            query(
                database,
                "select schemaname || '.' || tablename from pg_tables"
                    + " where schemaname in ('app', 'public') order by 1"))
        .containsExactly(
            "app.cats", "app.cats_idempotency_keys", "app.cats_schema_history", "public.cats");
  }

  @Test
  void migrate_noCurrentSchema_isRefused() {
    assertThatThrownBy(() -> CatSchema.migrate(with("search_path=nowhere")))
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("search_path");
  }

  @Test
  void migrate_classLoaderOfTheCallerThatKnowsNothing_works() {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try {
      CatSchema.migrate(database);
    } finally {
      thread.setContextClassLoader(before);
    }
    assertThat(columnsOf("cats")).hasSize(5);
  }

  @Test
  void migrate_doneAndRefused_logsNothing() {
    Logger logger = (Logger) LoggerFactory.getLogger("org.flywaydb");
    ListAppender<ILoggingEvent> appender = new ListAppender<>();
    appender.start();
    logger.addAppender(appender);
    try {
      CatSchema.migrate(database);
      DataSource other = TestPostgres.newDatabase();
      execute(other, "create view cats as select 1");
      assertThatThrownBy(() -> CatSchema.migrate(other)).isInstanceOf(SchemaException.class);
    } finally {
      logger.detachAppender(appender);
    }
    assertThat(appender.list).isEmpty();
  }

  private List<String> columnsOf(String table) {
    return query(
        database,
        """
        select attname || '|' || format_type(atttypid, atttypmod) || coalesce(' ' || collname, '')
          || '|' || case when attnotnull then 'f' else 't' end
          || '|' || coalesce(pg_get_expr(adbin, adrelid), '')
        from pg_attribute
        left join pg_attrdef on adrelid = attrelid and adnum = attnum
        left join pg_collation c on c.oid = attcollation and collname <> 'default'
        where attrelid = '%s'::regclass and attnum > 0 and not attisdropped order by attnum
        """
            .formatted(table));
  }
}
