package dev.catstore.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The network between a server and its database, which can lose connections without a word. */
public final class FaultyProxy implements AutoCloseable {
  private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<Way> ways = new CopyOnWriteArrayList<>();
  private final int target;

  public FaultyProxy(int target) throws IOException {
    this.target = target;
    start(this::serve);
  }

  public int port() {
    return listening.getLocalPort();
  }

  /** From here on nothing passes on the connections that there are; new ones are served. */
  public void cut() {
    ways.forEach(it -> it.cut = true);
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Way way : ways) {
      way.from.close();
      way.to.close();
    }
  }

  private void serve() throws IOException {
    while (true) {
      Socket client = listening.accept();
      var server = new Socket(InetAddress.getLoopbackAddress(), target);
      for (Way way : List.of(new Way(client, server), new Way(server, client))) {
        ways.add(way);
        start(way::pass);
      }
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void start(Work work) {
    var thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // One of its sockets was closed, which ends it.
              }
            },
            "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  /** One direction of a connection. */
  private static final class Way {
    private final Socket from;
    private final Socket to;
    private volatile boolean cut;

    Way(Socket from, Socket to) {
      this.from = from;
      this.to = to;
    }

    void pass() throws IOException {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[8192];
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        if (!cut) {
          out.write(bytes, 0, n);
        }
      }
      if (!cut) {
        to.close();
      }
    }
  }
}
