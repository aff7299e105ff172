package dev.catstore.http.server.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How clients reach the server.
 *
 * @param host the address to listen on
 * @param port the port to listen on; 0 for any free one
 * @param basePath the path below which everything is served, for example {@code /shop}; empty for
 *     none
 * @param addressFile the file that has the address while the server listens, if any
 * @param allowedHosts the hosts that requests may be for, as {@link HostNames} has them
 * @param tokensFile the file of the tokens that clients need; empty if they need none
 * @param corsOrigins the origins whose pages may use the server
 * @param trustedProxies the addresses, or ranges of them, whose forwarding headers are trusted
 * @param limits what clients may ask for
 */
public record HttpSettings(
    InetAddress host,
    int port,
    String basePath,
    Optional<Path> addressFile,
    Set<String> allowedHosts,
    Optional<Path> tokensFile,
    Set<String> corsOrigins,
    Set<String> trustedProxies,
    ClientLimits limits) {
  /** What may precede a path, and needs no encoding in a link, a header or a page. */
  private static final Pattern BASE_PATH =
      Pattern.compile("(?=.{1,200}\\z)(?:/(?!\\.{1,2}(?:/|\\z))[A-Za-z0-9._~-]+)+");

  public HttpSettings {
    allowedHosts = Set.copyOf(allowedHosts);
    corsOrigins = Set.copyOf(corsOrigins);
    trustedProxies = Set.copyOf(trustedProxies);
  }

  /**
   * Whether something can be served below this path: it has one slash before each part and none at
   * its end, the parts are of letters, digits and {@code ._~-} and neither {@code .} nor {@code
   * ..}, and it has at most 200 characters.
   */
  public static boolean isBasePath(String path) {
    return BASE_PATH.matcher(path).matches();
  }
}
