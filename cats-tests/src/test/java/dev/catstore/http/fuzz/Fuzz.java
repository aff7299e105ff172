package dev.catstore.http.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.catstore.support.RawConnection;
import dev.catstore.support.RawResponse;
import dev.catstore.support.TestServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Sends requests by chance to a server, and looks at what comes back. */
final class Fuzz {
  private static final int CATS = 20;
  private static final int MAX_FAULTS = 20;
  private static final Duration REST = Duration.ofSeconds(60);

  /** Requests after which the server's threads are counted for the first time. */
  private static final int WARM_UP = 500;

  /** How many threads more than then may come, for what the server does now and then. */
  private static final int MORE_THREADS = 16;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of the server's errors, those that the document or HTTP itself asks for. */
  private static final Set<Integer> SERVER_ERRORS = Set.of(501, 503, 505);

  private final TestServer server;
  private final Map<String, Long> answers = new TreeMap<>();
  private final List<String> faults = new ArrayList<>();
  private long requests;
  private long resets;
  private long newestId = CATS;

  private Fuzz(TestServer server) {
    this.server = server;
  }

  /** Sends so many requests. */
  static Fuzz run(TestServer server, long count, long seed) throws Exception {
    var fuzz = new Fuzz(server);
    var random = new RandomRequests(fuzz.openApi(), seed);
    fuzz.addCats();
    fuzz.exchangeUntil(Math.min(WARM_UP, count), random);
    int threads = ManagementFactory.getThreadMXBean().getThreadCount();
    fuzz.exchangeUntil(count, random);
    fuzz.lookForLeaks(threads);
    return fuzz;
  }

  /** What was wrong, each with the request; empty if nothing was. */
  List<String> faults() {
    return faults;
  }

  /** How many requests were sent, and answers came, by status. */
  @Override
  public String toString() {
    return "%d requests, answered %s; %d connections were reset"
        .formatted(requests, answers, resets);
  }

  private JsonNode openApi() throws IOException, InterruptedException {
    return JSON.readTree(send(HttpRequest.newBuilder(server.uri().resolve("/openapi.json"))));
  }

  private void addCats() throws IOException, InterruptedException {
    var cats = new StringBuilder();
    for (int i = 0; i < CATS; i++) {
      cats.append("{\"name\":\"cat %d\",\"price\":%d,\"breed\":\"manx\"}\n".formatted(i, i));
    }
    send(
        HttpRequest.newBuilder(server.uri().resolve("/cats"))
            .header("Content-Type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(cats.toString())));
  }

  private static byte[] send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofByteArray()).body();
  }

  private void exchangeUntil(long count, RandomRequests random) throws IOException {
    while (requests < count && faults.size() < MAX_FAULTS) {
      exchange(random.next(newestId));
    }
  }

  private void exchange(List<byte[]> sent) throws IOException {
    requests += sent.size();
    String received;
    try (var connection = new RawConnection(server.uri())) {
      for (byte[] bytes : sent) {
        connection.write(bytes);
      }
      connection.endWriting();
      received = connection.readAll();
    } catch (SocketException e) {
      resets++; // refused with something unread: then a response may be lost
      return;
    }
    try {
      if (received.isEmpty() && hasHead(sent)) {
        throw new IllegalStateException("no response");
      }
      for (RawResponse answer : RawResponse.parseAll(received)) {
        answers.merge(Integer.toString(answer.status()), 1L, Long::sum);
        check(answer);
      }
    } catch (IllegalStateException e) {
      faults.add(
          "%s%n  sent: %s%n  received: %s"
              .formatted(
                  e.getMessage(),
                  sent.stream().map(it -> shown(new String(it, ISO_8859_1))).toList(),
                  shown(received)));
    }
  }

  /** Whether the first request is there as far as the end of its headers. */
  private static boolean hasHead(List<byte[]> sent) {
    var text = new StringBuilder();
    sent.forEach(it -> text.append(new String(it, ISO_8859_1)));
    return text.indexOf("\r\n\r\n") > 0;
  }

  private void check(RawResponse answer) {
    String location = answer.headers().getOrDefault("location", "");
    if (location.matches("/cats/[0-9]+")) {
      newestId = Long.parseLong(location.substring("/cats/".length()));
    }
    if (answer.status() >= 500 && !SERVER_ERRORS.contains(answer.status())) {
      throw new IllegalStateException("status " + answer.status());
    }
    if (answer.status() >= 400 && !answer.body().isEmpty()) {
      checkProblem(answer);
    }
  }

  private static void checkProblem(RawResponse answer) {
    try {
      JsonNode problem = JSON.readTree(answer.body().getBytes(ISO_8859_1));
      if (!"application/problem+json".equals(answer.headers().get("content-type"))
          || problem.path("status").asInt(0) != answer.status()
          || !problem.path("type").asString("").startsWith("/problems/")) {
        throw new IllegalStateException("no problem");
      }
    } catch (JacksonException e) {
      throw new IllegalStateException("no JSON", e);
    }
  }

  /**
   * The server has to come to rest by itself: no connection of ours, none in use to the database.
   */
  private void lookForLeaks(int threadsBefore) {
    int threads = ManagementFactory.getThreadMXBean().getThreadCount();
    if (threads > threadsBefore + MORE_THREADS) {
      faults.add("there are %d threads, and were %d".formatted(threads, threadsBefore));
    }
    long end = System.nanoTime() + REST.toNanos();
    while (server.connections() > 0 || server.databaseConnectionsInUse() > 0) {
      if (System.nanoTime() > end) {
        faults.add(
            "after %s of rest there are %d connections, and %d in use to the database"
                .formatted(REST, server.connections(), server.databaseConnectionsInUse()));
        return;
      }
      Thread.onSpinWait();
    }
  }

  private static String shown(String text) {
    String shown = text.length() > 1500 ? text.substring(0, 1500) + "..." : text;
    return shown.replace("\r", "\\r").replace("\n", "\\n");
  }
}
