package dev.catstore.http.golden;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.Violations;
import dev.catstore.support.RawResponse;
import dev.catstore.support.TestServer;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * The clients of the tutorial's application go on unchanged: each recorded exchange, with the
 * deviations that its {@code cats} allows.
 */
@TestInstance(Lifecycle.PER_CLASS)
class GoldenExchangesTest {
  private static final Pattern ID = Pattern.compile("\\{id:(\\d+)\\}");
  private static final String NEW = "new";

  private final TestServer server = TestServer.start();
  private final GoldenClient client = new GoldenClient(server.uri());

  @AfterAll
  void close() {
    server.close();
  }

  @TestFactory
  Stream<DynamicTest> exchange() throws IOException {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                GoldenExchangesTest.class.getResourceAsStream("exchanges.jsonl"), UTF_8))) {
      List<Map<String, Object>> cases =
          lines.lines().map(line -> object(JsonValues.parse(line))).toList();
      assertThat(cases).hasSize(288);
      return cases.stream()
          .map(
              it ->
                  DynamicTest.dynamicTest(it.get("group") + "/" + it.get("name"), () -> play(it)));
    }
  }

  private void play(Map<String, Object> exchange) throws IOException {
    for (Map<String, Object> row : rows()) {
      client.send("DELETE", "/remove/" + row.get("id"), Map.of(), null);
    }
    assertThat(rows()).isEmpty();
    Map<String, String> ids = setUp(objects(exchange.get("setup")));
    List<Map<String, Object>> before = translated(rows(), ids);
    assertThat(before).isEqualTo(sorted(recorded(objects(exchange.get("rows_before")), ids)));

    Map<String, Object> request = object(exchange.get("request"));
    String method = (String) field(request, "method");
    RawResponse answer = send(request, ids, "");
    List<Map<String, Object>> after = translated(rows(), ids);
    judge(exchange, method, answer, ids, before, after);
  }

  /** Fails unless this answer, and these rows after it, are what the recording allows. */
  static void judge(
      Map<String, Object> exchange,
      String method,
      RawResponse answer,
      Map<String, String> ids,
      List<Map<String, Object>> before,
      List<Map<String, Object>> after) {
    Map<String, Object> response = object(exchange.get("response"));
    Map<String, Object> leave = object(exchange.getOrDefault("cats", Map.of()));
    int status = ((BigDecimal) field(response, "status")).intValue();
    List<Map<String, Object>> wanted = recorded(objects(exchange.get("rows_after")), ids);
    boolean refused = answer.status() >= 400 && answer.status() < 500;

    if (status >= 300 && leave.containsKey("accept") && answer.status() == 200) {
      Object rows = leave.getOrDefault("rows_after", exchange.get("rows_before"));
      assertThat(after).isEqualTo(sorted(recorded(objects(rows), ids)));
    } else if (status >= 300 || (leave.containsKey("refuse") && refused)) {
      assertProblem(method, answer);
      assertThat(after).isEqualTo(before);
    } else {
      assertThat(answer.status()).as(answer.text()).isEqualTo(status);
      if (!leave.containsKey("status_only")) {
        assertBody(
            (String) field(response, "body"), answer.text(), ids, leave.containsKey("order"));
      }
      if (leave.containsKey("strip")) {
        wanted.forEach(row -> row.replaceAll((field, value) -> stripped(value)));
      }
      assertThat(after).isEqualTo(sorted(wanted));
    }
  }

  private static Object stripped(Object value) {
    return value instanceof String text ? Violations.strip(text) : value;
  }

  private static void assertProblem(String method, RawResponse answer) {
    assertThat(answer.status()).as(answer.text()).isBetween(400, 499);
    assertThat(answer.headers()).containsEntry("content-type", "application/problem+json");
    if (!method.equals("HEAD")) {
      assertThat(object(JsonValues.parse(answer.text())))
          .containsKeys("type", "title", "status", "detail");
    }
  }

  private static void assertBody(
      String recorded, String found, Map<String, String> ids, boolean byId) {
    if (recorded.isEmpty()) {
      assertThat(found).isEmpty();
      return;
    }
    Object wanted = JsonValues.parse(recorded);
    Object got = JsonValues.parse(found);
    if (!(wanted instanceof List)) {
      assertThat(got).isEqualTo(wanted);
      return;
    }
    List<Map<String, Object>> rows = objects(got);
    assertThat(rows).isSortedAccordingTo(comparing(row -> (BigDecimal) row.get("id")));
    List<Map<String, Object>> wantedRows = recorded(objects(wanted), ids);
    assertThat(translate(rows, ids)).isEqualTo(byId ? sorted(wantedRows) : wantedRows);
  }

  /** Plays the set-up; returns which id here is which in the recording. */
  private Map<String, String> setUp(List<Map<String, Object>> steps) throws IOException {
    Map<String, String> ids = new HashMap<>();
    for (Map<String, Object> step : steps) {
      Set<Object> before = new HashSet<>(rows().stream().map(row -> row.get("id")).toList());
      int repeat = ((BigDecimal) step.getOrDefault("repeat", BigDecimal.ONE)).intValue();
      boolean accepted = ((BigDecimal) field(step, "status")).intValue() < 300;
      for (int n = 1; n <= repeat; n++) {
        RawResponse answer = send(step, ids, Integer.toString(n));
        assertThat(answer.status() < 300).as(answer.text()).isEqualTo(accepted);
      }
      List<Object> added =
          rows().stream().map(row -> row.get("id")).filter(id -> !before.contains(id)).toList();
      List<?> recorded = (List<?>) step.getOrDefault("ids", List.of());
      for (int i = 0; i < recorded.size(); i++) {
        ids.put(added.get(i).toString(), recorded.get(i).toString());
      }
    }
    return ids;
  }

  private RawResponse send(Map<String, Object> request, Map<String, String> ids, String n)
      throws IOException {
    String template = (String) request.getOrDefault("path_template", request.get("path"));
    String path =
        ID.matcher(template)
            .replaceAll(
                match ->
                    ids.entrySet().stream()
                        .filter(id -> id.getValue().equals(match.group(1)))
                        .findFirst()
                        .orElseThrow()
                        .getKey());
    byte[] body = body(request, n);
    Map<String, String> headers = new LinkedHashMap<>();
    if (request.containsKey("headers")) {
      object(request.get("headers")).forEach((name, value) -> headers.put(name, (String) value));
    } else if (body != null) {
      headers.put("Content-Type", "application/json");
    }
    return client.send((String) field(request, "method"), path, headers, body);
  }

  private static byte @Nullable [] body(Map<String, Object> request, String n) {
    if (request.containsKey("body_b64")) {
      return Base64.getDecoder().decode((String) request.get("body_b64"));
    }
    if (request.containsKey("body_parts")) {
      var bytes = new ByteArrayOutputStream();
      for (Object part : (List<?>) request.get("body_parts")) {
        List<?> textAndTimes = (List<?>) part;
        byte[] text = ((String) textAndTimes.get(0)).getBytes(UTF_8);
        for (int i = ((BigDecimal) textAndTimes.get(1)).intValue(); i > 0; i--) {
          bytes.writeBytes(text);
        }
      }
      return bytes.toByteArray();
    }
    return request.get("body") instanceof String text
        ? text.replace("{n}", n).getBytes(UTF_8)
        : null;
  }

  private List<Map<String, Object>> rows() throws IOException {
    return objects(JsonValues.parse(client.send("GET", "/", Map.of(), null).text()));
  }

  /** Rows as the recording would name them; a cat that it does not know is new. */
  private static List<Map<String, Object>> translate(
      List<Map<String, Object>> rows, Map<String, String> ids) {
    return withIds(rows, id -> ids.getOrDefault(id, NEW));
  }

  static List<Map<String, Object>> translated(
      List<Map<String, Object>> rows, Map<String, String> ids) {
    return sorted(translate(rows, ids));
  }

  private static List<Map<String, Object>> recorded(
      List<Map<String, Object>> rows, Map<String, String> ids) {
    return withIds(rows, id -> ids.containsValue(id) ? id : NEW);
  }

  private static List<Map<String, Object>> withIds(
      List<Map<String, Object>> rows, UnaryOperator<String> name) {
    List<Map<String, Object>> named = new ArrayList<>();
    for (Map<String, Object> row : rows) {
      Map<String, Object> copy = new LinkedHashMap<>(row);
      copy.put("id", name.apply(String.valueOf(row.get("id"))));
      named.add(copy);
    }
    return named;
  }

  private static List<Map<String, Object>> sorted(List<Map<String, Object>> rows) {
    return rows.stream()
        .sorted(
            comparing((Map<String, Object> row) -> field(row, "id").toString().length())
                .thenComparing(row -> field(row, "id").toString())
                .thenComparing(Map::toString))
        .toList();
  }

  private static Object field(Map<String, Object> object, String name) {
    return requireNonNull(object.get(name), name);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(@Nullable Object value) {
    return (Map<String, Object>) requireNonNull(value);
  }

  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> objects(@Nullable Object value) {
    return (List<Map<String, Object>>) requireNonNull(value);
  }
}
