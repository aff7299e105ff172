package dev.catstore.http.server.jetty;

import dev.catstore.http.problem.Problem;
import dev.catstore.http.routes.CatRoutes;
import dev.catstore.http.routes.RequestAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.URIUtil;
import org.jspecify.annotations.Nullable;

/**
 * Serves everything below a path as if it were served at the root, and knows what precedes a path
 * where a client asks for it. As a customizer it does so before anything is refused.
 */
public final class BasePath extends Handler.Wrapper implements HttpConfiguration.Customizer {
  /** Operators ask for these at the server itself, as Kubernetes and Prometheus do. */
  private static final Set<String> AT_THE_ROOT_TOO =
      Stream.concat(CatRoutes.HEALTH.stream(), Stream.of("/metrics"))
          .collect(Collectors.toUnmodifiableSet());

  private final String path;

  /**
   * Serves everything below this path.
   *
   * @param path for example {@code /shop}
   */
  public BasePath(String path) {
    this.path = path;
  }

  @Override
  public Request customize(Request request, HttpFields.Mutable responseHeaders) {
    RequestAttributes.PREFIX.set(request, path);
    return request;
  }

  /**
   * What precedes each path for the client; without what proxies say if they were not heard yet.
   */
  static String prefixOf(Request request) {
    return RequestAttributes.PREFIX.get(request).orElseGet(() -> configured(request));
  }

  /** Jetty refuses what it cannot parse before it customizes anything. */
  private static String configured(Request request) {
    @Nullable BasePath configured =
        request.getConnectionMetaData().getHttpConfiguration().getCustomizer(BasePath.class);
    return configured == null ? "" : configured.path;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    Optional<Request> served = atTheRoot(request);
    if (served.isPresent()) {
      return super.handle(served.get(), response, callback);
    }
    ProblemErrorHandler.refuse(Problem.ofStatus(404), request, response, callback);
    return true;
  }

  /** The request as it would be without the path; empty if it is for something else. */
  private Optional<Request> atTheRoot(Request request) {
    HttpURI uri = request.getHttpURI();
    if (AT_THE_ROOT_TOO.contains(uri.getPath()) || isAsterisk(request)) {
      return Optional.of(request);
    }
    if (uri.getPath().equals(path)) {
      return Optional.of(Request.serveAs(request, HttpURI.build(uri, "/", null, uri.getQuery())));
    }
    // The rest may leave the path again, by dots.
    if (!uri.getPath().startsWith(path + "/")
        || URIUtil.canonicalPath(uri.getPath().substring(path.length())) == null) {
      return Optional.empty();
    }
    String rest = uri.getPathQuery().substring(path.length());
    return Optional.of(Request.serveAs(request, HttpURI.build(uri).pathQuery(rest)));
  }

  /** About the server as a whole; its path is {@code /} by now. */
  static boolean isAsterisk(Request request) {
    return Request.unWrap(request).getHttpURI().getPath().equals("*");
  }
}
