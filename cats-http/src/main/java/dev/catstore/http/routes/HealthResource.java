package dev.catstore.http.routes;

import dev.catstore.http.problem.Problem;
import dev.catstore.http.problem.ProblemException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** {@code /health}: whether the service runs, and whether it can serve. */
final class HealthResource {
  private final Readiness readiness;

  HealthResource(Readiness readiness) {
    this.readiness = readiness;
  }

  void live(Exchange exchange) throws IOException {
    Responses.json(exchange, Map.of("status", "up"));
  }

  void ready(Exchange exchange) throws IOException {
    Optional<String> missing = readiness.missing();
    if (missing.isPresent()) {
      throw new ProblemException(Problem.unavailable(missing.get()));
    }
    Responses.json(exchange, Map.of("status", "ready"));
  }
}
