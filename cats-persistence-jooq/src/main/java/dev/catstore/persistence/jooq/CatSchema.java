package dev.catstore.persistence.jooq;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** Stub. */
public final class CatSchema {
  private CatSchema() {}

  /** Stub. */
  public static void migrate(DataSource dataSource) {
    Flyway.configure(CatSchema.class.getClassLoader())
        .dataSource(dataSource)
        .locations("classpath:dev/catstore/persistence/jooq/migrations")
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .table("cats_schema_history")
        .load()
        .migrate();
  }
}
