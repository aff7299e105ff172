package dev.catstore.support;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** What a logger says at DEBUG and above, which nobody else hears meanwhile. */
public final class CapturedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final BlockingQueue<ILoggingEvent> events = new LinkedBlockingQueue<>();
  private final Logger logger;

  public CapturedLog(Class<?> logger) {
    this.logger = (Logger) LoggerFactory.getLogger(logger);
    this.logger.setAdditive(false);
    this.logger.setLevel(Level.DEBUG);
    this.logger.addAppender(this);
    start();
  }

  @Override
  protected void append(ILoggingEvent event) {
    event.prepareForDeferredProcessing();
    events.add(event);
  }

  /** The next event, which may be on its way still. */
  public ILoggingEvent next() throws InterruptedException {
    ILoggingEvent event = events.poll(60, TimeUnit.SECONDS);
    assertThat(event).as("an event").isNotNull();
    return event;
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    logger.setLevel(null);
    logger.setAdditive(true);
  }
}
