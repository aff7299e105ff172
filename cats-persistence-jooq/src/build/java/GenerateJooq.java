import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.flywaydb.core.Flyway;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Jdbc;
import org.jooq.meta.jaxb.Logging;
import org.jooq.meta.jaxb.Target;

/**
 * Run by the build: starts a PostgreSQL, applies the migrations, and generates jOOQ's classes from
 * what is there then. Arguments: the folder of the migrations, the folder to generate into.
 */
public final class GenerateJooq {
  public static void main(String[] arguments) throws Exception {
    String migrations = arguments[0];
    String output = arguments[1];
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
      Flyway.configure()
          .dataSource(postgres.getPostgresDatabase())
          .locations("filesystem:" + migrations)
          .load()
          .migrate();
      GenerationTool.generate(
          new Configuration()
              .withLogging(Logging.WARN)
              .withJdbc(
                  new Jdbc()
                      .withUrl(postgres.getJdbcUrl("postgres", "postgres"))
                      .withUser("postgres"))
              .withGenerator(
                  new Generator()
                      .withDatabase(
                          new Database()
                              .withInputSchema("public")
                              .withIncludes("cats|cats_id_seq|cats_idempotency_keys")
                              .withOutputSchemaToDefault(true)
                              .withIncludeSystemSequences(true))
                      .withGenerate(
                          new Generate().withGeneratedAnnotation(false).withRecords(false))
                      .withTarget(
                          new Target()
                              .withPackageName("dev.catstore.persistence.jooq.generated")
                              .withDirectory(output))));
    }
  }
}
