package dev.catstore.http.server;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.spi.SystemStream;
import org.jline.terminal.spi.TerminalProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says on standard error how far a command has come: with a bar on a terminal, elsewhere in a line
 * now and then. For one thread.
 */
abstract class Progress implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
  private static final int DEFAULT_WIDTH = 80;

  /** So many cats go by between two looks at the clock or the position. */
  private static final int STEP = 256;

  private long cats;

  /**
   * Of work on a file.
   *
   * @param verb what is done with the cats
   * @param size how many bytes there are
   * @param position how many of them have been worked on
   */
  static Progress ofBytes(String verb, long size, LongSupplier position) {
    return start(verb, () -> size, cats -> position.getAsLong(), " KiB", 1024);
  }

  /**
   * Of work on cats.
   *
   * @param verb what is done with them
   * @param size says how many there are, or -1; is asked for a bar alone
   */
  static Progress ofCats(String verb, LongSupplier size) {
    return start(verb, size, cats -> cats, "", 1);
  }

  private static Progress start(
      String verb, LongSupplier size, LongUnaryOperator position, String unit, long unitSize) {
    OptionalInt width = widthOfTerminal();
    if (width.isEmpty()) {
      return new Lines(System.err, verb, BETWEEN_LINES);
    }
    ProgressBar bar =
        new ProgressBarBuilder()
            .setTaskName(verb)
            .setInitialMax(size.getAsLong())
            .setUnit(unit, unitSize)
            .setStyle(ProgressBarStyle.ASCII)
            .setConsumer(new ConsoleProgressBarConsumer(System.err, width.getAsInt() - 1))
            .setUpdateIntervalMillis(200)
            .build();
    return new Bar(bar, position);
  }

  /** Says nothing. */
  static Progress quiet() {
    return new Progress() {
      @Override
      void show(long cats) {}
    };
  }

  /** Counts a cat that has been done. */
  final void count() {
    cats++;
    if (cats % STEP == 0) {
      show(cats);
    }
  }

  /** Counts from 0 again. */
  final void restart() {
    cats = 0;
  }

  final long cats() {
    return cats;
  }

  abstract void show(long cats);

  @Override
  public void close() {}

  /**
   * How wide the terminal is that standard error is; empty if it is none. Java itself cannot tell:
   * its console is there if standard input and output are terminals, and on newer versions always.
   */
  private static OptionalInt widthOfTerminal() {
    try {
      TerminalProvider terminals = TerminalProvider.load(TerminalBuilder.PROP_PROVIDER_EXEC);
      if (!terminals.isSystemStream(SystemStream.Error)) {
        return OptionalInt.empty();
      }
      int width = terminals.systemStreamWidth(SystemStream.Error);
      return OptionalInt.of(width > 0 ? width : DEFAULT_WIDTH);
    } catch (IOException e) {
      LOG.debug("nobody knows what is a terminal here", e);
      return OptionalInt.empty();
    }
  }

  private static final class Bar extends Progress {
    private final ProgressBar bar;
    private final LongUnaryOperator position;

    Bar(ProgressBar bar, LongUnaryOperator position) {
      this.bar = bar;
      this.position = position;
    }

    @Override
    void show(long cats) {
      bar.stepTo(position.applyAsLong(cats));
      bar.setExtraMessage(String.format(Locale.ROOT, " %,d cats", cats));
    }

    @Override
    public void close() {
      // Interrupted, the bar would not wait until its line has an end.
      boolean interrupted = Thread.interrupted();
      try {
        show(cats());
      } finally {
        // Also where an interrupt has closed the file, whose position nobody knows any more.
        bar.close();
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  /** Says in a line how far it has come, when there has been none for a while. */
  static final class Lines extends Progress {
    private final PrintStream out;
    private final String verb;
    private final long pause;
    private long last = System.nanoTime();

    Lines(PrintStream out, String verb, Duration pause) {
      this.out = out;
      this.verb = verb;
      this.pause = pause.toNanos();
    }

    @Override
    void show(long cats) {
      long now = System.nanoTime();
      if (now - last >= pause) {
        last = now;
        out.printf(Locale.ROOT, "%s: %,d cats so far%n", verb, cats);
      }
    }
  }
}
