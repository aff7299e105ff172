package dev.catstore.http.routes;

import static java.util.Objects.requireNonNull;

import dev.catstore.domain.CatStore;
import dev.catstore.http.problem.Problem;
import dev.catstore.http.problem.ProblemException;
import java.util.Optional;
import spark.Request;
import spark.Response;
import spark.Route;
import spark.Service;

/**
 * The routes over a store: those of the tutorial application, /cats, /breeds, and /health. Each
 * parses, calls the port, and renders.
 */
public final class CatRoutes {
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
   * @param readiness what {@code /health/ready} answers
   */
  public static void mount(
      Service http, String prefix, CatStore store, RouteLimits limits, Readiness readiness) {
    requireNonNull(store);
    requireNonNull(limits);
    requireNonNull(readiness);
    var bodies = new CatRequestReader(limits);
    var streams = new StreamLimiter(limits.streams());
    var tutorial = new TutorialResource(store, bodies, streams);
    var cats = new CatCollectionResource(store, prefix, limits, bodies, streams);
    var cat = new CatItemResource(store, bodies);
    http.path(
        prefix,
        () -> {
          http.get("/", guarded(tutorial::list));
          http.post("/add", guarded(tutorial::add));
          http.delete("/remove/:id", guarded(tutorial::remove));
          http.patch("/edit/:id", guarded(tutorial::edit));
          http.options("/edit/:id", guarded(tutorial::options));

          http.get("/cats", guarded(cats::list));
          http.post("/cats", guarded(cats::add));
          http.get("/breeds", guarded(cats::breeds));

          http.get("/cats/:id", guarded(cat::find));
          http.put("/cats/:id", guarded(cat::replace));
          http.patch("/cats/:id", guarded(cat::edit));
          http.delete("/cats/:id", guarded(cat::remove));
          http.options("/cats/:id", guarded(cat::options));

          http.get("/health/live", guarded(CatRoutes::live));
          http.get("/health/ready", guarded((request, response) -> ready(readiness, response)));
        });
  }

  private static Route guarded(Route route) {
    return new GuardedRoute(route);
  }

  private static Object live(Request request, Response response) throws Exception {
    return Responses.status(response, "up");
  }

  private static Object ready(Readiness readiness, Response response) throws Exception {
    Optional<String> missing = readiness.missing();
    if (missing.isPresent()) {
      throw new ProblemException(Problem.unavailable(missing.get()));
    }
    return Responses.status(response, "ready");
  }
}
