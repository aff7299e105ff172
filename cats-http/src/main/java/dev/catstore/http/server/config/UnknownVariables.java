package dev.catstore.http.server.config;

import static java.util.Comparator.comparingInt;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Variables of the environment that look like settings, and are none: they may be misspelt. */
final class UnknownVariables {
  /** What the command line reads besides the settings. */
  private static final String TOKEN = "CATS_TOKEN";

  /** Those of PostgreSQL's own image, which may share a file of variables with the server. */
  private static final Set<String> OF_POSTGRES_IMAGE =
      Set.of("POSTGRES_HOST_AUTH_METHOD", "POSTGRES_INITDB_ARGS", "POSTGRES_INITDB_WALDIR");

  /** What Kubernetes sets for a service, besides NAME_PORT. */
  private static final Pattern OF_SERVICE =
      Pattern.compile(".*_SERVICE_(HOST|PORT(_.*)?)|.*_PORT_[0-9]+_(TCP|UDP|SCTP)(_.*)?");

  private static final Pattern SERVICE_LINK = Pattern.compile("(tcp|udp|sctp)://.*");
  private static final int MAX_TYPOS = 2;

  private UnknownVariables() {}

  /** Whether Kubernetes sets this value for a service, in a variable NAME_PORT. */
  static boolean isServiceLink(String value) {
    return SERVICE_LINK.matcher(value.strip()).matches();
  }

  /**
   * A sentence about each variable that is no setting, with the likely one. Of POSTGRES_* only
   * those that are like a setting: others use such names too.
   */
  static List<String> in(Map<String, String> environment) {
    Set<String> settings =
        Arrays.stream(Setting.values()).map(Setting::name).collect(Collectors.toSet());
    return new TreeSet<>(environment.keySet())
        .stream()
            .filter(name -> !settings.contains(name) && !isForeign(name))
            .filter(name -> !isServiceLink(environment.getOrDefault(name, "")))
            .flatMap(name -> sentence(name).stream())
            .toList();
  }

  private static boolean isForeign(String name) {
    return name.equals(TOKEN)
        || OF_POSTGRES_IMAGE.contains(name)
        || OF_SERVICE.matcher(name).matches();
  }

  private static Optional<String> sentence(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    if (!upper.startsWith("CATS_") && !upper.startsWith("POSTGRES_")) {
      return Optional.empty();
    }
    Optional<Setting> likely = likely(upper);
    return likely.isEmpty() && upper.startsWith("POSTGRES_")
        ? Optional.empty()
        : Optional.of(
            name + " is not a setting" + likely.map(it -> "; did you mean " + it + "?").orElse(""));
  }

  private static Optional<Setting> likely(String name) {
    return Arrays.stream(Setting.values())
        .min(comparingInt(it -> typos(name, it.name())))
        .filter(it -> typos(name, it.name()) <= MAX_TYPOS)
        .or(
            () ->
                Arrays.stream(Setting.values())
                    .filter(it -> it.name().startsWith(name) || name.startsWith(it.name()))
                    .findFirst());
  }

  /** How many characters must be added, removed or replaced (Levenshtein's distance). */
  private static int typos(String a, String b) {
    int[] row = new int[b.length() + 1];
    Arrays.setAll(row, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
