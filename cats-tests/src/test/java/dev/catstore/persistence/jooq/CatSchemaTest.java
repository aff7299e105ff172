package dev.catstore.persistence.jooq;

import static dev.catstore.persistence.jooq.CatSchemaAdoptionTest.TUTORIALS_TABLE;
import static dev.catstore.persistence.jooq.CatSchemaAdoptionTest.execute;
import static dev.catstore.persistence.jooq.CatSchemaAdoptionTest.query;
import static dev.catstore.persistence.jooq.CatSchemaAdoptionTest.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.InvalidValueException;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.support.Slow;
import dev.catstore.support.TestPostgres;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jooq.tools.jdbc.SingleConnectionDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.LoggerFactory;

@Slow
final class CatSchemaTest {
  private static final String FOR_CATS = "relation = 'cats'::regclass";

  private final DataSource database = TestPostgres.newDatabase();

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
            "cat_id|bigint|f|",
            "name|character varying(100) C|f|",
            "price|integer|f|",
            "breed|character varying(100) C|f|",
            "added_at|timestamp with time zone|f|now()");
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
  void migrate_roleThatMayNotMakeTheExtension_goesOnWithoutItsIndex() throws Exception {
    execute(database, "create role plain_of_trigrams login");
    execute(database, "grant all on schema public to plain_of_trigrams");

    PGSimpleDataSource plain = database.unwrap(PGSimpleDataSource.class);
    plain.setUser("plain_of_trigrams");
    CatSchema.migrate(plain);

    assertThat(query(plain, "select extname from pg_extension")).doesNotContain("pg_trgm");
    assertThat(query(plain, "select indexname from pg_indexes where indexname like 'cats_name%'"))
        .containsExactly("cats_name_id_idx");
    JooqCatStore store = JooqCatStore.on(plain);
    store.add(new NewCat("Tom", 1, "manx"));
    assertThat(store.count(CatFilter.ALL.withNamePart("oM"))).isEqualTo(1);
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

  @ParameterizedTest
  @ValueSource(strings = {"", "create table other ()", TUTORIALS_TABLE})
  void migrate_severalAtOnce_allSucceed(String found) throws Exception {
    for (int round = 0; round < 5; round++) {
      DataSource fresh = TestPostgres.newDatabase();
      execute(fresh, found);
      int servers = 4;
      CyclicBarrier together = new CyclicBarrier(servers);
      ExecutorService threads = Executors.newFixedThreadPool(servers);
      try {
        List<Future<?>> runs = new ArrayList<>();
        for (int i = 0; i < servers; i++) {
          runs.add(
              threads.submit(
                  () -> {
                    together.await();
                    CatSchema.migrate(fresh);
                    return null;
                  }));
        }
        for (Future<?> run : runs) {
          run.get();
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(query(fresh, "select version from cats_schema_history where version > '0'"))
          .containsExactly("1", "2", "3", "4", "5");
    }
  }

  @Test
  void migrate_schemaNewerThanTheCode_isRefusedAndChangesNothing() {
    CatSchema.migrate(database);
    execute(
        database,
        "insert into cats_schema_history (installed_rank, version, description, type, script,"
            + " checksum, installed_by, execution_time, success) values"
            + " (99, '4711', 'colours', 'SQL', 'V4711__colours.sql', 1, 'x', 1, true)");
    String before = snapshot(database);

    assertThatThrownBy(() -> CatSchema.migrate(database))
        .isInstanceOf(SchemaException.class)
        .hasMessage(
            "the schema of the database is newer than this code, which does not know its"
                + " migration 4711 (colours); use a newer version of the code");
    assertThat(snapshot(database)).isEqualTo(before);
  }

  @Test
  void migrate_historyOfOtherMigrations_isRefused() {
    CatSchema.migrate(database);
    execute(database, "update cats_schema_history set checksum = 1 where version = '2'");

    assertThatThrownBy(() -> CatSchema.migrate(database))
        .isInstanceOf(SchemaException.class)
        .hasMessage("cats_schema_history records other migrations than this code has");
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
  void migrate_databaseAway_isUnavailable() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    PGSimpleDataSource away = new PGSimpleDataSource();
    away.setUrl("jdbc:postgresql://127.0.0.1:" + port + "/cats");

    assertThatThrownBy(() -> CatSchema.migrate(away))
        .isInstanceOf(StoreUnavailableException.class)
        .hasCauseInstanceOf(SQLException.class);
  }

  @Test
  void migrate_noSuchDatabase_isNoPassingFailure() {
    PGSimpleDataSource other = new PGSimpleDataSource();
    other.setUrl(((PGSimpleDataSource) database).getUrl());
    other.setUser("postgres");
    other.setDatabaseName("no_such");

    assertThatThrownBy(() -> CatSchema.migrate(other))
        .isInstanceOf(SchemaException.class)
        .hasMessage("the schema cannot be brought up to date: database \"no_such\" does not exist")
        .hasCauseInstanceOf(SQLException.class);
  }

  @Test
  void migrate_tableLockedForTooLong_isUnavailableAndChangesNothing() throws SQLException {
    execute(database, TUTORIALS_TABLE);
    String before = snapshot(database);
    DataSource impatient = with("statement_timeout=300");
    try (Connection holder = database.getConnection()) {
      holder.setAutoCommit(false);
      execute(holder, "lock table cats");

      assertThatThrownBy(() -> CatSchema.migrate(impatient))
          .isInstanceOf(StoreUnavailableException.class)
          .hasCauseInstanceOf(SQLException.class);
      holder.rollback();
    }
    assertThat(snapshot(database)).isEqualTo(before);
    CatSchema.migrate(database);
  }

  @Test
  void migrate_connectionLost_isUnavailable() throws Exception {
    execute(database, TUTORIALS_TABLE);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Connection holder = database.getConnection()) {
      holder.setAutoCommit(false);
      execute(holder, "lock table cats");
      Future<?> run = thread.submit(() -> CatSchema.migrate(database));
      awaitOneThatWaits(run, FOR_CATS);
      execute(
          database,
          "select pg_terminate_backend(pid) from pg_locks"
              + " where relation = 'cats'::regclass and not granted");

      assertThatThrownBy(run::get).hasCauseInstanceOf(StoreUnavailableException.class);
      holder.rollback();
    } finally {
      thread.shutdownNow();
    }
    CatSchema.migrate(database);
  }

  @Test
  void migrate_rowsCommittedWhileItWaitsForTheTable_areSeen() throws Exception {
    execute(database, TUTORIALS_TABLE);
    DataSource strict = with("default_transaction_isolation=serializable");
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Connection holder = database.getConnection()) {
      holder.setAutoCommit(false);
      execute(holder, "insert into cats (id) values (77)");
      Future<?> run = thread.submit(() -> CatSchema.migrate(strict));
      awaitOneThatWaits(run, FOR_CATS);
      holder.commit();

      assertThatThrownBy(run::get)
          .hasCauseInstanceOf(SchemaException.class)
          .hasMessageEndingWith("; ids: 77");
    } finally {
      thread.shutdownNow();
    }
  }

  private void awaitOneThatWaits(Future<?> run, String lock) {
    String waiting = "select 1 from pg_locks where not granted and " + lock;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (query(database, waiting).isEmpty()) {
      assertThat(run).isNotDone();
      assertThat(System.nanoTime()).as("nobody waits: %s", lock).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void migrate_whileAnotherIsAtWork_waitsForIt() throws Exception {
    execute(database, TUTORIALS_TABLE);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (Connection holder = database.getConnection()) {
      holder.setAutoCommit(false);
      execute(holder, "lock table cats");
      Future<?> first = threads.submit(() -> CatSchema.migrate(database));
      awaitOneThatWaits(first, FOR_CATS);
      Future<?> second = threads.submit(() -> CatSchema.migrate(database));
      awaitOneThatWaits(second, "locktype = 'advisory'");
      holder.commit();

      first.get();
      second.get();
    } finally {
      threads.shutdownNow();
    }
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
  void migrate_roleWithoutTheRight_isRefusedReadably() {
    execute(database, "revoke create on schema public from public");

    assertThatThrownBy(() -> CatSchema.migrate(with("role=pg_monitor")))
        .isInstanceOf(SchemaException.class)
        .hasMessage(
            "the schema cannot be brought up to date: permission denied for schema public; use the"
                + " role that owns the schema, or grant this one the rights of one that serves");
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
          name = E'T\\tom'              | cats_name_without_controls
          name = E'T\\u009fom'          | cats_name_without_controls
          name = E'Tom\\u0001'          | cats_name_without_controls
          price = -1                    | cats_price_not_negative
          breed = ''                    | cats_breed_not_empty
          breed = ' bengal'             | cats_breed_stripped
          breed = E'bengal\\u2003'      | cats_breed_stripped
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
                        + " (2, E'\\u00A0x\\u00A0', 1, E'a  b\\u3000c', 1),"
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

  /** The code points c for which a CHECK refuses the pattern with c in its place. */
  private static List<Integer> refusedBySql(DataSource database, String column, String pattern) {
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
                + " where c not between 55296 and 57343 and (c < 65536 or c %% 97 = 0)) as texts"
                    .replace("%%", "%")
                + " where not ("
                + checks
                + ") order by c")
        .stream()
        .map(Integer::valueOf)
        .toList();
  }

  private static List<Integer> refusedByDomain(String pattern) {
    return IntStream.rangeClosed(1, Character.MAX_CODE_POINT)
        .filter(c -> (c < 0xD800 || c > 0xDFFF) && (c < 0x10000 || c % 97 == 0))
        .filter(c -> !isOfTheDomain(pattern.replace("%s", Character.toString(c))))
        .boxed()
        .toList();
  }

  private static boolean isOfTheDomain(String text) {
    try {
      return new NewCat(text, 0, "bengal").name().equals(text);
    } catch (InvalidValueException e) {
      return false;
    }
  }

  private DataSource with(String setting) {
    PGSimpleDataSource other = new PGSimpleDataSource();
    other.setUrl(((PGSimpleDataSource) database).getUrl());
    other.setUser("postgres");
    other.setOptions("-c " + setting);
    return other;
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
