package dev.catstore.http.client;

import static dev.catstore.http.client.StubServer.answer;
import static dev.catstore.http.client.StubServer.problem;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.OutcomeUnknownException;
import dev.catstore.domain.PageRequest;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.http.problem.ProblemType;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A store on a server that says what a test wants. */
abstract class HttpCatStoreTestCase {
  static final NewCat TOM = new NewCat("Tom", 100, "manx");

  static final Cat TOM_1 = TOM.withId(1);

  static final String TOM_1_JSON =
      "{\"id\":1,\"name\":\"Tom\",\"price\":100,\"breed\":\"manx\",\"revision\":1}";

  static final CatRef REF = CatRef.of(1);

  static final CatEdit EDIT = CatEdit.price(7);

  static final String JSON = "Content-Type: application/json\r\n";

  static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

  static final StubServer.Step BUSY = problem(ProblemType.UNAVAILABLE, "Retry-After: 0\r\n");

  static final StubServer.Step GATEWAY =
      answer(502, "Content-Type: text/html\r\n", "<h1>Bad Gateway</h1>");

  static List<Consumer<CatStore>> reads() {
    return List.of(
        store -> store.find(1),
        store -> store.count(CatFilter.ALL),
        store -> store.page(PageRequest.FIRST),
        store -> store.each(CatFilter.ALL, cat -> {}),
        store -> store.eachBreed(breed -> {}));
  }

  static List<Consumer<CatStore>> changes() {
    return List.of(store -> store.edit(REF, EDIT), store -> store.remove(REF));
  }

  /** All but the bulk add. */
  static List<Consumer<CatStore>> shortCalls() {
    return Stream.of(reads(), changes(), List.<Consumer<CatStore>>of(store -> store.add(TOM)))
        .flatMap(List::stream)
        .toList();
  }

  static HttpCatStore store(StubServer server) {
    return HttpCatStore.at(server.uri());
  }

  static HttpCatStore store(StubServer server, Duration callLimit, Duration patience) {
    return new HttpCatStore(server.uri(), HttpClient.newHttpClient(), callLimit, patience);
  }

  /** What a call throws that is interrupted once the server has the request and says nothing. */
  static Throwable interrupted(Consumer<CatStore> call) throws Exception {
    return interrupted(request -> {}, call);
  }

  static Throwable interrupted(StubServer.Step reading, Consumer<CatStore> call) throws Exception {
    var asked = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    try (var server =
        StubServer.start(
            request -> {
              reading.serve(request);
              asked.countDown();
              await(end);
            })) {
      CatStore store = store(server);
      var task =
          new FutureTask<Throwable>(
              () -> {
                Throwable thrown = catchThrowable(() -> call.accept(store));
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                return thrown;
              });
      var thread = new Thread(task, "interrupted");
      thread.start();
      assertThat(asked.await(20, SECONDS)).isTrue();
      thread.interrupt();
      return task.get(20, SECONDS);
    } finally {
      end.countDown();
    }
  }

  static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  static AbstractThrowableAssert<?, ? extends Throwable> assertUnavailable(ThrowingCallable call) {
    return assertThatThrownBy(call).isInstanceOf(StoreUnavailableException.class);
  }

  static AbstractThrowableAssert<?, ? extends Throwable> assertOutcomeUnknown(
      ThrowingCallable call) {
    return assertThatThrownBy(call).isInstanceOf(OutcomeUnknownException.class);
  }
}
