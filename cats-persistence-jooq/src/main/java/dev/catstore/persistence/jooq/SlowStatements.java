package dev.catstore.persistence.jooq;

import static java.lang.System.Logger.Level.WARNING;

import java.io.Serial;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jooq.Configuration;
import org.jooq.DSLContext;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.Query;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** Logs the statements that take long to be answered, or to fail. */
final class SlowStatements implements ExecuteListener {
  @Serial private static final long serialVersionUID = 1;
  private static final System.Logger LOG = System.getLogger(SlowStatements.class.getName());

  /** Whatever the configuration inlines, this has a question mark for each value. */
  private static final DSLContext WITHOUT_VALUES = DSL.using(SQLDialect.POSTGRES);

  private final long thresholdNanos;

  SlowStatements(Duration threshold) {
    if (threshold.isZero() || threshold.isNegative()) {
      throw new IllegalArgumentException("the threshold must be above zero, not " + threshold);
    }
    this.thresholdNanos = threshold.toNanos();
  }

  /** The same configuration, with this listener besides those that it has. */
  Configuration listenIn(Configuration configuration) {
    return configuration.derive().setAppending(this);
  }

  @Override
  public void executeStart(ExecuteContext context) {
    context.data(this, System.nanoTime());
  }

  @Override
  public void executeEnd(ExecuteContext context) {
    look(context);
  }

  /** Also while rows are fetched, when the statement was looked at before. */
  @Override
  public void exception(ExecuteContext context) {
    look(context);
  }

  private void look(ExecuteContext context) {
    Query query = context.query();
    if (context.data().remove(this) instanceof Long start && query != null) {
      look(start, () -> WITHOUT_VALUES.render(query));
    }
  }

  /** Logs a statement that began at this {@link System#nanoTime}, and has just ended. */
  void look(long start, Supplier<String> sql) {
    long nanos = System.nanoTime() - start;
    if (nanos >= thresholdNanos) {
      LOG.log(
          WARNING,
          "a statement took {0} ms: {1}",
          Long.toString(TimeUnit.NANOSECONDS.toMillis(nanos)),
          sql.get());
    }
  }
}
