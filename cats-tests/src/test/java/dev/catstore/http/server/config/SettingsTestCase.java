package dev.catstore.http.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.HashMap;
import java.util.Map;

/** Reads settings from variables of the environment. */
abstract class SettingsTestCase {
  static final String SECRET = "the-secret";

  static final Map<String, String> DATABASE =
      Map.of(
          "POSTGRES_HOST", "db.example",
          "POSTGRES_PORT", "5432",
          "POSTGRES_USER", "test",
          "POSTGRES_PASSWORD", SECRET,
          "POSTGRES_DB", "example");

  static Settings settings(Map<String, String> environment) throws StartupException {
    return Settings.of(new SettingValues(Map.of(), environment));
  }

  static Map<String, String> with(String variable, String value) {
    Map<String, String> environment = new HashMap<>(DATABASE);
    environment.put(variable, value);
    return environment;
  }

  /** Why these are refused, in one line and without the secret. */
  static String refused(Map<String, String> environment) {
    var refusal = catchThrowableOfType(StartupException.class, () -> settings(environment));
    assertThat(refusal).isNotNull();
    assertThat(refusal).message().hasLineCount(1).doesNotContain(SECRET);
    return String.valueOf(refusal.getMessage());
  }
}
