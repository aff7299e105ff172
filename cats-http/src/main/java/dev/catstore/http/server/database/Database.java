package dev.catstore.http.server.database;

import com.zaxxer.hikari.HikariDataSource;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.http.routes.Readiness;
import dev.catstore.http.server.config.DatabaseSettings;
import dev.catstore.http.server.config.PoolSettings;
import dev.catstore.http.server.config.StartupException;
import dev.catstore.persistence.jooq.CatSchema;
import dev.catstore.persistence.jooq.JooqCatStore;
import dev.catstore.persistence.jooq.SchemaException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The database that is served: it answers, its schema is up to date, and it has pools. */
public final class Database implements AutoCloseable {
  private final DatabaseProbe probe;
  private final String version;
  private final HikariDataSource streams;
  private final HikariDataSource pool;
  private final JooqCatStore store;

  private Database(
      DatabaseProbe probe,
      String version,
      HikariDataSource streams,
      HikariDataSource pool,
      JooqCatStore store) {
    this.probe = probe;
    this.version = version;
    this.streams = streams;
    this.pool = pool;
    this.store = store;
  }

  /**
   * Waits for a database, brings its schema up to date, and opens pools for it.
   *
   * @param wait how long to wait for a database that does not answer yet
   */
  public static Database open(DatabaseSettings settings, PoolSettings pools, Duration wait)
      throws StartupException {
    var probe = new DatabaseProbe(settings);
    String version = probe.awaitAnswer(wait, pools.timeout());
    HikariDataSource streams = migrated(settings, pools);
    HikariDataSource pool = ConnectionPools.forRequests(settings, pools);
    JooqCatStore store = JooqCatStore.on(pool, streams);
    if (!pools.slow().isZero()) {
      store = store.loggingSlowStatements(pools.slow());
    }
    if (!pools.coalesce()) {
      store = store.withoutCoalescing();
    }
    return new Database(probe, version, streams, pool, store);
  }

  /**
   * Waits for a database, and brings its schema up to date.
   *
   * @return the version of the database
   */
  public static String migrate(DatabaseSettings settings, PoolSettings pools, Duration wait)
      throws StartupException {
    String version = new DatabaseProbe(settings).awaitAnswer(wait, pools.timeout());
    migrated(settings, pools).close();
    return version;
  }

  /** The pool for streams, which has migrated the schema: a migration may take long too. */
  private static HikariDataSource migrated(DatabaseSettings settings, PoolSettings pools)
      throws StartupException {
    HikariDataSource streams = ConnectionPools.forStreams(settings, pools);
    try {
      CatSchema.migrate(streams);
      return streams;
    } catch (SchemaException | StoreUnavailableException e) {
      streams.close();
      throw new StartupException(DatabaseProbe.firstLine(e), e);
    }
  }

  /** The cats in it. Streams have their own connections, and so leave the others theirs. */
  public JooqCatStore store() {
    return store;
  }

  /** The version of PostgreSQL, for example {@code 18.6}. */
  public String version() {
    return version;
  }

  /** Registers the metrics of the pools in a registry that HikariCP supports. */
  public void registerMetrics(Object registry) {
    pool.setMetricRegistry(registry);
    streams.setMetricRegistry(registry);
  }

  /** What keeps cats from being served and changed, for clients; empty if nothing does. */
  public Optional<String> missing() {
    return probe.missing(pool).or(Readiness.of(store)::missing).or(this::missingRights);
  }

  private Optional<String> missingRights() {
    List<String> missing = CatSchema.missingRights(pool);
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of("The database role lacks rights: " + String.join(", ", missing) + ".");
  }

  @Override
  public void close() {
    streams.close();
    pool.close();
  }
}
