package dev.catstore.http.client;

import dev.catstore.domain.CatStore;
import dev.catstore.support.Slow;
import dev.catstore.support.TestServer;
import dev.catstore.tests.CatStoreContract;
import dev.catstore.tests.InMemoryCatStore;
import org.junit.jupiter.api.AfterEach;

/** The contract over HTTP, with a store in memory at the other end. */
@Slow
class HttpCatStoreOnMemoryTest implements CatStoreContract {
  private final TestServer server = TestServer.start(new InMemoryCatStore());
  private final CatStore store = HttpCatStore.at(server.uri());

  @AfterEach
  void stop() {
    server.close();
  }

  @Override
  public CatStore store() {
    return store;
  }
}
