package dev.catstore.http.server.jetty;

import dev.catstore.http.problem.Problem;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.routes.CatRoutes;
import dev.catstore.http.routes.ProblemResponder;
import dev.catstore.http.routes.RequestAttributes;
import dev.catstore.http.server.config.HostNames;
import dev.catstore.http.server.jetty.RouteIndex.Resource;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;
import spark.embeddedserver.jetty.HttpRequestWrapper;
import spark.route.HttpMethod;

/**
 * What HTTP asks of a whole server, around Spark's filter: the hosts that are served, HEAD,
 * OPTIONS, 404 and 405 on every path.
 */
public final class HttpSemanticsFilter implements Filter {
  private static final List<String> ALL_METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private final Filter spark;
  private final RouteIndex routes;
  private final Set<String> allowedHosts;

  public HttpSemanticsFilter(Filter spark, RouteIndex routes, Set<String> allowedHosts) {
    this.spark = spark;
    this.routes = routes;
    this.allowedHosts = allowedHosts;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    var httpRequest = (HttpServletRequest) request;
    var httpResponse = (HttpServletResponse) response;
    if (!isServed(httpRequest)) {
      var misdirected =
          new Problem(
              ProblemType.MISDIRECTED_REQUEST,
              "This server does not serve that host name (CATS_ALLOWED_HOSTS).");
      ProblemResponder.respond(misdirected, httpRequest, httpResponse);
      return;
    }
    String method = httpRequest.getMethod();
    @Nullable Resource resource = routes.find(httpRequest.getRequestURI());
    if (resource == null || resource.allowed().isEmpty()) {
      ProblemResponder.respond(Problem.ofStatus(404), httpRequest, httpResponse);
      return;
    }
    List<String> allowed = resource.allowed();
    RequestAttributes.ROUTE.set(request, resource.path());
    if (!allowed.contains(method)) {
      Problem notAllowed =
          new Problem(
                  ProblemType.METHOD_NOT_ALLOWED, "Only " + allow(allowed) + " are allowed here.")
              .withHeader("Allow", allow(allowed));
      ProblemResponder.respond(notAllowed, httpRequest, httpResponse);
    } else if (!method.equals("OPTIONS")) {
      spark.doFilter(new RoutedRequest(httpRequest), response, chain);
    } else {
      httpResponse.setHeader("Allow", allow(isAsterisk(httpRequest) ? ALL_METHODS : allowed));
      if (routes.find(HttpMethod.options, httpRequest.getRequestURI(), null) != null) {
        // A route that has more to say.
        spark.doFilter(new RoutedRequest(httpRequest), response, chain);
      } else {
        httpResponse.setContentLength(0);
        httpResponse.flushBuffer();
      }
    }
  }

  /** Load balancers ask for health by any address, or by none; it tells a stranger nothing. */
  private boolean isServed(HttpServletRequest request) {
    String host = request.getServerName();
    return allowedHosts.contains(host)
        || CatRoutes.HEALTH.contains(request.getRequestURI())
        || HostNames.canonical(host).filter(allowedHosts::contains).isPresent();
  }

  /** About the server as a whole; its path is {@code /} by now. */
  private static boolean isAsterisk(HttpServletRequest request) {
    return BasePath.isAsterisk(ServletContextRequest.getServletContextRequest(request));
  }

  private static String allow(List<String> allowed) {
    return String.join(", ", allowed);
  }

  /**
   * The request as Spark's matcher sees it. HEAD runs the route of GET, and Jetty drops the body;
   * the routes negotiate content themselves; and no header changes the method.
   */
  private static final class RoutedRequest extends HttpRequestWrapper {
    RoutedRequest(HttpServletRequest request) {
      super(request);
    }

    @Override
    public String getMethod() {
      String method = super.getMethod();
      return method.equals("HEAD") ? "GET" : method;
    }

    @Override
    public @Nullable String getHeader(String name) {
      boolean hidden =
          name.equalsIgnoreCase("Accept") || name.equalsIgnoreCase("X-HTTP-Method-Override");
      return hidden ? null : super.getHeader(name);
    }
  }
}
