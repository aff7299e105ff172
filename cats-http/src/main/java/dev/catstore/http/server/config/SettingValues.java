package dev.catstore.http.server.config;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The settings as they were given, unchecked: an option goes before the variable of the
 * environment, and that before the default. What is blank counts as not given.
 */
public final class SettingValues {
  private final Map<Setting, Value> values = new EnumMap<>(Setting.class);

  /** Where a value is from. */
  enum Source {
    /** An option of the command line. */
    OPTION,
    /** A variable of the environment. */
    ENVIRONMENT,
    /** Nobody has given one. */
    DEFAULT
  }

  private record Value(String text, Source source) {}

  public SettingValues(Map<Setting, String> options, Map<String, String> environment) {
    for (Setting setting : Setting.values()) {
      setting.fallback().ifPresent(text -> put(setting, text, Source.DEFAULT));
      put(setting, environment.getOrDefault(setting.name(), ""), Source.ENVIRONMENT);
      put(setting, options.getOrDefault(setting, ""), Source.OPTION);
    }
  }

  private void put(Setting setting, String text, Source source) {
    if (!text.isBlank()) {
      values.put(setting, new Value(text, source));
    }
  }

  /** What was given, as it stands; empty if nothing was and there is no default. */
  public Optional<String> text(Setting setting) {
    return Optional.ofNullable(values.get(setting)).map(Value::text);
  }

  /** Each setting on a line of its own, with its value and where it is from; secrets masked. */
  @Override
  public String toString() {
    var lines = new StringBuilder();
    for (Setting setting : Setting.values()) {
      Value value = values.get(setting);
      if (value == null) {
        lines.append("%s is not set%n".formatted(setting));
      } else {
        String text = setting.isSecret() ? "********" : value.text();
        String source =
            switch (value.source()) {
              case OPTION -> setting.option();
              case ENVIRONMENT -> "the environment";
              case DEFAULT -> "the default";
            };
        lines.append("%s=%s (%s)%n".formatted(setting, text, source));
      }
    }
    return lines.toString();
  }
}
