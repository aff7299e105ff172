package dev.catstore.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.http.server.config.Setting;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The help of each command. */
class MainTest {
  static Stream<CommandLine> commands() {
    CommandLine main = Main.commandLine();
    return Stream.concat(Stream.of(main), main.getSubcommands().values().stream());
  }

  @ParameterizedTest
  @EnumSource
  void help_ofServe_hasEverySetting(Setting setting) {
    assertThat(help("serve")).contains(" " + setting.option() + "=", "(" + setting);
  }

  @Test
  void help_ofImportAndExport_hasOnlyTheSettingsOfTheDatabase() {
    for (String command : List.of("import", "export")) {
      for (Setting setting : Setting.values()) {
        boolean ofDatabase =
            setting.name().startsWith("POSTGRES_")
                || setting == Setting.CATS_DATA_DIR
                || setting == Setting.CATS_DATABASE_WAIT
                || setting == Setting.CATS_STRICT_SETTINGS;
        assertThat(help(command).contains(" " + setting.option() + "=")).isEqualTo(ofDatabase);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void help_ofEachCommand_describesEachOption_andStartsWithASentence(CommandLine command) {
    var spec = command.getCommandSpec();
    assertThat(spec.usageMessage().description()[0]).endsWith(".");
    assertThat(spec.args()).allMatch(it -> it.description().length > 0);
  }

  private static String help(String command) {
    return commands()
        .filter(it -> it.getCommandName().equals(command))
        .findAny()
        .orElseThrow()
        .getUsageMessage();
  }
}
