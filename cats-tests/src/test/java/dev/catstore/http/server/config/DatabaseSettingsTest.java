package dev.catstore.http.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The settings of the database. */
class DatabaseSettingsTest extends SettingsTestCase {
  @Test
  void database_withAllVariables_isThatOne() throws Exception {
    assertThat(settings(DATABASE).database())
        .contains(
            new DatabaseSettings(
                List.of("db.example:5432"), "test", SECRET, "example", "prefer", Optional.empty()));
  }

  @Test
  void database_passwordInWhiteSpace_isTakenAsItStands() throws Exception {
    assertThat(settings(with("POSTGRES_PASSWORD", " a b ")).database().orElseThrow().password())
        .isEqualTo(" a b ");
  }

  @ParameterizedTest
  @CsvSource({"'a b',a b", "'a b\n',a b", "'a b\r\n',a b", "'a\n\n','a\n'"})
  void database_passwordInAFile_isTakenWithoutTheEndOfItsLine(
      String content, String password, @TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("password"), content);
    Map<String, String> environment = with("POSTGRES_PASSWORD_FILE", file.toString());
    environment.remove("POSTGRES_PASSWORD");
    assertThat(settings(environment).database().orElseThrow().password()).isEqualTo(password);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
  void database_passwordFileWithAMark_isReadWithoutIt(String charset, @TempDir Path folder)
      throws Exception {
    byte[] bytes = "\uFEFF\u00e4 b\r\n".getBytes(charset);
    Path file = Files.write(folder.resolve("password"), bytes);
    assertThat(settings(withFile(file)).database().orElseThrow().password()).isEqualTo("\u00e4 b");
  }

  @ParameterizedTest
  @CsvSource({"UTF-16LE,ab", "UTF-16BE,ab", "UTF-16LE,a\u00e4b", "ISO-8859-1,a\u00e4b"})
  void database_passwordFileInAnotherEncoding_isRefused(
      String charset, String password, @TempDir Path folder) throws Exception {
    Path file = Files.write(folder.resolve("password"), password.getBytes(charset));
    assertThat(refused(withFile(file)))
        .isEqualTo(
            "wrong settings: POSTGRES_PASSWORD_FILE must be a file that the server can read, in"
                + " UTF-8, or in UTF-16 with a byte order mark");
  }

  @Test
  void database_passwordFileThatChanges_isReadAgain(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "first\n");
    DatabaseSettings database = settings(withFile(file)).database().orElseThrow();
    Files.writeString(file, "second\n");
    assertThat(database.currentPassword()).isEqualTo("second");
    Files.delete(file);
    assertThat(database.currentPassword()).isEqualTo("first");
  }

  private static Map<String, String> withFile(Path file) {
    Map<String, String> environment = with("POSTGRES_PASSWORD_FILE", file.toString());
    environment.remove("POSTGRES_PASSWORD");
    return environment;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "postgresql://cats:the-secret@db.example/cats|a URL: its parts belong in POSTGRES_HOST,"
            + " POSTGRES_PORT, POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB",
        "/var/run/postgresql|the folder of a socket: the server connects over TCP only",
        "@socket|the folder of a socket: the server connects over TCP only",
        "db.example:5432|a port: it belongs in POSTGRES_PORT",
        "[::1]:5432|a port: it belongs in POSTGRES_PORT",
        "db.example/x?ApplicationName=x|characters that are in no host",
        "127.0.0.1:5432/db?password=the-secret|characters that are in no host",
        "cats:the-secret@db.example|characters that are in no host",
        "db.example#x|characters that are in no host",
        "db example|characters that are in no host"
      })
  void database_hostThatIsNone_isRefusedByThatName(String host, String kind) {
    assertThat(refused(with("POSTGRES_HOST", host)))
        .isEqualTo(
            "wrong settings: POSTGRES_HOST must be host names or addresses, but has " + kind);
  }

  @Test
  void database_passwordFileThatIsNone_isRefused(@TempDir Path folder) throws Exception {
    Map<String, String> environment = with("POSTGRES_PASSWORD_FILE", folder.toString());
    assertThat(refused(environment))
        .contains("POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are both set: set one of them");
    environment.remove("POSTGRES_PASSWORD");
    assertThat(refused(environment))
        .contains("POSTGRES_PASSWORD_FILE must be a file that the server can read, in UTF-8");
    Path empty = Files.writeString(folder.resolve("password"), "\n");
    environment.put("POSTGRES_PASSWORD_FILE", empty.toString());
    assertThat(refused(environment))
        .contains("POSTGRES_PASSWORD_FILE must have the password, but it is empty");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a,b|1|a:1,b:1",
        "a,b|1,2|a:1,b:2",
        "a , b|1 , 2|a:1,b:2",
        "192.0.2.1|65535|192.0.2.1:65535",
        "::1|1|[0:0:0:0:0:0:0:1]:1",
        "[::1]|1|[0:0:0:0:0:0:0:1]:1"
      })
  void database_hostsAndPorts_arePaired(String hosts, String ports, String servers)
      throws Exception {
    Map<String, String> environment = with("POSTGRES_HOST", hosts);
    environment.put("POSTGRES_PORT", ports);
    assertThat(settings(environment).database().orElseThrow().servers())
        .containsExactly(servers.split(",", -1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"a|1,2", "a,b,c|1,2"})
  void database_hostsAndPortsThatDoNotPair_areRefused(String hosts, String ports) {
    Map<String, String> environment = with("POSTGRES_HOST", hosts);
    environment.put("POSTGRES_PORT", ports);
    assertThat(refused(environment))
        .isEqualTo(
            "wrong settings: POSTGRES_PORT must have one port, or one for each host of"
                + " POSTGRES_HOST");
  }

  @ParameterizedTest
  @ValueSource(strings = {",", "a,,b", "a,", ",a"})
  void database_withAnEmptyHost_isRefused(String hosts) {
    assertThat(refused(with("POSTGRES_HOST", hosts)))
        .isEqualTo("wrong settings: POSTGRES_HOST must be host names with commas between them");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65536", "x", "-5432", "x,70000"})
  void database_portOutOfRange_isRefusedOnce(String port) {
    Map<String, String> environment = with("POSTGRES_PORT", port);
    environment.put("POSTGRES_HOST", "a,b");
    assertThat(refused(environment))
        .isEqualTo("wrong settings: POSTGRES_PORT must be a whole number from 1 to 65535");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POSTGRES_HOST",
        "POSTGRES_PORT",
        "POSTGRES_USER",
        "POSTGRES_PASSWORD",
        "POSTGRES_DB"
      })
  void database_oneVariableMissing_isNamed(String variable) {
    Map<String, String> environment = new HashMap<>(DATABASE);
    environment.remove(variable);
    assertThat(refused(environment))
        .isEqualTo(
            "wrong settings: %s is missing: set all of POSTGRES_HOST, POSTGRES_PORT, POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB for your own database, or none for the server's own"
                .formatted(variable));
    assertThat(refused(with(variable, " "))).isEqualTo(refused(environment));
  }

  @Test
  void database_someVariablesMissing_areAllNamed() {
    assertThat(refused(Map.of("POSTGRES_PORT", "5432", "POSTGRES_PASSWORD", SECRET)))
        .startsWith("wrong settings: POSTGRES_HOST, POSTGRES_USER, POSTGRES_DB are missing: ");
  }

  @Test
  void toString_always_hidesThePassword() throws Exception {
    Settings settings = settings(DATABASE);
    assertThat(settings.toString()).contains("example on db.example:5432").doesNotContain(SECRET);
    assertThat(settings.database().orElseThrow()).hasToString("example on db.example:5432");
  }
}
