package dev.catstore.http.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

/** The settings of the server, and how wrong ones are refused. */
class SettingsTest extends SettingsTestCase {
  @Test
  void of_nothing_isTheDefaults() throws Exception {
    Settings settings = settings(Map.of());
    assertThat(settings.http().host().getHostAddress()).isEqualTo("127.0.0.1");
    assertThat(settings.http().port()).isEqualTo(5000);
    assertThat(settings.http().basePath()).isEmpty();
    assertThat(settings.http().allowedHosts())
        .containsExactlyInAnyOrder("localhost", "127.0.0.1", "[0:0:0:0:0:0:0:1]");
    assertThat(settings.dataFolder()).isEqualTo(Path.of("cats-data").toAbsolutePath());
    assertThat(settings.databaseWait()).isEqualTo(Duration.ofSeconds(15));
    assertThat(settings.database()).isEmpty();
    assertThat(settings.log())
        .isEqualTo(LogSettings.DEFAULT)
        .isEqualTo(new LogSettings(LogSettings.Format.TEXT, Level.WARN, false));
    assertThat(settings.pool().slow()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings.pool().coalesce()).isTrue();
    assertThat(settings.http().limits().stopDelay()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t"})
  void of_emptyVariables_isTheDefaults(String empty) throws Exception {
    Map<String, String> environment = new HashMap<>();
    for (String variable :
        List.of(
            "CATS_HOST",
            "CATS_PORT",
            "CATS_ALLOWED_HOSTS",
            "CATS_ALLOW_ANONYMOUS",
            "CATS_DATA_DIR",
            "CATS_DATABASE_WAIT",
            "CATS_LOG_FORMAT",
            "CATS_LOG_LEVEL",
            "CATS_ACCESS_LOG",
            "CATS_SLOW_STATEMENT",
            "CATS_STOP_DELAY")) {
      environment.put(variable, empty);
    }
    DATABASE.keySet().forEach(variable -> environment.put(variable, empty));
    assertThat(settings(environment)).isEqualTo(settings(Map.of()));
  }

  @Test
  void of_valuesInWhiteSpace_isThoseWithoutIt() throws Exception {
    assertThat(settings(Map.of("CATS_PORT", " 8080 ", "CATS_DATABASE_WAIT", "1s\n")))
        .isEqualTo(settings(Map.of("CATS_PORT", "8080", "CATS_DATABASE_WAIT", "1s")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.0.2", "::1", "[::1]", "localhost"})
  void host_ofLoopback_isTaken(String host) throws Exception {
    assertThat(settings(Map.of("CATS_HOST", host)).http().host())
        .isEqualTo(InetAddress.getByName(host));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1"})
  void host_ofOthersThanLoopback_isTakenOnlyWhenThatIsMeant(String host) throws Exception {
    assertThat(refused(Map.of("CATS_HOST", host)))
        .isEqualTo(refused(Map.of("CATS_HOST", host, "CATS_ALLOW_ANONYMOUS", "false")))
        .isEqualTo(
            "wrong settings: CATS_HOST is not a loopback address, and everybody who reaches it could"
                + " change the cats: set CATS_TOKENS_FILE, or CATS_ALLOW_ANONYMOUS=true if that is intended");
    assertThat(settings(Map.of("CATS_HOST", host, "CATS_ALLOW_ANONYMOUS", "true")).http().host())
        .isEqualTo(InetAddress.getByName(host));
  }

  @ParameterizedTest
  @ValueSource(strings = {"no such host", "256.0.0.1", "name.invalid"})
  void host_thatIsNone_isRefused(String host) {
    assertThat(refused(Map.of("CATS_HOST", host)))
        .isEqualTo(
            "wrong settings: CATS_HOST must be an address of this machine, or a name of one");
  }

  @ParameterizedTest
  @CsvSource({"0,0", "1,1", "65535,65535", "0080,80"})
  void port_inRange_isTaken(String text, int port) throws Exception {
    assertThat(settings(Map.of("CATS_PORT", text)).http().port()).isEqualTo(port);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-1", "65536", "4294967296", "99999999999999999999", "5e3", "+1", "\u0663", "x"})
  void port_outOfRange_isRefused(String port) {
    assertThat(refused(Map.of("CATS_PORT", port)))
        .isEqualTo("wrong settings: CATS_PORT must be a whole number from 0 to 65535");
  }

  @Test
  void basePath_ofOtherThanPlainParts_isRefused() throws Exception {
    assertThat(settings(Map.of("CATS_BASE_PATH", "/shop")).http().basePath()).isEqualTo("/shop");
    assertThat(refused(Map.of("CATS_BASE_PATH", "/shop/")))
        .isEqualTo(
            "wrong settings: CATS_BASE_PATH must be a path such as /shop or /shop/cats, with a slash"
                + " before each part and none at its end, of letters, digits and ._~-, without the"
                + " parts . and .., and of at most 200 characters");
  }

  @Test
  void addressFile_isTakenAsAPath_orRefused() throws Exception {
    assertThat(settings(Map.of("CATS_ADDRESS_FILE", "a")).http().addressFile())
        .contains(Path.of("a"));
    assertThat(refused(Map.of("CATS_ADDRESS_FILE", "a\0b")))
        .isEqualTo("wrong settings: CATS_ADDRESS_FILE must be the path of a file");
  }

  @Test
  void allowedHosts_areAListWithCommas_inLowerCase() throws Exception {
    assertThat(
            settings(Map.of("CATS_ALLOWED_HOSTS", "Cats.Example , 192.0.2.1"))
                .http()
                .allowedHosts())
        .containsExactlyInAnyOrder("cats.example", "192.0.2.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "*.example",
        ".example",
        "cats.example:5000",
        "https://cats.example",
        "cats.example/",
        "cats.example..",
        ".",
        "cats. example",
        "cats\nexample",
        "[::1]:5000",
        "[::1",
        "1:2",
        "10.0.0",
        "256.0.0.1",
        "010.0.0.1",
        "fe80::1%eth0",
        "stra\u00dfe.example",
        "-.\u00e4\u3002.x"
      })
  void allowedHost_thatNoRequestCanHave_isRefusedAndNamed(String host) {
    assertThat(refused(Map.of("CATS_ALLOWED_HOSTS", "localhost," + host)))
        .isEqualTo(
            "wrong settings: CATS_ALLOWED_HOSTS must have host names or addresses alone, without"
                + " schemes, ports, asterisks and blanks; it has "
                + host.replace('\n', '?'));
  }

  @ParameterizedTest
  @ValueSource(strings = {",", "a,,b", "a,", ",a"})
  void allowedHosts_withAnEmptyOne_areRefused(String hosts) {
    assertThat(refused(Map.of("CATS_ALLOWED_HOSTS", hosts)))
        .isEqualTo(
            "wrong settings: CATS_ALLOWED_HOSTS must be host names with commas between them");
  }

  @Test
  void corsOriginsAndTrustedProxies_areListsWithCommas() throws Exception {
    Settings settings =
        settings(
            Map.of(
                "CATS_CORS_ORIGINS",
                "https://app.example, http://localhost:8080 ,http://[::1],capacitor://localhost,"
                    + "tauri://localhost",
                "CATS_TRUSTED_PROXIES",
                "192.0.2.1, 10.0.0.0/8 ,2001:db8::/32"));
    assertThat(settings.http().corsOrigins())
        .containsExactlyInAnyOrder(
            "https://app.example",
            "http://localhost:8080",
            "http://[::1]",
            "capacitor://localhost",
            "tauri://localhost");
    assertThat(settings.http().trustedProxies())
        .containsExactlyInAnyOrder("192.0.2.1", "10.0.0.0/8", "2001:db8::/32");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "null",
        "app.example",
        "https://app.example/",
        "https://APP.example",
        "https://app.example:443",
        "http://app.example:80",
        "https://*.example",
        "https://app.example,",
        "ftp://app.example",
        "file://localhost",
        "wss://app.example",
        "capacitor:localhost",
        "capacitor://localhost/",
        "://localhost"
      })
  void corsOrigin_thatNoBrowserSends_isRefused(String origins) {
    assertThat(refused(Map.of("CATS_CORS_ORIGINS", origins)))
        .isEqualTo(
            "wrong settings: CATS_CORS_ORIGINS must be origins as browsers send them, such as"
                + " https://app.example, with commas between them");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "proxy.example",
        "*",
        "cafe",
        "192.0.2",
        "192.0.2.300",
        "10.0.0.0/33",
        "10.0.0.1/",
        ","
      })
  void trustedProxy_thatIsNoAddress_isRefused(String proxies) {
    assertThat(refused(Map.of("CATS_TRUSTED_PROXIES", proxies)))
        .isEqualTo(
            "wrong settings: CATS_TRUSTED_PROXIES must be addresses such as 192.0.2.1, or ranges"
                + " such as 10.0.0.0/8, with commas between them");
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "TRUE", "1", "tru"})
  void allowAnonymous_otherThanTrueOrFalse_isRefused(String value) {
    // Also where it would make no difference: it was meant to.
    assertThat(refused(Map.of("CATS_ALLOW_ANONYMOUS", value)))
        .isEqualTo("wrong settings: CATS_ALLOW_ANONYMOUS must be true or false");
    assertThat(refused(Map.of("CATS_ALLOW_ANONYMOUS", value, "CATS_HOST", "0.0.0.0")))
        .contains("CATS_ALLOW_ANONYMOUS must be true or false", "CATS_HOST is not a loopback");
  }

  @ParameterizedTest
  @CsvSource({"CATS_MAX_BODY_BYTES,1073741824", "CATS_MAX_RECORD_LENGTH,536870912"})
  void limits_thatTheHeapHasNoRoomFor_areRefused(String variable, String value) {
    assertThat(refused(Map.of(variable, value)))
        .contains("CATS_MAX_BODY_BYTES, and CATS_MAX_RECORD_LENGTH times CATS_MAX_STREAMS, are too")
        .endsWith("lower them, or give Java a larger heap (-Xmx)");
  }

  @Test
  void dataFolder_isTakenAsAnAbsolutePath() throws Exception {
    assertThat(settings(Map.of("CATS_DATA_DIR", "a/../b")).dataFolder())
        .isEqualTo(Path.of("b").toAbsolutePath());
  }

  @Test
  void dataFolder_thatIsNoPath_isRefused() {
    assertThat(refused(Map.of("CATS_DATA_DIR", "a\0b")))
        .isEqualTo("wrong settings: CATS_DATA_DIR must be the path of a folder");
  }

  @ParameterizedTest
  @CsvSource({"0ms,0", "500ms,500", "15s,15000", "2m,120000", "999999m,59999940000"})
  void databaseWait_withAUnit_isTaken(String text, long millis) throws Exception {
    assertThat(settings(Map.of("CATS_DATABASE_WAIT", text)).databaseWait())
        .isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"15", "s", "15 s", "-1s", "1.5s", "1h", "1S", "9999999s", "soon"})
  void databaseWait_otherwise_isRefused(String wait) {
    assertThat(refused(Map.of("CATS_DATABASE_WAIT", wait)))
        .isEqualTo(
            "wrong settings: CATS_DATABASE_WAIT must be a number with a unit, as in 500ms, 15s or"
                + " 2m, from 0m to 999999m");
  }

  @Test
  void log_isAsItIsAskedFor() throws Exception {
    assertThat(
            settings(
                    Map.of(
                        "CATS_LOG_FORMAT", "json",
                        "CATS_LOG_LEVEL", "debug",
                        "CATS_ACCESS_LOG", "true"))
                .log())
        .isEqualTo(new LogSettings(LogSettings.Format.JSON, Level.DEBUG, true));
  }

  @ParameterizedTest
  @CsvSource({"error,ERROR", "warn,WARN", "info,INFO", "debug,DEBUG"})
  void logLevel_ofTheFour_isTaken(String text, Level level) throws Exception {
    assertThat(settings(Map.of("CATS_LOG_LEVEL", text)).log().level()).isEqualTo(level);
  }

  @ParameterizedTest
  @ValueSource(strings = {"trace", "off", "INFO", "warning", "3"})
  void logLevel_otherwise_isRefused(String level) {
    assertThat(refused(Map.of("CATS_LOG_LEVEL", level)))
        .isEqualTo("wrong settings: CATS_LOG_LEVEL must be one of error, warn, info, debug");
  }

  @ParameterizedTest
  @ValueSource(strings = {"JSON", "xml", "text,json"})
  void logFormat_thatIsNone_isRefused(String format) {
    assertThat(refused(Map.of("CATS_LOG_FORMAT", format)))
        .isEqualTo("wrong settings: CATS_LOG_FORMAT must be one of text, json");
  }

  @Test
  void accessLog_otherThanTrueOrFalse_isRefused() {
    assertThat(refused(Map.of("CATS_COALESCE", "off")))
        .isEqualTo("wrong settings: CATS_COALESCE must be true or false");
    assertThat(refused(Map.of("CATS_ACCESS_LOG", "on")))
        .isEqualTo("wrong settings: CATS_ACCESS_LOG must be true or false");
  }

  @ParameterizedTest
  @CsvSource({"0s,0", "1ms,1", "60m,3600000"})
  void slowStatementAndStopDelay_withAUnit_areTaken(String text, long millis) throws Exception {
    Settings settings = settings(Map.of("CATS_SLOW_STATEMENT", text, "CATS_STOP_DELAY", text));
    assertThat(settings.pool().slow()).isEqualTo(Duration.ofMillis(millis));
    assertThat(settings.http().limits().stopDelay()).isEqualTo(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1s", "61m", "never"})
  void slowStatementAndStopDelay_otherwise_areRefused(String text) {
    String rule = " must be a number with a unit, as in 500ms, 15s or 2m, from 0m to 60m";
    assertThat(refused(Map.of("CATS_SLOW_STATEMENT", text, "CATS_STOP_DELAY", text)))
        .contains("CATS_SLOW_STATEMENT" + rule, "CATS_STOP_DELAY" + rule);
  }

  @Test
  void of_manyWrongVariables_namesThemAllAtOnce() {
    Map<String, String> environment = with("POSTGRES_PORT", "0");
    environment.put("CATS_HOST", "no such host");
    environment.put("CATS_PORT", "70000");
    environment.put("CATS_ALLOWED_HOSTS", ",");
    environment.put("CATS_ALLOW_ANONYMOUS", "perhaps");
    environment.put("CATS_DATA_DIR", "\0");
    environment.put("CATS_DATABASE_WAIT", "soon");
    assertThat(refused(environment).split("; ", -1))
        .hasSize(7)
        .anySatisfy(it -> assertThat(it).contains("CATS_HOST must"))
        .anySatisfy(it -> assertThat(it).startsWith("CATS_PORT must"))
        .anySatisfy(it -> assertThat(it).startsWith("CATS_ALLOWED_HOSTS must"))
        .anySatisfy(it -> assertThat(it).startsWith("CATS_ALLOW_ANONYMOUS must"))
        .anySatisfy(it -> assertThat(it).startsWith("CATS_DATA_DIR must"))
        .anySatisfy(it -> assertThat(it).startsWith("CATS_DATABASE_WAIT must"))
        .anySatisfy(it -> assertThat(it).startsWith("POSTGRES_PORT must"));
  }
}
