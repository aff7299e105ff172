package dev.catstore.http.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingValuesTest {
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
}
