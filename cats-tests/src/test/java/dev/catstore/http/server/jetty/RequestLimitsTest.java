package dev.catstore.http.server.jetty;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatStore;
import dev.catstore.http.routes.Readiness;
import dev.catstore.http.server.HttpServer;
import dev.catstore.http.server.config.SettingValues;
import dev.catstore.http.server.config.Settings;
import dev.catstore.support.RawConnection;
import dev.catstore.support.Slow;
import dev.catstore.support.TestClient;
import dev.catstore.support.TestServer;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How many requests, streams and connections there may be, and for how long. */
@Slow
@Timeout(120)
class RequestLimitsTest extends LimitsTestCase {
  private final AtomicInteger calls = new AtomicInteger();

  private final CountDownLatch entered = new CountDownLatch(1);

  @Test
  void reading_thatTakesTooLong_isUnavailable() throws Exception {
    try (TestServer server = start(held("find"), "CATS_REQUEST_TIMEOUT", "500ms", fastDatabase());
        var client = new Client(server)) {
      client.write(GET_ONE);
      assertThat(client.readAll())
          .startsWith("HTTP/1.1 503")
          .contains("Retry-After: 1", "Connection: close", "/problems/unavailable", "X-Request-Id");
      released.countDown();
    }
  }

  @Test
  void writing_thatTakesTooLong_hasAnUnknownOutcome() throws Exception {
    try (TestServer server = start(held("add"), "CATS_REQUEST_TIMEOUT", "500ms", fastDatabase());
        var client = new Client(server)) {
      client.write(post("/cats", "application/json", TOM_JSON));
      assertThat(client.readAll())
          .startsWith("HTTP/1.1 503")
          .contains("/problems/outcome-unknown")
          .doesNotContain("Retry-After");
      released.countDown();
    }
  }

  @Test
  void streams_overTheirLimit_areUnavailable() throws Exception {
    cats.add(TOM);
    try (TestServer server = start(held("each"), "CATS_MAX_STREAMS", "1");
        var first = new Client(server)) {
      first.write("GET /" + HOST + "Connection: close\r\n\r\n");
      assertThat(entered.await(60, SECONDS)).isTrue();
      for (String head :
          List.of(
              "GET /" + HOST + "\r\n",
              "GET /breeds" + HOST + "\r\n",
              "GET /cats" + HOST + "Accept: text/csv\r\n\r\n",
              post("/cats", "application/x-ndjson", TOM_JSON))) {
        assertThat(send(server, head))
            .startsWith("503")
            .contains("retry-after", "Too many exports and imports");
      }
      assertThat(send(server, GET_ONE)).startsWith("200");
      released.countDown();
      assertThat(first.readAll()).startsWith("HTTP/1.1 200").contains("Tom");
      assertThat(send(server, "GET /breeds" + HOST + "\r\n")).startsWith("200");
    }
    assertThat(cats.count(CatFilter.ALL)).isEqualTo(1);
  }

  static Stream<String> streams() {
    return Stream.of(
        "GET /" + HOST + "\r\n",
        "GET /breeds" + HOST + "\r\n",
        post("/cats", "text/csv", "name,price,breed\n"));
  }

  /** The client may ask for the next one as soon as it has the last byte. */
  @ParameterizedTest
  @MethodSource("streams")
  void stream_beforeItsLastByte_hasGivenItsPlaceBack(String request) throws Exception {
    cats.add(TOM);
    var settings = new SettingValues(Map.of(), Map.of("CATS_PORT", "0", "CATS_MAX_STREAMS", "1"));
    var address = new CompletableFuture<URI>();
    var next = new FutureTask<>(() -> new TestClient(address.join()).get("/breeds").statusCode());
    try (HttpServer server =
        HttpServer.start(
            Settings.of(settings),
            cats,
            Readiness.of(cats),
            handler -> new BeforeTheLastByte(handler, next))) {
      address.complete(URI.create(server.address()));
      try (var connection = new RawConnection(address.join())) {
        connection.write(request);
        assertThat(connection.read().status()).isBetween(200, 201);
      }
      assertThat(next.get(60, SECONDS)).isEqualTo(200);
    }
  }

  /** Runs the task before the last byte of the first response. */
  private static final class BeforeTheLastByte extends Handler.Wrapper {
    private final AtomicBoolean first = new AtomicBoolean(true);
    private final FutureTask<?> task;

