package dev.catstore.support;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** The events of a logger and of those below it, kept off the console until closed. */
public final class CapturedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private static final int TIMEOUT_SECONDS = 60;

  private final BlockingQueue<ILoggingEvent> events = new LinkedBlockingQueue<>();
  private final Logger logger;
  private final Level level;

  /** Captures what this class logs at DEBUG and above. */
  public CapturedLog(Class<?> logger) {
    this(logger.getName(), Level.DEBUG);
  }

  /** Captures the events of this level and above. */
  public CapturedLog(String logger, Level level) {
    this.logger = (Logger) LoggerFactory.getLogger(logger);
    this.level = this.logger.getLevel();
    this.logger.setAdditive(false);
    this.logger.setLevel(level);
    this.logger.addAppender(this);
    start();
  }

  @Override
  protected void append(ILoggingEvent event) {
    event.prepareForDeferredProcessing();
    events.add(event);
  }

  /** The next event; waits for it. */
  public ILoggingEvent next() throws InterruptedException {
    ILoggingEvent event = events.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    assertThat(event).as("an event").isNotNull();
    return event;
  }

  /** The events since the last one that was taken. */
  public List<ILoggingEvent> drain() {
    List<ILoggingEvent> drained = new ArrayList<>();
    events.drainTo(drained);
    return drained;
  }

  /** The messages of {@link #drain}. */
  public List<String> drainMessages() {
    return drain().stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    logger.setLevel(level);
    logger.setAdditive(true);
  }
}
