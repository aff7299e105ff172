package dev.catstore.http.routes;

import static dev.catstore.support.TestClient.assertProblem;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.domain.BulkCounts;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.PageRequest;
import dev.catstore.support.ForwardingCatStore;
import dev.catstore.support.MigratedDatabase;
import dev.catstore.support.Slow;
import dev.catstore.support.TestClient;
import dev.catstore.support.TestServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the owner of a catalogue does with its file: edit it, move it, and send it again. */
@Slow
@Timeout(300)
final class PriceListTest {
  private static final Pattern PRICE = Pattern.compile("(?m)^([0-9]+,[^,]+),([0-9]+),");

  private final MigratedDatabase database = new MigratedDatabase(8);
  private final CatStore store = database.store();

  @AfterEach
  void close() {
    database.close();
  }

  private static Iterator<NewCat> cats(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new NewCat("cat " + i, i % 1000, "breed " + i % 20))
        .iterator();
  }

  @Test
  void exportWhosePricesAreChanged_whileAnotherClientEditsTwoCats_losesNoEdit() throws Exception {
    store.addAll(cats(100_000));
    try (TestServer server = TestServer.start(store)) {
      var client = new TestClient(server.uri());
      String export = client.get("/cats?format=csv").body();
      String edited = PRICE.matcher(export).replaceAll("$1,9$2,");
      long first = store.page(PageRequest.FIRST).cats().get(0).id();
      store.edit(CatRef.of(first + 41), CatEdit.price(1));
      store.edit(CatRef.of(first + 77_000), CatEdit.name("renamed"));

      HttpResponse<String> refused =
          client.send("PUT", "/cats", edited, "Content-Type", "text/csv");

      assertProblem(refused, 412, "precondition-failed");
      assertThat(refused.body())
          .contains(
              "\"line\":43,\"id\":" + (first + 41), "\"line\":77002,\"id\":" + (first + 77_000))
          .doesNotContain("more");
      assertThat(store.count(CatFilter.ALL.withMinPrice(1_000))).isZero();

      String without =
          edited
              .lines()
              .filter(line -> !line.startsWith((first + 41) + ","))
              .filter(line -> !line.startsWith((first + 77_000) + ","))
              .collect(joining("\n"));
      HttpResponse<String> done = client.send("PUT", "/cats", without, "Content-Type", "text/csv");
      assertThat(done.body()).isEqualTo("{\"added\":0,\"changed\":99998,\"unchanged\":0}");
      assertThat(store.find(first + 41).orElseThrow().price()).isEqualTo(1);
      assertThat(store.find(first + 42).orElseThrow().price()).isEqualTo(942);
    }
  }

  @Test
  void exportThatIsPutIntoAnEmptyDatabase_isTheSameExportAgain() throws Exception {
    store.addAll(cats(5_000));
    store.edit(CatRef.of(17), CatEdit.name("\"quoted\", and; \\ more"));
    store.remove(CatRef.of(18));
    try (TestServer server = TestServer.start(store);
        var elsewhere = new MigratedDatabase(4);
        TestServer other = TestServer.start(elsewhere.store())) {
      var from = new TestClient(server.uri());
      var to = new TestClient(other.uri());
      for (String format : new String[] {"csv", "ndjson", "json"}) {
        HttpResponse<String> export = from.get("/cats?format=" + format);
        elsewhere.execute("truncate cats");
        String type = export.headers().firstValue("Content-Type").orElseThrow();
        HttpResponse<String> put = to.send("PUT", "/cats", export.body(), "Content-Type", type);
        assertThat(put.body()).isEqualTo("{\"added\":4999,\"changed\":0,\"unchanged\":0}");
        assertThat(to.get("/cats?format=" + format).body()).isEqualTo(export.body());
      }
      Cat next = elsewhere.store().add(new NewCat("Tom", 1, "manx"));
      assertThat(next.id()).isGreaterThan(5_000);
    }
  }

  @Test
  void importWhoseClientGivesUp_sentAgainUnderItsKey_isThereOnce() throws Exception {
    var atWork = new CountDownLatch(1);
    var continued = new CountDownLatch(1);
    var slow =
        new ForwardingCatStore(store) {
          @Override
          public BulkCounts addAll(Iterator<NewCat> cats, BulkOptions options) {
            return super.addAll(pausing(cats, atWork, continued), options);
          }
        };
    String body = IntStream.range(0, 1_000).mapToObj(i -> "cat " + i + ",1,x\n").collect(joining());
    try (TestServer server = TestServer.start(slow)) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(server.uri() + "/cats"))
              .header("Content-Type", "text/csv")
              .header("Idempotency-Key", "list")
              .POST(BodyPublishers.ofString("name,price,breed\n" + body));
      HttpClient http = HttpClient.newHttpClient();
      assertThatThrownBy(
              () ->
                  http.send(
                      request.copy().timeout(Duration.ofSeconds(2)).build(),
                      BodyHandlers.ofString()))
          .isInstanceOf(HttpTimeoutException.class);
      assertThat(atWork.await(30, TimeUnit.SECONDS)).isTrue();

      CompletableFuture<HttpResponse<String>> again =
          http.sendAsync(request.build(), BodyHandlers.ofString());
      continued.countDown();

      HttpResponse<String> response = again.get(60, TimeUnit.SECONDS);
      assertThat(response.body()).isEqualTo("{\"added\":1000}");
      assertThat(response.statusCode()).isEqualTo(201);
      assertThat(store.count(CatFilter.ALL)).isEqualTo(1_000);
    }
  }

  /** Waits after the last cat. */
  private static Iterator<NewCat> pausing(
      Iterator<NewCat> cats, CountDownLatch atEnd, CountDownLatch continued) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        if (cats.hasNext()) {
          return true;
        }
        atEnd.countDown();
        try {
          assertThat(continued.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
        return false;
      }

      @Override
      public NewCat next() {
        return cats.next();
      }
    };
  }
}
