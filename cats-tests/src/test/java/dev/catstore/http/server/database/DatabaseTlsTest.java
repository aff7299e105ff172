package dev.catstore.http.server.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.domain.NewCat;
import dev.catstore.http.server.config.StartupException;
import dev.catstore.support.Slow;
import dev.catstore.support.TestAuthority;
import dev.catstore.support.TestPostgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** TLS to a PostgreSQL that takes nothing else, and is known as localhost. */
@Slow
@Timeout(300)
final class DatabaseTlsTest {
  @TempDir private static Path folder;
  private static TestAuthority authority;
  private static TestAuthority stranger;
  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void start() throws Exception {
    authority = TestAuthority.in(folder.resolve("authority"));
    stranger = TestAuthority.in(folder.resolve("stranger"));
    Path access = folder.resolve("pg_hba.conf");
    Files.writeString(access, "hostssl all all localhost trust\n");
    Path made = authority.certify("localhost");
    postgres =
        EmbeddedPostgres.builder()
            .setServerConfig("ssl", "on")
            .setServerConfig("ssl_key_file", made.resolve("localhost.key").toString())
            .setServerConfig("ssl_cert_file", made.resolve("localhost.pem").toString())
            .setServerConfig("hba_file", access.toString())
            .start();
  }

  @AfterAll
  static void stop() throws IOException {
    postgres.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"allow", "prefer", "require"})
  void mode_withoutVerification_encrypts(String mode) throws Exception {
    assertEncrypts(settings("localhost", mode));
  }

  @ParameterizedTest
  @ValueSource(strings = {"verify-ca", "verify-full"})
  void certificate_ofTheNamedAuthority_isTrusted(String mode) throws Exception {
    assertEncrypts(settings("localhost", mode, authority));
  }

  @Test
  void certificate_forAnotherHost_isTrustedIfOnlyItsAuthorityIsVerified() throws Exception {
    assertEncrypts(settings("127.0.0.1", "verify-ca", authority));
  }

  @ParameterizedTest
  @ValueSource(strings = {"verify-ca", "verify-full"})
  void certificate_ofAnotherAuthority_isRefused(String mode) {
    assertRefused(
        settings("localhost", mode, stranger),
        "is not trusted (POSTGRES_SSLMODE=" + mode + "): Path does not chain");
  }

  @Test
  void certificate_forAnotherHost_isRefused() {
    assertRefused(
        settings("127.0.0.1", "verify-full", authority),
        "is not trusted (POSTGRES_SSLMODE=verify-full): The hostname 127.0.0.1 could not be"
            + " verified");
  }

  @Test
  void rootCertificate_thatIsNone_isRefused() throws Exception {
    Path none = Files.writeString(folder.resolve("none.pem"), "nonsense");
    Map<String, String> settings = settings("localhost", "verify-full");
    settings.put("POSTGRES_SSLROOTCERT", none.toString());
    assertThatThrownBy(() -> open(settings).close())
        .hasMessage(
            "wrong settings: POSTGRES_SSLROOTCERT must be a file with certificates that the server"
                + " can read");
  }

  @Test
  void serverThatWantsTls_refusesWithoutIt() {
    assertRefused(
        settings("localhost", "disable"),
        "refuses the connection: FATAL: no pg_hba.conf entry",
        "no encryption");
  }

  @Test
  void serverWithoutTls_isRefusedWhereItIsRequired() throws Exception {
    var plain = TestPostgres.newDatabase().unwrap(PGSimpleDataSource.class);
    Map<String, String> settings = settings("localhost", "require");
    settings.put("POSTGRES_PORT", Integer.toString(plain.getPortNumbers()[0]));
    assertRefused(settings, "refuses the connection: The server does not support SSL");
  }

  private static Map<String, String> settings(String host, String mode) {
    Map<String, String> settings = new HashMap<>();
    settings.put("POSTGRES_HOST", host);
    settings.put("POSTGRES_PORT", Integer.toString(postgres.getPort()));
    settings.put("POSTGRES_USER", "postgres");
    settings.put("POSTGRES_PASSWORD", "not asked for");
    settings.put("POSTGRES_DB", "postgres");
    settings.put("POSTGRES_SSLMODE", mode);
    return settings;
  }

  private static Map<String, String> settings(String host, String mode, TestAuthority verifiedBy) {
    Map<String, String> settings = settings(host, mode);
    settings.put("POSTGRES_SSLROOTCERT", verifiedBy.certificate().toString());
    return settings;
  }

  private static Database open(Map<String, String> settings) throws StartupException {
    return OpenDatabase.with(settings);
  }

  private static void assertEncrypts(Map<String, String> settings) throws Exception {
    try (Database database = open(settings)) {
      assertThat(database.store().add(new NewCat("Tom", 100, "manx")).revision()).isEqualTo(1);
      assertThat(
              ask(
                  "select bool_and(ssl) from pg_stat_ssl join pg_stat_activity using (pid)"
                      + " where application_name = 'cats'"))
          .isEqualTo("t");
    }
  }

  private static String ask(String question) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(question)) {
      answer.next();
      return answer.getString(1);
    }
  }

  /** In a line, at once: nothing of it would change by waiting. */
  private static void assertRefused(Map<String, String> settings, String... why) {
    settings.put("CATS_DATABASE_WAIT", "9999m");
    assertThatThrownBy(() -> open(settings).close())
        .isInstanceOf(StartupException.class)
        .satisfies(
            it ->
                assertThat(it.getMessage())
                    .startsWith("the database postgres on " + settings.get("POSTGRES_HOST") + ":")
                    .contains(why)
                    .doesNotContain("\n", "Exception", "java.", "not asked for"));
  }
}
