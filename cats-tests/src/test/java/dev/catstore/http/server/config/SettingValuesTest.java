package dev.catstore.http.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingValuesTest extends SettingsTestCase {
  @Test
  void text_ofAnOption_goesBeforeTheEnvironmentAndThatBeforeTheDefault() {
    Map<String, String> environment = Map.of("CATS_PORT", "1", "CATS_HOST", "::1");
    var values = new SettingValues(Map.of(Setting.CATS_PORT, "2"), environment);

    assertThat(values.text(Setting.CATS_PORT)).contains("2");
    assertThat(values.text(Setting.CATS_HOST)).contains("::1");
    assertThat(values.text(Setting.CATS_DATABASE_WAIT)).contains("15s");
    assertThat(values.text(Setting.POSTGRES_HOST)).isEmpty();
  }

  @Test
  void text_ofBlankOnes_isThatOfTheNext() {
    var values = new SettingValues(Map.of(Setting.CATS_PORT, " "), Map.of("CATS_PORT", ""));

    assertThat(values.text(Setting.CATS_PORT)).contains("5000");
  }

  @Test
  void toString_always_namesEachSettingAndItsSourceAndNoSecret() {
    var values =
        new SettingValues(
            Map.of(Setting.CATS_PORT, "0"), Map.of("POSTGRES_PASSWORD", "geheim", "PATH", "/"));

    assertThat(values.toString().lines())
        .hasSize(Setting.values().length)
        .contains(
            "CATS_HOST=127.0.0.1 (the default)",
            "CATS_PORT=0 (--port)",
            "POSTGRES_PASSWORD=******** (the environment)",
            "POSTGRES_HOST is not set");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://cats:geheim@db.example/cats",
        "cats:geheim@db.example",
        "db.example?password=geheim",
        "host=db.example password=geheim"
      })
  void toString_ofAHostWithAPassword_hidesIt(String host) {
    var values = new SettingValues(Map.of(), Map.of("POSTGRES_HOST", host));

    assertThat(values.toString())
        .contains("POSTGRES_HOST=******** (the environment)")
        .doesNotContain("geheim");
  }

  @Test
  void toString_withUnknownVariables_namesThemAtItsEnd() {
    var values = new SettingValues(Map.of(), Map.of("CATS_PROT", "geheim"));

    assertThat(values.toString().lines())
        .endsWith("CATS_PROT is not a setting; did you mean CATS_PORT?");
  }

  @ParameterizedTest
  @CsvSource({
    "CATS_PROT,; did you mean CATS_PORT?",
    "CATS_PORTS,; did you mean CATS_PORT?",
    "cats_prot,; did you mean CATS_PORT?",
    "CATS_DATADIR,; did you mean CATS_DATA_DIR?",
    "CATS_TOKEN_FILE,; did you mean CATS_TOKENS_FILE?",
    "CATS_SOMETHING_ELSE,''",
    "POSTGRES_PASS,; did you mean POSTGRES_PASSWORD?",
    "POSTGRES_USERNAME,; did you mean POSTGRES_USER?",
    "POSTGRES_HSOT,; did you mean POSTGRES_HOST?"
  })
  void unknownVariable_isNamedWithTheLikelyOne_andRefusedOnlyIfWanted(String name, String hint)
      throws Exception {
    var values = new SettingValues(Map.of(), Map.of(name, "geheim"));
    assertThat(values.unknown()).containsExactly(name + " is not a setting" + hint);
    assertThat(Settings.of(values)).isEqualTo(settings(Map.of()));
    assertThat(refused(Map.of(name, "geheim", "CATS_STRICT_SETTINGS", "true")))
        .isEqualTo("wrong settings: " + name + " is not a setting" + hint);
  }

  @ParameterizedTest
  @CsvSource({
    "CATS_TOKEN,cats_x",
    "CATS_SERVICE_HOST,10.0.0.1",
    "CATS_SERVICE_PORT_HTTP,80",
    "CATS_PORT_80_TCP_ADDR,10.0.0.1",
    "CATS_WEB_PORT,tcp://10.0.0.1:80",
    "POSTGRES_INITDB_ARGS,x",
    "POSTGRES_HOST_AUTH_METHOD,trust",
    "POSTGRES_SERVICE_PORT,5432",
    "POSTGRES_EXPORTER_URL,x",
    "CATSUP,x",
    "PATH,/"
  })
  void variable_ofSomethingElse_isNotUnknown(String name, String value) throws Exception {
    settings(Map.of(name, value, "CATS_STRICT_SETTINGS", "true"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"CATS_PORT", "POSTGRES_PORT"})
  void port_ofAServiceLink_isToldAsThat(String variable) throws Exception {
    Map<String, String> link = Map.of(variable, "tcp://10.96.0.7:5432");
    assertThat(refused(link))
        .isEqualTo(
            "wrong settings: %s was set by Kubernetes for a service of that name: set enableServiceLinks: false in the pod, or name the service otherwise"
                .formatted(variable));
    var values = new SettingValues(Map.of(Setting.CATS_PORT, "8080"), link);
    if (variable.equals("CATS_PORT")) {
      assertThat(Settings.of(values).http().port()).isEqualTo(8080);
    }
  }
}
