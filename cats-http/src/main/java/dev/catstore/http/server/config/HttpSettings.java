package dev.catstore.http.server.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * How clients reach the server.
 *
 * @param host the address to listen on
 * @param port the port to listen on; 0 for any free one
 * @param allowedHosts the hosts that requests may be for, as {@link HostNames} has them
 * @param tokensFile the file of the tokens that clients need; empty if they need none
 * @param corsOrigins the origins whose pages may use the server
 * @param trustedProxies the addresses, or ranges of them, whose forwarding headers are trusted
 * @param limits what clients may ask for
 */
public record HttpSettings(
    InetAddress host,
    int port,
    Set<String> allowedHosts,
    Optional<Path> tokensFile,
    Set<String> corsOrigins,
    Set<String> trustedProxies,
    ClientLimits limits) {
  public HttpSettings {
    allowedHosts = Set.copyOf(allowedHosts);
    corsOrigins = Set.copyOf(corsOrigins);
    trustedProxies = Set.copyOf(trustedProxies);
  }
}
