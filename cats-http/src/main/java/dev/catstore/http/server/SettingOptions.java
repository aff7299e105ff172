package dev.catstore.http.server;

import dev.catstore.http.server.config.Setting;
import dev.catstore.http.server.config.SettingValues;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The settings as options of a command. */
final class SettingOptions {
  private static final Logger LOG = LoggerFactory.getLogger(SettingOptions.class);

  private SettingOptions() {}

  static void addTo(CommandSpec command, Setting... settings) {
    for (Setting setting : settings) {
      command.addOption(
          OptionSpec.builder(setting.option())
              .type(String.class)
              .paramLabel("<value>")
              .description(
                  "%s (%s%s)"
                      .formatted(
                          setting.description(),
                          setting,
                          setting.fallback().map(text -> ", by default " + text).orElse("")))
              .build());
    }
  }

  /** Warns of variables that may be misspelt settings. */
  static void warnOfUnknown(SettingValues values) {
    values.unknown().forEach(it -> LOG.warn("{}", it));
  }

  /** The values of a command whose options and environment these are. */
  static SettingValues valuesOf(ParseResult command, Map<String, String> environment) {
    Map<Setting, String> options = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      if (command.hasMatchedOption(setting.option())) {
        options.put(setting, command.matchedOptionValue(setting.option(), ""));
      }
    }
    return new SettingValues(options, environment);
  }
}
