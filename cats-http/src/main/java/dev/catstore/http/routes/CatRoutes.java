package dev.catstore.http.routes;

import static java.util.Objects.requireNonNull;

import dev.catstore.domain.CatStore;
import java.util.Set;
import spark.Service;

/**
 * Mounts the routes over a store: those of the tutorial application, /cats, /breeds and /health.
 */
public final class CatRoutes {
  private static final String LIVE = "/health/live";
  private static final String READY = "/health/ready";

  /** The paths of the health checks, behind the prefix. */
  public static final Set<String> HEALTH = Set.of(LIVE, READY);

  private CatRoutes() {}

  /**
   * Mounts the routes in a service, which may have others.
   *
   * @param prefix what comes before each path, for example {@code /shop}; empty for none
   */
  public static void mount(Service http, String prefix, CatStore store) {
    mount(http, prefix, store, RouteLimits.DEFAULT);
  }

  /** Mounts the routes in a service, with other limits. */
  public static void mount(Service http, String prefix, CatStore store, RouteLimits limits) {
    mount(http, prefix, store, limits, Readiness.of(store));
  }

  /**
   * Mounts the routes in a service, with other limits.
   *
   * @param readiness what {@code /health/ready} reports
   */
  public static void mount(
      Service http, String prefix, CatStore store, RouteLimits limits, Readiness readiness) {
    requireNonNull(store);
    requireNonNull(limits);
    requireNonNull(readiness);
    var reader = new CatRequestReader(limits);
    var streams = new StreamLimiter(limits.streams());
    var tutorial = new TutorialResource(store, reader, streams);
    var many = new CatBulkResource(store, limits, streams);
    var cats = new CatCollectionResource(store, prefix, limits, reader, streams, many);
    var cat = new CatItemResource(store, reader);
    var breeds = new BreedResource(store, streams);
    var health = new HealthResource(readiness);
    http.path(
        prefix,
        () -> {
          http.get("/", GuardedRoute.of(tutorial::list));
          http.post("/add", GuardedRoute.of(tutorial::add));
          http.delete("/remove/:id", GuardedRoute.of(tutorial::remove));
          http.patch("/edit/:id", GuardedRoute.of(tutorial::edit));
          http.options("/edit/:id", GuardedRoute.of(tutorial::options));

          http.get("/cats", GuardedRoute.of(cats::list));
          http.post("/cats", GuardedRoute.of(cats::add));
          http.put("/cats", GuardedRoute.of(many::put));
          http.patch("/cats", GuardedRoute.of(many::edit));
          http.options("/cats", GuardedRoute.of(many::options));

          http.get("/cats/:id", GuardedRoute.of(cat::find));
          http.put("/cats/:id", GuardedRoute.of(cat::replace));
          http.patch("/cats/:id", GuardedRoute.of(cat::edit));
          http.delete("/cats/:id", GuardedRoute.of(cat::remove));
          http.options("/cats/:id", GuardedRoute.of(cat::options));

          http.get("/breeds", GuardedRoute.of(breeds::list));

          http.get(LIVE, GuardedRoute.of(health::live));
          http.get(READY, GuardedRoute.of(health::ready));
        });
  }
}
