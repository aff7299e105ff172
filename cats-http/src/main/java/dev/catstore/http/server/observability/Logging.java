package dev.catstore.http.server.observability;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import dev.catstore.http.server.config.LogSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** The log of the process, on standard error, with whatever library something is logged. */
public final class Logging {
  private static final String OURS = "dev.catstore";

  /** Held, as a collected logger loses its level. Logback filters what passes through it. */
  private static final java.util.logging.Logger OURS_IN_THE_JDK =
      java.util.logging.Logger.getLogger(OURS);

  private Logging() {}

  /**
   * Logs with these settings from now on. The level is for the server's own classes: others log at
   * DEBUG what belongs in no log, such as request headers.
   */
  public static void configure(LogSettings settings) {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    Level level = Level.convertAnSLF4JLevel(settings.level());
    context.getLogger(OURS).setLevel(level);
    context.getLogger(AccessLog.class).setLevel(settings.access() ? Level.INFO : Level.OFF);
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(level == Level.ERROR ? Level.ERROR : Level.WARN);
    root.addAppender(standardError(context, settings.format()));

    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    OURS_IN_THE_JDK.setLevel(java.util.logging.Level.ALL);
  }

  /** From now on, pools of connections do not log that they have lost some. */
  public static void ignoreLostConnections() {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.getLogger("com.zaxxer.hikari").setLevel(Level.ERROR);
  }

  /**
   * A line for standard output: the message as it is, or an object like those of the log.
   *
   * @param logger who says it
   */
  public static String line(LogSettings.Format format, Class<?> logger, String message) {
    return switch (format) {
      case TEXT -> message;
      case JSON -> {
        var source = (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(logger);
        var event = new LoggingEvent(OURS, source, Level.INFO, message, null, null);
        yield new JsonLogLayout().doLayout(event).strip();
      }
    };
  }

  private static ConsoleAppender<ILoggingEvent> standardError(
      LoggerContext context, LogSettings.Format format) {
    LayoutBase<ILoggingEvent> layout =
        switch (format) {
          case TEXT -> new TextLogLayout();
          case JSON -> new JsonLogLayout();
        };
    layout.setContext(context);
    layout.start();
    var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
    encoder.setContext(context);
    encoder.setCharset(UTF_8);
    encoder.setLayout(layout);
    encoder.start();
    var appender = new ConsoleAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    return appender;
  }
}
