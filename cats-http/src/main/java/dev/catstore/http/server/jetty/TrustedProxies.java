package dev.catstore.http.server.jetty;

import dev.catstore.http.problem.Problem;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.routes.RequestAttributes;
import dev.catstore.http.server.config.HttpSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.ForwardedRequestCustomizer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.HostPort;
import org.eclipse.jetty.util.InetAddressSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a request forwarded by a trusted proxy as the client sent it: with the client's address,
 * and the host, the scheme and the path that the client asked for. These headers are ignored from
 * anybody else.
 *
 * <p>Each proxy appends the address of its own client to a list. So the list is read from its end,
 * as long as the entries come from trusted proxies; what precedes them comes from the client, and
 * may be forged. Jetty would believe the first entry, and so gets only the trusted ones.
 */
public final class TrustedProxies extends ForwardedRequestCustomizer {
  private static final Logger LOG = LoggerFactory.getLogger(TrustedProxies.class);
  private static final String FOR = "for";
  private static final String HOST = "host";
  private static final String PROTO = "proto";

  /** What a proxy has removed from the front of the path; no Forwarded has a name for it. */
  private static final String PREFIX = "X-Forwarded-Prefix";

  /** By the names that their values have in a Forwarded. */
  private static final Map<String, String> X_FORWARDED =
      Map.of(
          FOR, HttpHeader.X_FORWARDED_FOR.asString(),
          HOST, HttpHeader.X_FORWARDED_HOST.asString(),
          PROTO, HttpHeader.X_FORWARDED_PROTO.asString(),
          PREFIX, PREFIX);

  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";

  /**
   * A value of a Forwarded, if there is one, and what ends it (RFC 7239, 4). A quote that is never
   * closed would hide what a proxy has added behind it, and is refused.
   */
  private static final Pattern PAIR =
      Pattern.compile(
          "\\G[ \t]*+(?:(%1$s)=(%1$s|\"[^\"\\\\]++\")[ \t]*+)?+([;,]|\\z)".formatted(TOKEN));

