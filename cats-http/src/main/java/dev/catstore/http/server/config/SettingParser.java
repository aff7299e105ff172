package dev.catstore.http.server.config;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Parses single settings, and collects what is wrong with them. */
final class SettingParser {
  static final int MAX_PORT = 65535;

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(ms|s|m)");

  private final SettingValues values;
  private final Set<String> errors = new LinkedHashSet<>();

  SettingParser(SettingValues values) {
    this.values = values;
    for (Setting setting : values.serviceLinks()) {
      refuse(
          setting
              + " was set by Kubernetes for a service of that name: set enableServiceLinks: false"
              + " in the pod, or name the service otherwise");
    }
  }

  /** Refuses the variables that may be misspelt settings. */
  void refuseUnknown() {
    values.unknown().forEach(this::refuse);
  }

  /** Adds an error, which names the setting and the rule. */
  void refuse(String error) {
    errors.add(error);
  }

  /** Refuses values with what Java has in place of what it could not decode. */
  void refuseUndecoded() {
    for (Setting setting : Setting.values()) {
      if (verbatim(setting).indexOf('\uFFFD') >= 0) {
        refuse(setting + " " + SettingValues.UNDECODED);
      }
    }
  }

  void throwIfAny() throws StartupException {
    if (!errors.isEmpty()) {
      throw new StartupException("wrong settings: " + String.join("; ", errors));
    }
  }

  /** The given value verbatim; "" if there is none. */
  String verbatim(Setting setting) {
    return values.text(setting).orElse("");
  }

  /** The given value without white space around it; "" if there is none. */
  String get(Setting setting) {
    return values.text(setting).orElse("").strip();
  }

  /** The given one of these choices, by its name in lower case. */
  <E extends Enum<E>> E oneOf(Setting setting, List<E> choices) {
    List<String> names = choices.stream().map(it -> it.name().toLowerCase(Locale.ROOT)).toList();
    int index = names.indexOf(get(setting));
    if (index < 0) {
      refuse(setting + " must be one of " + String.join(", ", names));
    }
    return choices.get(Math.max(index, 0));
  }

  Duration duration(Setting setting, Duration min, Duration max) {
    Optional<Duration> duration = parseDuration(setting);
    if (duration.isEmpty()
        || duration.get().compareTo(min) < 0
        || duration.get().compareTo(max) > 0) {
      refuse(
          "%s must be a number with a unit, as in 500ms, 15s or 2m, from %s to %s"
              .formatted(setting, text(min), text(max)));
      return min;
    }
    return duration.get();
  }

  Optional<Duration> parseDuration(Setting setting) {
    Matcher matcher = DURATION.matcher(get(setting));
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(matcher.group(1));
    return Optional.of(
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          default -> Duration.ofMinutes(number);
        });
  }

  private static String text(Duration duration) {
    return duration.toMillis() % 60_000 == 0
        ? duration.toMinutes() + "m"
        : duration.toMillis() + "ms";
  }

  long whole(Setting setting, long min, long max) {
    String value = get(setting);
    long number = value.matches("[0-9]{1,18}") ? Long.parseLong(value) : -1;
    if (number < min || number > max) {
      refuse("%s must be a whole number from %s to %s".formatted(setting, min, max));
      return min;
    }
    return number;
  }

  /** Empty if there is no value. */
  Set<String> list(Setting setting) {
    return get(setting).isEmpty() ? Set.of() : new TreeSet<>(split(get(setting)));
  }

  boolean flag(Setting setting) {
    String value = get(setting);
    if (!value.equals("true") && !value.equals("false")) {
      refuse(setting + " must be true or false");
    }
    return value.equals("true");
  }

  List<String> hosts(Setting setting) {
    List<String> hosts = split(get(setting));
    if (hosts.contains("")) {
      refuse(setting + " must be host names with commas between them");
    }
    return hosts;
  }

  int number(Setting setting, String value, int min, int max) {
    int number = value.matches("[0-9]{1,9}") ? Integer.parseInt(value) : -1;
    if (number < min || number > max) {
      refuse("%s must be a whole number from %s to %s".formatted(setting, min, max));
    }
    return number;
  }

  static List<String> split(String list) {
    return Stream.of(list.split(",", -1)).map(String::strip).toList();
  }
}
