package dev.catstore.http.server.observability;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.NewCat;
import dev.catstore.support.PausableCatStore;
import dev.catstore.support.TestClient;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What /metrics says of what the server did. */
@Timeout(60)
final class MetricsTest {
  private static final String COUNT = "http_server_requests_seconds_count";
  private static final Pattern URI = Pattern.compile("uri=\"([^\"]*)\"");
  private static final Pattern METHOD = Pattern.compile("method=\"([^\"]*)\"");

  private final InMemoryCatStore cats = new InMemoryCatStore();
  private final PausableCatStore store = new PausableCatStore(cats);
  private final TestServer server =
      TestServer.start(
          store,
          Map.of("CATS_MAX_REQUESTS", "2", "CATS_MAX_STREAMS", "1", "CATS_MAX_WAITING", "1"));
  private final TestClient client = new TestClient(server.uri());

  @AfterEach
  void close() {
    store.resume();
    server.close();
  }

  @Test
  void requests_areCountedByMethodRouteAndStatus() throws Exception {
    cats.add(new NewCat("Tom", 1, "manx"));
    client.get("/breeds");
    client.get("/breeds");
    client.head("/cats");
    client.get("/cats?limit=0");
    client.get("/edit/7");
    client.get("/");
    assertThat(scrape())
        .contains(
            count("GET", "SUCCESS", 200, "/breeds") + " 2\n",
            count("HEAD", "SUCCESS", 200, "/cats") + " 1\n",
            count("GET", "CLIENT_ERROR", 400, "/cats") + " 1\n",
            count("GET", "CLIENT_ERROR", 405, "/edit/{id}") + " 1\n",
            count("GET", "SUCCESS", 200, "/") + " 1\n");
  }

  @Test
  void requests_haveAHistogramOfSaneSize() throws Exception {
    client.get("/breeds");
    assertThat(scrape().lines().filter(it -> it.contains("_bucket") && it.contains("\"/breeds\"")))
        .hasSizeBetween(10, 20)
        .last()
        .asString()
        .endsWith("le=\"+Inf\"} 1");
  }

  @Test
  void requests_whateverIsSent_haveNoLabelsOfTheirOwn() throws Exception {
    for (int i = 0; i < 50; i++) {
      client.get("/cats/99" + i);
      client.get("/cats/" + i + "/x");
      client.get("/x" + i);
      client.get("/problems/x" + i);
      client.get("/x%0a" + i + "?y=" + i);
      client.send("BREW" + i, "/cats", BodyPublishers.noBody(), BodyHandlers.discarding());
      client.send("BREW" + i, "/y" + i, BodyPublishers.noBody(), BodyHandlers.discarding());
    }
    String scraped = scrape();
    assertThat(scraped)
        .contains(
            count("GET", "CLIENT_ERROR", 404, "/cats/{id}") + " 50\n",
            count("GET", "CLIENT_ERROR", 404, "NOT_FOUND") + " 100\n",
            count("GET", "CLIENT_ERROR", 400, "UNKNOWN") + " 50\n",
            count("OTHER", "CLIENT_ERROR", 405, "/cats") + " 50\n",
            count("OTHER", "CLIENT_ERROR", 404, "NOT_FOUND") + " 50\n");
    Set<String> routes = new TreeSet<>(Set.of("NOT_FOUND", "UNKNOWN"));
    TestServer.routes()
        .forEach(it -> routes.add(it.split(" ", -1)[1].replaceAll(":(\\w+)", "{$1}")));
    assertThat(routes).containsAll(found(URI, scraped));
    assertThat(found(METHOD, scraped)).containsExactlyInAnyOrder("GET", "OTHER");
  }

