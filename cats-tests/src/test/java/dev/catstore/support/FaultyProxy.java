package dev.catstore.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A TCP proxy that can stop forwarding without closing its connections, as a network may. */
public final class FaultyProxy implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<Direction> directions = new CopyOnWriteArrayList<>();
  private final int target;

  public FaultyProxy(int target) throws IOException {
    this.target = target;
    start(this::serve);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Drops whatever is sent on the present connections; later ones work. */
  public void cut() {
    directions.forEach(it -> it.cut = true);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Direction direction : directions) {
      direction.from.close();
      direction.to.close();
    }
  }

  private void serve() throws IOException {
    while (true) {
      Socket client = listener.accept();
      var server = new Socket(InetAddress.getLoopbackAddress(), target);
      for (Direction direction :
          List.of(new Direction(client, server), new Direction(server, client))) {
        directions.add(direction);
        start(direction::forward);
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
                // Closing a socket ends its threads.
              }
            },
            "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  /** One direction of a connection. */
  private static final class Direction {
    private final Socket from;
    private final Socket to;
    private volatile boolean cut;

    Direction(Socket from, Socket to) {
      this.from = from;
      this.to = to;
    }

    void forward() throws IOException {
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
