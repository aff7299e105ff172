package dev.catstore.http.server.config;

import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names and addresses of hosts, each in one form, by which they can be compared. */
public final class HostNames {
  private static final int MAX_LENGTH = 253;
  private static final Pattern IPV6 =
      Pattern.compile("\\[[0-9A-Fa-f:.]+]|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");
  private static final Pattern IPV4 =
      Pattern.compile(
          "%1$s(\\.%1$s){3}".formatted("(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"));

  /** A label may have an underscore, as names in Docker's networks do. */
  private static final Pattern NAME =
      Pattern.compile("(?:[a-z0-9_-]{1,63}\\.)*(?![0-9]+$)[a-z0-9_-]{1,63}");

  /** Java's IDNA of 2003 would make other names of these than browsers do. */
  private static final Pattern DEVIATIONS = Pattern.compile("[\u00DF\u03C2\u200C\u200D\u1E9E]");

  private HostNames() {}

  /**
   * The form by which a host is compared: a name in lower case, in its ASCII form (IDNA) and
   * without a dot at its end; an address of IPv6 in full and in brackets, whether it had any.
   *
   * @return empty if the text is neither a name nor an address, for example with a port or a scheme
   */
  public static Optional<String> canonical(String host) {
    if (IPV6.matcher(host).matches()) {
      return ipv6(host.startsWith("[") ? host : "[" + host + "]");
    }
    String text = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    if (IPV4.matcher(text).matches()) {
      return Optional.of(text);
    }
    return ascii(text)
        .map(it -> it.toLowerCase(Locale.ROOT))
        .filter(it -> it.length() <= MAX_LENGTH && NAME.matcher(it).matches());
  }

  /** In brackets Java takes an address only, and looks up no name. */
  private static Optional<String> ipv6(String text) {
    try {
      InetAddress address = InetAddress.getByName(text);
      return Optional.of(
          address.getAddress().length == 4
              ? address.getHostAddress()
              : "[" + address.getHostAddress() + "]");
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> ascii(String name) {
    if (name.chars().allMatch(c -> c < 0x80)) {
      return Optional.of(name);
    }
    try {
      return DEVIATIONS.matcher(name).find()
          ? Optional.empty()
          : Optional.of(IDN.toASCII(name, IDN.ALLOW_UNASSIGNED));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