  @Test
  void requests_atWorkAndWaiting_areSeenAlsoWhenThereIsRoomForNoOther() throws Exception {
    store.pause();
    List<CompletableFuture<HttpResponse<String>>> held = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      held.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return client.get("/cats/1");
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              },
              it -> new Thread(it).start()));
    }
    // The one that asks is at work too.
    await("\nhttp_server_requests_waiting 1.0\n", "\nhttp_server_requests_active 3.0\n");
    assertThat(client.get("/health/ready").statusCode()).isEqualTo(200);
    HttpResponse<String> refused = client.get("/cats");
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(scrape()).contains(count("GET", "SERVER_ERROR", 503, "UNKNOWN") + " 1\n");
    store.resume();
    for (var answer : held) {
      assertThat(answer.get(60, SECONDS).statusCode()).isEqualTo(404);
    }
    await("\nhttp_server_requests_waiting 0.0\n", "\nhttp_server_requests_active 1.0\n");
  }

  @Test
  void process_isMeasuredToo() throws Exception {
    assertThat("\n" + scrape())
        .contains(
            "\ncats_build_info{version=\"",
            "\njvm_memory_used_bytes{area=\"heap\",",
            "\njvm_threads_live_threads ",
            "\njvm_classes_loaded_classes ",
            "\njvm_info{",
            "\nprocess_cpu_usage ",
            "\nprocess_cpu_seconds_total ",
            "\nsystem_cpus ",
            "\nprocess_uptime_seconds ",
            "\nprocess_files_open_files ",
            "\njetty_connections_current_connections{connector_name=\"unnamed\"} ",
            "\njetty_connections_bytes_in_bytes_count{",
            "\njetty_threads_busy ",
            "\njetty_threads_config_max ");
  }

  /** As `promtool check metrics` asks for. */
  @Test
  void names_always_followTheConventionsOfPrometheus() throws Exception {
    client.get("/breeds");
    List<String> types = scrape().lines().filter(it -> it.startsWith("# TYPE ")).toList();
    assertThat(types)
        .hasSizeGreaterThan(40)
        .noneMatch(it -> it.matches(".*_(ns|us|ms|s|b|kb|mb)(_total)? \\w+"))
        .noneMatch(it -> it.matches(".*_(count|sum|bucket|total) gauge"))
        .filteredOn(it -> it.endsWith(" counter"))
        .isNotEmpty()
        .allMatch(it -> it.endsWith("_total counter"));
  }

  @Test
  void servers_inOneProcess_countForThemselves() throws Exception {
    client.get("/breeds");
    try (TestServer other = TestServer.start(cats)) {
      assertThat(new TestClient(other.uri()).get("/metrics").body()).doesNotContain("/breeds");
    }
    assertThat(scrape()).contains(count("GET", "SUCCESS", 200, "/breeds") + " 1\n");
  }

  @Test
  void format_isThatOfAccept() throws Exception {
    HttpResponse<String> text = client.get("/metrics", "Accept", "text/html, */*");
    assertThat(text.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    assertThat(text.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(text.headers().allValues("Vary").toString()).contains("Accept]");
    HttpResponse<String> openMetrics =
        client.get(
            "/metrics",
            "Accept",
            "application/vnd.google.protobuf;encoding=delimited;q=0.7,"
                + "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;q=0.3");
    assertThat(openMetrics.headers().firstValue("Content-Type"))
        .contains("application/openmetrics-text; version=1.0.0; charset=utf-8");
    assertThat(openMetrics.body()).endsWith("# EOF\n");
  }

  @ParameterizedTest
  @CsvSource({
    // As Prometheus asks when it scrapes native histograms.
    "'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;"
        + "q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4',"
        + "application/openmetrics-text",
    "application/vnd.google.protobuf,text/plain",
    "'text/plain;q=0.7,application/openmetrics-text;q=0.2',text/plain",
    "'application/openmetrics-text;q=0,*/*',text/plain",
    "application/openmetrics-text,application/openmetrics-text",
    "image/png,text/plain",
    "'',text/plain",
    ";;,text/plain"
  })
  void format_isTheTextThatIsPreferred(String accept, String type) throws Exception {
    HttpResponse<String> response = client.get("/metrics", "Accept", accept);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith(type + ";");
  }

  @Test
  void head_isGetWithoutTheBody() throws Exception {
    HttpResponse<String> head = client.head("/metrics");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValueAsLong("Content-Length").orElse(0)).isPositive();
  }

  private String scrape() throws Exception {
    HttpResponse<String> answer = client.get("/metrics");
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  /** Until it is there; the test's time limit ends the search. */
  private void await(String... lines) throws Exception {
    String scraped = scrape();
    while (!List.of(lines).stream().allMatch(scraped::contains)) {
      scraped = scrape();
    }
  }

  private static String count(String method, String outcome, int status, String route) {
    return "\n%s{method=\"%s\",outcome=\"%s\",status=\"%d\",uri=\"%s\"}"
        .formatted(COUNT, method, outcome, status, route);
  }

  private static Set<String> found(Pattern label, String text) {
    Set<String> values = new TreeSet<>();
    Matcher matcher = label.matcher(text);
    while (matcher.find()) {
      values.add(matcher.group(1));
    }
    return values;
  }
}
