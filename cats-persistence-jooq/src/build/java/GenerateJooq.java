import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
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
 * what is there then, and the list of the migrations. Arguments: the folder of the migrations, the
 * folder to generate into.
 */
public final class GenerateJooq {
  private static final String PACKAGE = "dev.catstore.persistence.jooq.generated";

  public static void main(String[] arguments) throws Exception {
    String migrations = arguments[0];
    String output = arguments[1];
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
      Flyway flyway =
          Flyway.configure()
              .dataSource(postgres.getPostgresDatabase())
              .locations("filesystem:" + migrations)
              .load();
      flyway.migrate();
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
                      .withTarget(new Target().withPackageName(PACKAGE).withDirectory(output))));
      writeMigrations(flyway.info().applied(), Path.of(output));
    }
  }

  /** What a database that is up to date says of itself. */
  private static void writeMigrations(MigrationInfo[] applied, Path output) throws IOException {
    String versions =
        Arrays.stream(applied)
            .map(it -> it.getVersion() + " " + it.getChecksum())
            .collect(Collectors.joining(", "));
    Files.writeString(
        output.resolve(PACKAGE.replace('.', '/')).resolve("Migrations.java"),
        """
        package %s;

        /** The migrations of this code. */
        public final class Migrations {
          /** The version and Flyway's checksum of each, in their order. */
          public static final String ALL = "%s";

          private Migrations() {}
        }
        """
            .formatted(PACKAGE, versions));
  }
}
