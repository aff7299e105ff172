package dev.catstore.http.server.database;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.http.server.config.DatabaseSettings;
import dev.catstore.persistence.jooq.CatSchema;
import dev.catstore.support.CapturedLog;
import dev.catstore.support.Slow;
import dev.catstore.support.TestPostgres;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** What a server says that is missing, of its database. */
@Slow
@Timeout(120)
final class DatabaseReadinessTest {
  private static final String IN_USE = "All connections to the database are in use.";
  private static final String AWAY = "The database cannot be reached.";
  private static final String REFUSES = "The database accepts no connections now.";
  private static final String STANDBY = "The database is read-only: it is a standby.";

  private final CapturedLog log = new CapturedLog(Database.class);

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void missing_whileAllConnectionsAreInUse_saysSo() throws Exception {
    DataSource given = TestPostgres.newDatabase();
    try (Database database = open(given, "postgres");
        Connection other = given.getConnection();
        Statement statement = other.createStatement()) {
      MeterRegistry meters = new SimpleMeterRegistry();
      database.registerMetrics(meters);
      assertThat(database.missing()).isEmpty();
      other.setAutoCommit(false);
      statement.execute("lock table cats in access exclusive mode");
      var waiting = CompletableFuture.supplyAsync(() -> database.store().find(1));
      var active = meters.get("hikaricp.connections.active").tag("pool", "cats").gauge();
      while (active.value() < 1) {
        Thread.onSpinWait();
      }
      assertThat(database.missing()).contains(IN_USE);
      other.rollback();
      assertThat(waiting.get(60, SECONDS)).isEmpty();
      assertThat(database.missing()).isEmpty();
    }
  }

  @Test
  void missing_whileTheDatabaseTakesNoConnections_saysSo() throws Exception {
    var given = (PGSimpleDataSource) TestPostgres.newDatabase();
    try (Database database = open(given, "postgres")) {
      assertThat(database.missing()).isEmpty();
      var maintenance = (PGSimpleDataSource) TestPostgres.newDatabase();
      execute(
          maintenance,
          "alter database %s allow_connections false".formatted(given.getDatabaseName()),
          terminate(given));
      assertThat(database.missing()).contains(REFUSES);
      assertThat(database.missing()).contains(REFUSES);
      execute(
          maintenance,
          "alter database %s allow_connections true".formatted(given.getDatabaseName()));
      await(database, Optional.empty());
    }
  }

  @Test
  void missing_whileTheDatabaseIsAStandbyOrAway_saysSo(@TempDir Path folder) throws Exception {
    EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, 20);
    var given = new PGSimpleDataSource();
    DatabaseSettings settings = postgres.settings();
    given.setUrl("jdbc:postgresql://" + settings.servers().get(0) + "/" + settings.name());
    given.setUser(settings.user());
    given.setPassword(settings.password());
    try (postgres;
        Database database = open(given, settings.password())) {
      assertThat(database.missing()).isEmpty();
      // What a session of a standby says, which is what the driver goes by too.
      execute(
          given, "alter system set default_transaction_read_only = on", "select pg_reload_conf()");
      await(database, Optional.of(STANDBY));
      execute(given, terminate(given));
      assertThat(database.missing()).contains(STANDBY);
      execute(
          given,
          "set default_transaction_read_only = off",
          "alter system reset default_transaction_read_only",
          "select pg_reload_conf()");
      await(database, Optional.empty());
      postgres.close();
      assertThat(database.missing()).contains(AWAY);
      assertThat(database.missing()).contains(AWAY);
    }
  }

  @Test
  void missing_forARoleThatLacksARight_namesIt() throws Exception {
    var owners = (PGSimpleDataSource) TestPostgres.newDatabase();
    String role = owners.getDatabaseName() + "_serving";
    CatSchema.migrate(owners);
    execute(
        owners,
        "create role %s login".formatted(role),
        "grant all on cats, cats_idempotency_keys, cats_schema_history to " + role,
        "grant usage on sequence cats_id_seq to " + role);
    var given = new PGSimpleDataSource();
    given.setUrl(owners.getUrl());
    given.setUser(role);
    try (Database database = open(given, "any")) {
      assertThat(database.missing())
          .contains("The database role lacks rights: update on sequence cats_id_seq.");
      execute(owners, "grant update on sequence cats_id_seq to " + role);
      assertThat(database.missing()).isEmpty();
    }
  }

  private static String terminate(PGSimpleDataSource database) {
    return "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
        + " and datname = '%s'".formatted(database.getDatabaseName());
  }

  /** Until it says so; the test's time limit ends the search. */
  private static void await(Database database, Optional<String> missing) {
    while (!database.missing().equals(missing)) {
      Thread.onSpinWait();
    }
  }

  private static void execute(DataSource database, String... statements) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static Database open(DataSource given, String password) throws Exception {
    var database = (PGSimpleDataSource) given;
    Map<String, String> settings = new HashMap<>();
    settings.put("POSTGRES_HOST", database.getServerNames()[0]);
    settings.put("POSTGRES_PORT", Integer.toString(database.getPortNumbers()[0]));
    settings.put("POSTGRES_USER", String.valueOf(database.getUser()));
    settings.put("POSTGRES_PASSWORD", password);
    settings.put("POSTGRES_DB", String.valueOf(database.getDatabaseName()));
    settings.put("CATS_POOL_SIZE", "1");
    settings.put("CATS_POOL_WAIT", "500ms");
    return OpenDatabase.with(settings);
  }
}
