package dev.catstore.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.http.server.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The README lists every setting. */
class ReadmeTest {
  private final String readme = Files.readString(Path.of("../README.md"));

  ReadmeTest() throws IOException {}

  @ParameterizedTest
  @EnumSource(Setting.class)
  void setting_withItsDefault_isInTheTable(Setting setting) {
    String fallback = setting.fallback().map(text -> "`" + text + "` ").orElse("");
    assertThat(readme)
        .contains("| `" + setting + "` | " + fallback + "| " + setting.description() + " |");
  }
}
