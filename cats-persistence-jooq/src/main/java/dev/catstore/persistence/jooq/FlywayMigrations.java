package dev.catstore.persistence.jooq;

import dev.catstore.domain.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogFactory;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.jooq.tools.jdbc.SingleConnectionDataSource;

/** Flyway, which is loaded only where a database is not up to date. */
final class FlywayMigrations {
  /** Applied, but not by a migration that this code has. */
  private static final Set<MigrationState> UNKNOWN =
      EnumSet.of(
          MigrationState.FUTURE_SUCCESS,
          MigrationState.FUTURE_FAILED,
          MigrationState.MISSING_SUCCESS,
          MigrationState.MISSING_FAILED);

  private FlywayMigrations() {}

  /**
   * Applies what this database lacks.
   *
   * @throws SchemaException if it cannot be taken as it is
   * @throws StoreUnavailableException if it is away, lost or too busy
   */
  static void run(Connection connection) throws SQLException {
    boolean begun = CatSchema.hasHistory(connection);
    FluentConfiguration configuration =
        Flyway.configure(CatSchema.class.getClassLoader())
            .dataSource(new SingleConnectionDataSource(connection))
            .locations("classpath:dev/catstore/persistence/jooq/migrations")
            .failOnMissingLocations(true)
            .table(CatSchema.HISTORY)
            .createSchemas(false)
            .baselineOnMigrate(true)
            .baselineVersion("0")
            .group(true);
    // A transactional lock would be held on a second connection, and there is only one.
    configuration
        .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
        .setTransactionalLock(false);
    Flyway flyway = configuration.load();
    // Every failure comes as an exception; the rest would go to standard output in many services.
    // Loading any Flyway has just discarded the log creator of the service, if it had set one.
    LogFactory.setLogCreator(type -> new SilentLog());
    try {
      if (!begun) {
        requireRightToCreate(connection);
      }
      refuseUnknown(flyway.info().all());
      flyway.migrate();
    } catch (FlywayException e) {
      if (!begun) {
        removeHistory(connection, e);
      }
      throw meaningOf(e);
    } finally {
      LogFactory.setLogCreator(null);
    }
  }

  /** Flyway would try for ten seconds. */
  private static void requireRightToCreate(Connection connection) throws SQLException {
    String forbidden =
        CatSchema.queryForText(
            connection,
            "select case when not has_schema_privilege(current_schema(), 'create') then current_schema() end");
    if (forbidden != null) {
      throw new SchemaException(
          "the schema cannot be brought up to date: permission denied for schema "
              + forbidden
              + CatSchema.WHO_MAY);
    }
  }

  /** Flyway creates the history before it migrates. */
  private static void removeHistory(Connection connection, FlywayException failure) {
    try {
      CatSchema.execute(connection, "drop table if exists " + CatSchema.HISTORY);
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  private static void refuseUnknown(MigrationInfo[] migrations) {
    Optional<MigrationInfo> unknown =
        Arrays.stream(migrations).filter(found -> UNKNOWN.contains(found.getState())).findFirst();
    if (unknown.isPresent()) {
      throw new SchemaException(
          "the schema of the database is newer than this code, which does not know its migration "
              + unknown.get().getVersion()
              + " ("
              + unknown.get().getDescription()
              + "); use a newer version of the code");
    }
  }

  private static RuntimeException meaningOf(FlywayException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return CatSchema.meaningOf(sql, failure);
      }
    }
    return new SchemaException(
        failure instanceof FlywayValidateException
            ? CatSchema.HISTORY + " records other migrations than this code has"
            : "the schema cannot be brought up to date: " + CatSchema.oneLine(failure.getMessage()),
        failure);
  }

  private static final class SilentLog implements Log {
    @Override
    public void debug(String message) {}

    @Override
    public void info(String message) {}

    @Override
    public void warn(String message) {}

    @Override
    public void error(String message) {}

    @Override
    public void error(String message, Exception e) {}

    @Override
    public void notice(String message) {}
  }
}