  /** An address of IPv4 or IPv6, with or without a port; without one IPv6 may lack its brackets. */
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(?:(%1$s(?:\\.%1$s){3})|\\[([0-9A-Fa-f:.]+)])(?::(?:([0-9]{1,5})|_[0-9A-Za-z._-]+))?"
                  .formatted("(?:0|[1-9][0-9]{0,2})")
              + "|([0-9A-Fa-f:.]+)");

  private static final int MAX_PORT = 65_535;

  /** A node that hides its address (RFC 7239, 6.2 and 6.3). */
  private static final Pattern OBFUSCATED = Pattern.compile("(?i:unknown)|_[0-9A-Za-z._-]+");

  private final InetAddressSet trusted = new InetAddressSet();

  /**
   * Trusts these proxies.
   *
   * @param addresses the addresses of the proxies, or ranges of them
   */
  public TrustedProxies(Set<String> addresses) {
    trusted.addAll(addresses);
    // Proxies that do not know these headers pass them on as the client sent them.
    setForwardedServerHeader(null);
    setForwardedPortHeader(null);
    setForwardedHttpsHeader(null);
    setForwardedCipherSuiteHeader(null);
    setForwardedSslSessionIdHeader(null);
  }

  @Override
  public Request customize(Request request, HttpFields.Mutable answer) {
    HttpFields sent = request.getHeaders();
    boolean forwarded =
        sent.contains(HttpHeader.FORWARDED)
            || X_FORWARDED.values().stream().anyMatch(sent::contains);
    if (forwarded
        && request.getConnectionMetaData().getRemoteSocketAddress()
            instanceof InetSocketAddress peer
        && trusted.test(peer.getAddress())) {
      Map<String, String> client = client(peer.getAddress(), sent);
      HttpFields headers = trustedHeaders(sent, client);
      RequestAttributes.PREFIX.set(
          request, client.getOrDefault(PREFIX, "") + BasePath.prefixOf(request));
      return super.customize(
          new Request.Wrapper(request) {
            @Override
            public HttpFields getHeaders() {
              return headers;
            }
          },
          answer);
    }
    return request;
  }

  @Override
  protected void onError(HttpField field, Throwable cause) {
    throw malformed("The forwarded host must be one.");
  }

  /** The headers, with only what is trusted about the client. */
  private static HttpFields trustedHeaders(HttpFields sent, Map<String, String> client) {
    HttpFields.Mutable headers = HttpFields.build(sent);
    headers.remove(HttpHeader.FORWARDED);
    X_FORWARDED.forEach(
        (name, header) -> {
          headers.remove(header);
          if (client.containsKey(name)) {
            headers.put(header, client.get(name));
          }
        });
    return headers;
  }

  /** What is known of the client, by name. A proxy may say it in both forms, but not two things. */
  private Map<String, String> client(InetAddress peer, HttpFields sent) {
    Map<String, String> client = client(peer, forwarded(sent));
    client(peer, xForwarded(sent))
        .forEach(
            (name, value) -> {
              if (!client.getOrDefault(name, value).equalsIgnoreCase(value)) {
                throw malformed(
                    "Forwarded and %s contradict each other.".formatted(X_FORWARDED.get(name)));
              }
              client.put(name, value);
            });
    return client;
  }

  /**
   * @param hops what one proxy after the other has said, the last one first
   */
  private Map<String, String> client(InetAddress peer, List<Map<String, String>> hops) {
    Map<String, String> client = new HashMap<>();
    Optional<InetAddress> speaker = Optional.of(peer);
    for (Map<String, String> hop : hops) {
      if (speaker.filter(trusted).isEmpty()) {
        break;
      }
      if (!HttpSettings.isBasePath(hop.getOrDefault(PREFIX, "/none"))) {
        throw malformed("The forwarded prefix must be a path such as /shop.");
      }
      hop.forEach(
          (name, value) -> client.merge(name, value, (ours, before) -> before(name, before, ours)));
      speaker = address(hop.getOrDefault(FOR, "unknown"));
      speaker.ifPresentOrElse(
          it -> client.put(FOR, HostPort.normalizeHost(it.getHostAddress())),
          () -> client.remove(FOR));
    }
    if (!client.getOrDefault(PROTO, "http").matches("(?i:https?)")) {
      throw malformed("The forwarded scheme must be http or https.");
    }
    return client;
  }

  /** What holds where an earlier proxy says something too: prefixes add up. */
  private static String before(String name, String earlier, String later) {
    return name.equals(PREFIX) ? earlier + later : earlier;
  }

  /** The address of a node; never of a name, which would need a lookup. */
  private static Optional<InetAddress> address(String node) {
    if (OBFUSCATED.matcher(node).matches()) {
      return Optional.empty();
    }
    Matcher address = ADDRESS.matcher(node);
    if (address.matches()
        && (address.group(3) == null || Integer.parseInt(address.group(3)) <= MAX_PORT)) {
      String v4 = address.group(1);
      String v6 = address.group(2) == null ? address.group(4) : address.group(2);
      try {
        // In brackets it must be an address, and one of IPv4 comes out as such.
        return Optional.of(
            InetAddress.getByName(v4 == null ? "[" + v6 + "]" : "[::ffff:" + v4 + "]"));
      } catch (UnknownHostException e) {
        LOG.debug("no address: {}", node, e);
      }
    }
    throw malformed("The forwarded addresses must be ones of IPv4 or IPv6.");
  }

  /** RFC 7239, 4. */
  private static List<Map<String, String>> forwarded(HttpFields sent) {
    List<Map<String, String>> hops = new ArrayList<>();
    for (String line : sent.getValuesList(HttpHeader.FORWARDED)) {
      Map<String, String> hop = new HashMap<>();
      Matcher pair = PAIR.matcher(line);
      for (boolean ended = false; !ended; ended = pair.group(3).isEmpty()) {
        if (!pair.find() || !put(hop, pair.group(1), pair.group(2))) {
          throw malformed("Forwarded must be as in RFC 7239, 4.");
        }
        if (!pair.group(3).equals(";") && !hop.isEmpty()) {
          hops.add(hop);
          hop = new HashMap<>();
        }
      }
    }
    Collections.reverse(hops);
    return hops;
  }

  /** Whether it may be there: each name once for each proxy. */
  private static boolean put(Map<String, String> hop, @Nullable String name, String value) {
    return name == null || hop.put(name.toLowerCase(Locale.ROOT), value.replace("\"", "")) == null;
  }

  /**
   * Each header has a list of its own; where one is shorter, its first proxies have not said it.
   */
  private static List<Map<String, String>> xForwarded(HttpFields sent) {
    List<Map<String, String>> hops = new ArrayList<>();
    X_FORWARDED.forEach(
        (name, header) -> {
          List<String> values = sent.getCSV(header, true);
          for (int i = 0; i < values.size(); i++) {
            if (hops.size() == i) {
              hops.add(new HashMap<>());
            }
            hops.get(i).put(name, values.get(values.size() - 1 - i));
          }
        });
    return hops;
  }

  /** A trusted proxy says something unreadable or impossible. */
  private static ProblemHttpException malformed(String detail) {
    return new ProblemHttpException(new Problem(ProblemType.MALFORMED_REQUEST, detail));
  }
}
