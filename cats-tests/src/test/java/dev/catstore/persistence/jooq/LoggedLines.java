package dev.catstore.persistence.jooq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What a class of the library logs, as {@code WARNING: message}; kept off the console. */
final class LoggedLines extends Handler implements AutoCloseable {
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Logger logger;

  LoggedLines(Class<?> logger) {
    this.logger = Logger.getLogger(logger.getName());
    this.logger.addHandler(this);
    this.logger.setUseParentHandlers(false);
  }

  /** The next line; waits for it. */
  String next() throws InterruptedException {
    String line = lines.poll(60, TimeUnit.SECONDS);
    assertThat(line).as("a line of the log").isNotNull();
    return line;
  }

  /** The lines that were not taken yet. */
  List<String> rest() {
    var rest = new ArrayList<String>();
    lines.drainTo(rest);
    return rest;
  }

  @Override
  public void publish(LogRecord line) {
    lines.add(line.getLevel().getName() + ": " + new SimpleFormatter().formatMessage(line));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
  }
}
