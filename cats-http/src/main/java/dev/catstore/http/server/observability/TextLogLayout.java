package dev.catstore.http.server.observability;

import static java.util.stream.Collectors.joining;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import dev.catstore.http.server.jetty.RequestIds;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.event.KeyValuePair;

/**
 * The log for people: each event is a line that begins with its time; a stack trace follows on
 * indented lines. So nothing that a client sends can look like an event.
 */
final class TextLogLayout extends LayoutBase<ILoggingEvent> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** Ends a line, moves or hides what is around it, or is not a character. */
  private static final Pattern UNSEEN =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Cn}\\p{Co}\\p{Zl}\\p{Zp}]");

  /** The backslash is doubled, as this is the replacement of a pattern. */
  private static final String ESCAPE = "\\\\u%04x";

  private static final int WIDEST_LEVEL = 5;

  /** A value that needs no quotes. */
  private static final Pattern PLAIN = Pattern.compile("[!-~&&[^\"=\\\\]]+");

  @Override
  public String doLayout(ILoggingEvent event) {
    var line = new StringBuilder(256);
    line.append(time(event)).append(' ');
    String level = event.getLevel().toString();
    line.append(level).append(level.length() < WIDEST_LEVEL ? "  [" : " [");
    line.append(event.getThreadName()).append("] ");
    String logger = event.getLoggerName();
    line.append(logger.substring(logger.lastIndexOf('.') + 1)).append(' ');
    line.append(event.getMDCPropertyMap().getOrDefault(RequestIds.MDC_KEY, "-")).append(": ");
    line.append(event.getFormattedMessage());
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs != null) {
      pairs.forEach(it -> line.append(' ').append(it.key).append('=').append(quoted(it.value)));
    }
    var lines = new StringBuilder(escaped(line.toString())).append('\n');
    if (event.getThrowableProxy() != null) {
      ThrowableProxyUtil.asString(event.getThrowableProxy())
          .replace("\t", "  ")
          .lines()
          .forEach(it -> lines.append("  ").append(escaped(it)).append('\n'));
    }
    return lines.toString();
  }

  /** The time of the event, in UTC. */
  static String time(ILoggingEvent event) {
    return TIME.format(Instant.ofEpochMilli(event.getTimeStamp()));
  }

  private static String quoted(Object value) {
    String text = String.valueOf(value);
    return PLAIN.matcher(text).matches()
        ? text
        : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** Writes each character that cannot be seen as a Java escape. */
  private static String escaped(String text) {
    Matcher unseen = UNSEEN.matcher(text);
    return unseen.find()
        ? unseen.replaceAll(it -> it.group().chars().mapToObj(ESCAPE::formatted).collect(joining()))
        : text;
  }
}
