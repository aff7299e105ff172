package dev.catstore.http.server.observability;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.event.KeyValuePair;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a line of the log looks like, whatever is logged. */
class LogLayoutTest {
  private static final String FORGED = "2026-01-01T00:00:00.000Z ERROR [main] Main -: all is lost";
  private static final JsonMapper JSON = new JsonMapper();

  private final LoggerContext context = new LoggerContext();

  @Test
  void text_ofAnEvent_hasTimeLevelThreadLoggerRequestMessageAndPairs() {
    LoggingEvent event = event("worker", Map.of("request", "r-1"), "a cat named {} came", "Tom");
    event.setKeyValuePairs(
        List.of(
            new KeyValuePair("status", 200),
            new KeyValuePair("ms", new BigDecimal("0.250")),
            new KeyValuePair("path", "/cats/1"),
            new KeyValuePair("name", "a \"b\" c=\\d")));
    assertThat(new TextLogLayout().doLayout(event))
        .isEqualTo(
            "2026-11-26T23:54:56.123Z WARN  [worker] Cats r-1: a cat named Tom came status=200"
                + " ms=0.250 path=/cats/1 name=\"a \\\"b\\\" c=\\\\d\"\n");
  }

  @Test
  void text_outsideOfARequest_hasADashInItsPlace() {
    assertThat(new TextLogLayout().doLayout(event("worker", Map.of(), "started")))
        .isEqualTo("2026-11-26T23:54:56.123Z WARN  [worker] Cats -: started\n");
  }

  @Test
  void text_ofAFailure_hasItsTraceIndented() {
    LoggingEvent event = event("worker", Map.of(), "failed");
    event.setThrowableProxy(
        new ThrowableProxy(
            new IllegalStateException("one\n" + FORGED, new RuntimeException("\r" + FORGED))));
    String text = new TextLogLayout().doLayout(event);
    assertThat(text)
        .startsWith("2026-11-26T23:54:56.123Z WARN  [worker] Cats -: failed\n")
        .contains(
            "\n  java.lang.IllegalStateException: one\n  " + FORGED + "\n",
            "\n    at dev.catstore.http.server.observability.LogLayoutTest",
            "\n  Caused by: java.lang.RuntimeException: ");
    assertThat(text.lines().skip(1)).allMatch(it -> it.startsWith("  "));
  }

  /** Every character that ends a line somewhere, moves what is around it, or is none. */
  static List<String> unseen() {
    IntStream controls = IntStream.concat(IntStream.rangeClosed(0, 31), IntStream.of(127, 0x85));
    IntStream others = IntStream.of(0x2028, 0x2029, 0x202e, 0x200b, 0xfeff, 0xd800, 0xdc00, 0xe000);
    return IntStream.concat(controls, others).mapToObj(it -> "" + (char) it).toList();
  }

  @ParameterizedTest
  @MethodSource("unseen")
  void text_ofWhatIsNotSeen_isEscapedWhereverItStands(String unseen) {
    String escape = "\\u%04x".formatted((int) unseen.charAt(0));
    String text = new TextLogLayout().doLayout(hostile(unseen));
    // Once each in the thread, the logger, the request, the message and the pair.
    assertThat(text.split(Pattern.quote(escape), -1)).hasSizeGreaterThan(5);
    assertThat(text.strip()).doesNotContain(unseen.equals("\n") ? "\n2026" : unseen);
    assertThat(text.split("[\\n\\x0B\\f\\r\\x85\\u2028\\u2029]", -1))
        .filteredOn(it -> it.startsWith("2026"))
        .hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("unseen")
  void json_ofWhatIsNotSeen_isOneLineThatSaysIt(String unseen) {
    String line = new JsonLogLayout().doLayout(hostile(unseen));
    assertThat(line).endsWith("}\n").matches("[ -~]*\\n");
    JsonNode json = JSON.readTree(line);
    assertThat(json.path("request").asString()).isEqualTo(unseen + FORGED);
    assertThat(json.path("message").asString()).isEqualTo("of " + unseen + FORGED);
    assertThat(json.path("path").asString()).isEqualTo(unseen + FORGED);
    assertThat(json.path("error").asString()).contains(unseen + FORGED);
  }

  @Test
  void json_ofAnEvent_hasTimeLevelLoggerThreadRequestMessageAndPairs() {
    LoggingEvent event =
        event("worker", Map.of("request", "r-1"), "a cat named {} came", "T\u00f6m");
    event.setKeyValuePairs(
        List.of(
            new KeyValuePair("status", 200),
            new KeyValuePair("ms", new BigDecimal("0.250")),
            new KeyValuePair("path", "/cats/1")));
    assertThat(new JsonLogLayout().doLayout(event))
        .isEqualTo(
            "{\"time\":\"2026-11-26T23:54:56.123Z\",\"level\":\"WARN\",\"logger\":\"dev.Cats\","
                + "\"thread\":\"worker\",\"request\":\"r-1\",\"message\":\"a cat named T\\u00F6m"
                + " came\",\"status\":200,\"ms\":0.250,\"path\":\"/cats/1\"}\n");
  }

  private LoggingEvent event(
      String thread, Map<String, String> mdc, String message, Object... arguments) {
    var event = new LoggingEvent();
    event.setLoggerContext(context);
    event.setTimeStamp(1_795_737_296_123L);
    event.setLevel(Level.WARN);
    event.setLoggerName("dev.Cats");
    event.setThreadName(thread);
    event.setMessage(message);
    event.setArgumentArray(arguments);
    event.setMDCPropertyMap(mdc);
    return event;
  }

  /** An event with this, and a line that looks like one of the log after it, wherever it can be. */
  private LoggingEvent hostile(String unseen) {
    String forged = unseen + FORGED;
    LoggingEvent event = event(forged, Map.of("request", forged), "of {}", forged);
    event.setLoggerName("dev" + unseen + "x");
    event.setKeyValuePairs(List.of(new KeyValuePair("path", forged)));
    event.setThrowableProxy(new ThrowableProxy(new RuntimeException(forged)));
    return event;
  }
}
