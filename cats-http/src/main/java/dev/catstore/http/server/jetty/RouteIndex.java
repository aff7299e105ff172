package dev.catstore.http.server.jetty;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import spark.RouteImpl;
import spark.route.HttpMethod;
import spark.route.Routes;
import spark.routematch.RouteMatch;

/**
 * Spark's routes as a tree of path segments. Spark itself tries one route after the other, and
 * splits their paths again each time.
 */
public final class RouteIndex extends Routes {
  private static final List<HttpMethod> METHODS =
      List.of(HttpMethod.get, HttpMethod.post, HttpMethod.put, HttpMethod.patch, HttpMethod.delete);

  private final Resource root = new Resource();

  /** What is at a path. */
  static final class Resource {
    private final Map<String, Resource> children = new HashMap<>();
    private final Map<HttpMethod, RouteImpl> routes = new EnumMap<>(HttpMethod.class);
    private @Nullable Resource parameter;
    private String path = "";
    private List<String> allowed = List.of();

    private Resource() {}

    /** The path as Spark writes it, for example {@code /cats/:id}. */
    String path() {
      return path;
    }

    /** Its methods, OPTIONS last; none if there is only what answers OPTIONS. */
    List<String> allowed() {
      return allowed;
    }

    private void put(HttpMethod method, RouteImpl route) {
      path = route.getPath();
      routes.put(method, route);
      List<String> methods = new ArrayList<>();
      for (HttpMethod it : METHODS) {
        if (routes.containsKey(it)) {
          methods.add(it.name().toUpperCase(Locale.ROOT));
        }
      }
      if (routes.containsKey(HttpMethod.get)) {
        methods.add(1, "HEAD");
      }
      if (!methods.isEmpty()) {
        methods.add("OPTIONS");
      }
      allowed = List.copyOf(methods);
    }
  }

  /**
   * Adds a route, whose segments are words or {@code :name}.
   *
   * @throws IllegalArgumentException if it has a wildcard
   */
  @Override
  public void add(HttpMethod method, RouteImpl route) {
    String path = route.getPath();
    if (path.indexOf('*') >= 0) {
      throw new IllegalArgumentException("a wildcard in " + path);
    }
    Resource at = root;
    for (String segment : path.split("/", -1)) {
      if (segment.startsWith(":")) {
        if (at.parameter == null) {
          at.parameter = new Resource();
        }
        at = at.parameter;
      } else if (!segment.isEmpty()) {
        at = at.children.computeIfAbsent(segment, it -> new Resource());
      }
    }
    at.put(method, route);
    super.add(method, route);
  }

  @Override
  public @Nullable RouteMatch find(HttpMethod method, String path, @Nullable String acceptType) {
    @Nullable Resource resource = find(path);
    @Nullable RouteImpl route = resource == null ? null : resource.routes.get(method);
    return route == null
        ? null
        : new RouteMatch(route, route.getPath(), path, route.getAcceptType(), method);
  }

  /** There are no filters. */
  @Override
  public List<RouteMatch> findMultiple(
      HttpMethod method, String path, @Nullable String acceptType) {
    return List.of();
  }

  @Nullable Resource find(String path) {
    @Nullable Resource found = find(root, path, 0);
    // As Spark has it: empty segments count for nothing but at the end.
    return found != null && path.endsWith("/") == found.path.endsWith("/") ? found : null;
  }

  private static @Nullable Resource find(Resource from, String path, int begin) {
    int start = begin;
    while (start < path.length() && path.charAt(start) == '/') {
      start++;
    }
    if (start == path.length()) {
      return from.routes.isEmpty() ? null : from;
    }
    int slash = path.indexOf('/', start);
    int end = slash < 0 ? path.length() : slash;
    @Nullable Resource child = from.children.get(path.substring(start, end));
    @Nullable Resource found = child == null ? null : find(child, path, end);
    return found == null && from.parameter != null ? find(from.parameter, path, end) : found;
  }
}
