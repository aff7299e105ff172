package dev.catstore.http.server.config;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The settings as they were given, unchecked: an option goes before the variable of the
 * environment, and that before the default. What is blank counts as not given, and so does what
 * Kubernetes has set for a service.
 */
public final class SettingValues {
  /** What is said of a text that Java could not decode. */
  public static final String UNDECODED =
      "has characters that the locale does not have: set LC_ALL to one with UTF-8, such as C.UTF-8";

  private final Map<Setting, Value> values = new EnumMap<>(Setting.class);
  private final Set<Setting> serviceLinks = EnumSet.noneOf(Setting.class);
  private final List<String> unknown;

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
      String variable = environment.getOrDefault(setting.name(), "");
      String option = options.getOrDefault(setting, "");
      if (!UnknownVariables.isServiceLink(variable)) {
        put(setting, variable, Source.ENVIRONMENT);
      } else if (option.isBlank()) {
        serviceLinks.add(setting);
      }
      put(setting, option, Source.OPTION);
    }
    this.unknown = UnknownVariables.in(environment);
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

  /** The settings that Kubernetes has set for a service, and nobody else. */
  Set<Setting> serviceLinks() {
    return serviceLinks;
  }

  /** A sentence about each variable of the environment that may be a misspelt setting. */
  public List<String> unknown() {
    return unknown;
  }

  /** A host with other characters than these is refused, and may have a password in it. */
  private static boolean mayBeSecret(Setting setting, String text) {
    return setting.isSecret()
        || (setting == Setting.POSTGRES_HOST && !text.matches("[\\p{L}\\p{N}\\[\\]:., _-]*"));
  }

  /**
   * Each setting on a line of its own, with its value and where it is from; secrets masked. Then
   * what is unknown.
   */
  @Override
  public String toString() {
    var lines = new StringBuilder();
    for (Setting setting : Setting.values()) {
      Value value = values.get(setting);
      if (value == null) {
        lines.append("%s is not set%n".formatted(setting));
      } else {
        String text = mayBeSecret(setting, value.text()) ? "********" : value.text();
        String source =
            switch (value.source()) {
              case OPTION -> setting.option();
              case ENVIRONMENT -> "the environment";
              case DEFAULT -> "the default";
            };
        lines.append("%s=%s (%s)%n".formatted(setting, text, source));
      }
    }
    unknown.forEach(it -> lines.append("%s%n".formatted(it)));
    return lines.toString();
  }
}
