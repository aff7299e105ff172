package dev.catstore.http.server.auth;

import dev.catstore.http.problem.Problem;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.routes.CatRoutes;
import dev.catstore.http.routes.RequestAttributes;
import dev.catstore.http.server.jetty.ProblemErrorHandler;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requires a bearer token (RFC 6750) whose role allows the request. Every path that is not listed
 * as open needs one, even if nothing is there.
 */
public final class BearerTokenHandler extends Handler.Wrapper {
  private static final Logger LOG = LoggerFactory.getLogger(BearerTokenHandler.class);
  private static final Set<String> OPEN = Set.of("/openapi.json", "/docs", "/problems");
  private static final Set<String> OPEN_BELOW = Set.of("/docs/", "/problems/");
  private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([A-Za-z0-9._~+/-]+=*) *");
  private static final String CHALLENGE = "Bearer realm=\"cats\"";

  private final TokenFile file;

  public BearerTokenHandler(TokenFile file) {
    this.file = file;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Optional<Problem> refusal = isOpen(request) ? Optional.empty() : refusal(request);
    if (refusal.isPresent()) {
      ProblemErrorHandler.refuse(refusal.get(), request, response, callback);
      return true;
    }
    return super.handle(request, response, callback);
  }

  /** Goes by the path as sent, as the routes do, and only if it needs no normalization. */
  private static boolean isOpen(Request request) {
    String path = request.getHttpURI().getPath();
    boolean plain = path.equals(request.getHttpURI().getCanonicalPath());
    return request.getMethod().equals("OPTIONS")
        || (plain
            && (CatRoutes.HEALTH.contains(path)
                || OPEN.contains(path)
                || OPEN_BELOW.stream().anyMatch(path::startsWith)));
  }

  private Optional<Problem> refusal(Request request) {
    List<String> sent = request.getHeaders().getValuesList(HttpHeader.AUTHORIZATION);
    if (sent.isEmpty()) {
      LOG.info("refused, without a token: {}", described(request));
      return Optional.of(unauthorized("Send a token: `Authorization: Bearer <token>`.", CHALLENGE));
    }
    Matcher bearer = BEARER.matcher(sent.get(0));
    Optional<Tokens.Client> client =
        sent.size() == 1 && bearer.matches()
            ? file.tokens().find(bearer.group(1))
            : Optional.empty();
    if (client.isEmpty()) {
      // Not a warning: otherwise anybody could fill the log.
      LOG.info("refused, with an unknown token: {}", described(request));
      return Optional.of(
          unauthorized(
              "The token is not one of this server's.", CHALLENGE + ", error=\"invalid_token\""));
    }
    RequestAttributes.CLIENT.set(request, client.get().name());
    RequestAttributes.CLIENT_ID.set(request, client.get().id());
    if (client.get().role() == Role.READ && !reads(request)) {
      LOG.warn("refused, with a token to read ({}): {}", client.get().name(), described(request));
      return Optional.of(
          new Problem(ProblemType.FORBIDDEN, "The token is one to read; this needs one to write.")
              .withHeader(
                  "WWW-Authenticate",
                  CHALLENGE + ", error=\"insufficient_scope\", scope=\"write\""));
    }
    return Optional.empty();
  }

  private static boolean reads(Request request) {
    return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
  }

  private static Problem unauthorized(String detail, String challenge) {
    return new Problem(ProblemType.UNAUTHORIZED, detail).withHeader("WWW-Authenticate", challenge);
  }

  /** Without the query, in which a token could be. */
  private static String described(Request request) {
    return "%s %s from %s"
        .formatted(
            request.getMethod(), request.getHttpURI().getPath(), Request.getRemoteAddr(request));
  }
}