    BeforeTheLastByte(Handler handler, FutureTask<?> task) {
      super(handler);
      this.task = task;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      var watched =
          new Response.Wrapper(request, response) {
            @Override
            public void write(boolean last, @Nullable ByteBuffer content, Callback written) {
              if ((last || endsAnArray(content)) && first.getAndSet(false)) {
                task.run();
              }
              super.write(last, content, written);
            }
          };
      return super.handle(request, watched, callback);
    }

    /** A client that reads JSON knows so that it has all of it. */
    private static boolean endsAnArray(@Nullable ByteBuffer content) {
      return content != null
          && content.hasRemaining()
          && content.get(content.limit() - 1) == (byte) ']';
    }
  }

  @Test
  void requests_overTheirLimit_areUnavailableAtOnce() throws Exception {
    cats.add(TOM);
    try (TestServer server =
            start(
                held("find"),
                "CATS_MAX_REQUESTS",
                "2",
                Map.of(
                    "CATS_MAX_WAITING",
                    "1",
                    "CATS_MAX_STREAMS",
                    "1",
                    "CATS_CORS_ORIGINS",
                    "https://app.example"));
        var one = new Client(server);
        var two = new Client(server);
        var three = new Client(server);
        var four = new Client(server)) {
      // Two are at work and one waits; whichever is the fourth is refused at once.
      List<Client> clients = List.of(one, two, three, four);
      for (Client client : clients) {
        client.write("GET /cats/1" + HOST + "Origin: https://app.example\r\n\r\n");
      }
      Client refused = firstAnswered(clients);
      assertThat(refused.read())
          .startsWith("503")
          .contains("retry-after: 1", "/problems/unavailable")
          .contains("access-control-allow-origin: https://app.example");
      assertThat(send(server, "GET /health/live" + HOST + "\r\n")).startsWith("200");
      released.countDown();
      for (Client client : clients) {
        if (client != refused) {
          assertThat(client.read()).startsWith("200");
        }
      }
    }
  }

  /** The client that is answered first; the test's time limit ends the search. */
  private static Client firstAnswered(List<Client> clients) throws IOException {
    while (true) {
      for (Client client : clients) {
        if (client.hasAnswer()) {
          return client;
        }
      }
    }
  }

  @Test
  void requests_thatWaitTooLong_areUnavailable() throws Exception {
    cats.add(TOM);
    Map<String, String> more =
        Map.of(
            "CATS_MAX_REQUESTS",
            "2",
            "CATS_MAX_STREAMS",
            "1",
            "CATS_POOL_WAIT",
            "250ms",
            "CATS_STATEMENT_TIMEOUT",
            "100ms");
    try (TestServer server = start(held("find"), "CATS_REQUEST_TIMEOUT", "500ms", more);
        var one = new Client(server);
        var two = new Client(server);
        var waiting = new Client(server)) {
      one.write(GET_ONE);
      two.write(GET_ONE);
      waiting.write(GET_ONE);
      // Two are answered while the store still holds them; the third has not come to it.
      assertThat(one.read()).startsWith("503").contains("/problems/unavailable");
      assertThat(two.read()).startsWith("503").contains("/problems/unavailable");
      assertThat(waiting.read()).startsWith("503").contains("/problems/unavailable");
      assertThat(calls.get()).isEqualTo(2);
      released.countDown();
    }
  }

  @Test
  void connections_overTheirLimit_waitToBeAccepted() throws Exception {
    cats.add(TOM);
    try (TestServer server = start(cats, "CATS_MAX_CONNECTIONS", "2");
        var one = new Client(server);
        var two = new Client(server);
        var three = new Client(server)) {
      one.write(GET_ONE);
      assertThat(one.read()).startsWith("200");
      two.write(GET_ONE);
      assertThat(two.read()).startsWith("200");
      three.write(GET_ONE);
      assertThat(three.hasAnswer()).isFalse();
      one.socket.close();
      assertThat(three.read()).startsWith("200");
    }
  }

  /** A store whose method of this name waits until it is released. */
  private CatStore held(String name) {
    return (CatStore)
        Proxy.newProxyInstance(
            RequestLimitsTest.class.getClassLoader(),
            new Class<?>[] {CatStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals(name)
                  && !Long.valueOf(Long.MAX_VALUE).equals(arguments[0])) {
                calls.incrementAndGet();
                entered.countDown();
                assertThat(released.await(60, SECONDS)).isTrue();
              }
              try {
                return method.invoke(cats, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
