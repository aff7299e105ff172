package dev.catstore.http.server;

import dev.catstore.http.Readiness;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks once at a time: who asks meanwhile is told at once what was seen last. So that however many
 * ask, and however long a look takes, one thread and one connection to the database are all it
 * costs.
 */
final class OneLookAtATime implements Readiness {
  private final Readiness readiness;
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile Optional<String> seen = Optional.empty();

  OneLookAtATime(Readiness readiness) {
    this.readiness = readiness;
  }

  @Override
  public Optional<String> missing() {
    if (!looking.compareAndSet(false, true)) {
      return seen;
    }
    try {
      Optional<String> now = Optional.of("The server could not find out whether it is ready.");
      try {
        now = readiness.missing();
      } finally {
        seen = now;
      }
      return now;
    } finally {
      looking.set(false);
    }
  }
}
