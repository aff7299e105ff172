package dev.catstore.http.server.jetty;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import spark.RouteImpl;
import spark.route.HttpMethod;
import spark.route.Routes;
import spark.routematch.RouteMatch;

class RouteIndexTest {
  private static final List<String> ROUTES =
      List.of("/", "/cats", "/cats/:id", "/docs/", "/docs/:file", "/a/b/c", "/a/:x/d", "/:y/b");

  private final RouteIndex index = new RouteIndex();
  private final Routes table = Routes.create();

  RouteIndexTest() {
    for (String path : ROUTES) {
      add(HttpMethod.get, path);
    }
    add(HttpMethod.patch, "/cats/:id");
    add(HttpMethod.options, "/cats/:id");
  }

  private void add(HttpMethod method, String path) {
    RouteImpl route = RouteImpl.create(path, (request, response) -> "");
    index.add(method, route);
    table.add(method, route);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/", "//", "/cats", "/cats/", "//cats", "/Cats", "/cats/1", "/cats//1", "/cats/1/",
        "/cats/1/2", "/cats/:id", "/docs", "/docs/", "/docs/x", "/docs/x/", "/a", "/a/b", "/a/b/c",
        "/a/b/d", "/a/x/d", "/a/x/e", "/x/b", "/cats/b", "/none"
      })
  void path_anyWhere_findsTheRouteThatSparkFinds(String path) {
    for (HttpMethod method : List.of(HttpMethod.get, HttpMethod.patch, HttpMethod.options)) {
      assertThat(target(index, method, path)).isSameAs(target(table, method, path));
    }
  }

  private static @Nullable Object target(Routes routes, HttpMethod method, String path) {
    @Nullable RouteMatch match = routes.find(method, path, null);
    return match == null ? null : match.getTarget();
  }

  @Test
  void methods_ofAPath_areThoseOfItsRoutes() {
    RouteIndex.Resource cat = requireNonNull(index.find("/cats/7"));
    assertThat(cat.allowed()).containsExactly("GET", "HEAD", "PATCH", "OPTIONS");
    assertThat(cat.path()).isEqualTo("/cats/:id");
  }

  @Test
  void wildcard_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> add(HttpMethod.get, "/all/*"));
  }
}
