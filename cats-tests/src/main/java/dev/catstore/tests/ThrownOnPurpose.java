package dev.catstore.tests;

import dev.catstore.domain.NoSuchCatException;
import dev.catstore.domain.StoreUnavailableException;
import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/** What visitors and iterators throw, which a store must not take for trouble of its own. */
final class ThrownOnPurpose {
  /** A checked exception that no store knows. */
  static final class Trouble extends Exception {
    @Serial private static final long serialVersionUID = 1;
  }

  private ThrownOnPurpose() {}

  /** New ones: checked, unchecked, errors, and such as stores throw, catch or repeat after. */
  static List<Throwable> all() {
    return List.of(
        new Trouble(),
        new IllegalStateException("thrown on purpose"),
        new NullPointerException("thrown on purpose"),
        new NoSuchElementException("thrown on purpose"),
        new StoreUnavailableException("thrown on purpose", null),
        new NoSuchCatException(1),
        new IOException("thrown on purpose"),
        new UncheckedIOException(new IOException("thrown on purpose")),
        new SQLException("thrown on purpose", "40001"),
        new SQLException("thrown on purpose", "08006"),
        new InterruptedException("thrown on purpose"),
        new TimeoutException("thrown on purpose"),
        new CompletionException(new IOException("thrown on purpose")),
        new AssertionError("thrown on purpose"),
        new StackOverflowError("thrown on purpose"));
  }

  /** Those to throw after so many pulls: all at first, and two where a call takes longer. */
  static List<Throwable> at(int pulls) {
    return pulls < 100
        ? all()
        : List.of(new Trouble(), new StoreUnavailableException("thrown on purpose", null));
  }

  /** Throws anything where only unchecked exceptions may be thrown. */
  @SuppressWarnings("unchecked")
  static <X extends Throwable> RuntimeException sneak(Throwable failure) throws X {
    throw (X) failure;
  }
}
