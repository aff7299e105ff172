package dev.catstore.http.client;

import dev.catstore.support.Slow;
import dev.catstore.support.SmallHeap;
import dev.catstore.support.TestServer;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Constant memory on both sides: here the server, and in a process of its own the client. */
@Slow
@Timeout(300)
class HttpCatStoreSmallHeapTest {
  private static final int CATS = 500_000;

  @Test
  void manyCats_inAndOut_runInASmallHeap() throws Exception {
    try (var server = TestServer.start()) {
      SmallHeap.run("24m", HttpCatStoreSmallHeapTest.class, CATS, server.uri().toString());
    }
  }

  /** Runs in the process with the small heap. */
  public static void main(String[] arguments) {
    SmallHeap.exercise(HttpCatStore.at(URI.create(arguments[0])), CATS);
  }
}
