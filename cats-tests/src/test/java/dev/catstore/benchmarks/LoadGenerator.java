package dev.catstore.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/**
 * Sends requests over connections that stay open, from one thread, so that it takes little of the
 * machine that it shares with the server.
 *
 * <p>Without a rate, each connection sends its next request when it has its response. With one,
 * requests are due at that rate whatever the server does, and a request that has to wait for a free
 * connection has begun when it was due: no time is lost from the figures.
 */
final class LoadGenerator {
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *([0-9]+)\r\n");
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int MAX_HEAD_BYTES = 8 * 1024;
  private static final String LAST_CHUNK = "0\r\n\r\n";
  private static final long SECOND = 1_000_000_000;

  private final ByteBuffer received = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final Deque<Client> idle = new ArrayDeque<>();
  private final Histogram latencies = new Histogram(60_000_000_000L, 3);
  private final Supplier<byte[]> requests;
  private final long begin;
  private final long end;
  private final long[] perSecond;
  private long refused;

  private LoadGenerator(Supplier<byte[]> requests, Duration time) {
    this.requests = requests;
    this.begin = System.nanoTime();
    this.end = begin + time.toNanos();
    this.perSecond = new long[(int) time.toSeconds() + 1];
  }

  /**
   * What was measured.
   *
   * @param latencies of all requests, in nanoseconds
   * @param perSecond how many responses came in each second
   * @param refused how many of them were not of the class 2xx
   */
  record Result(Histogram latencies, List<Long> perSecond, long refused, double seconds) {
    double rate() {
      return latencies.getTotalCount() / seconds;
    }

    /** In milliseconds. */
    double percentile(double percent) {
      return latencies.getValueAtPercentile(percent) / 1e6;
    }
  }

  /**
   * Sends these requests for a while.
   *
   * @param rate how many a second, 0 for as many as the server answers
   */
  static Result run(
      SocketAddress server, Supplier<byte[]> requests, int connections, Duration time, double rate)
      throws IOException {
    try (Selector selector = Selector.open()) {
      var load = new LoadGenerator(requests, time);
      for (int i = 0; i < connections; i++) {
        load.connect(server, selector);
      }
      load.send(selector, rate);
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      double seconds = (System.nanoTime() - load.begin) / (double) SECOND;
      List<Long> perSecond = Arrays.stream(load.perSecond).boxed().toList();
      return new Result(load.latencies, perSecond, load.refused, seconds);
    }
  }

  private void connect(SocketAddress server, Selector selector) throws IOException {
    SocketChannel channel = SocketChannel.open(server);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    var client = new Client(channel);
    channel.register(selector, SelectionKey.OP_READ, client);
    idle.add(client);
  }

  private void send(Selector selector, double rate) throws IOException {
    long sent = 0;
    while (System.nanoTime() < end) {
      long due = rate == 0 ? 0 : begin + (long) (sent * SECOND / rate);
      while (!idle.isEmpty() && (rate == 0 || due <= System.nanoTime())) {
        idle.remove().send(requests.get(), rate == 0 ? System.nanoTime() : due);
        sent++;
        due = begin + (long) (sent * SECOND / rate);
      }
      if (rate == 0 || idle.isEmpty()) {
        selector.select(100);
      } else {
        selector.select(Math.max(1, (due - System.nanoTime()) / 1_000_000));
      }
      for (SelectionKey key : selector.selectedKeys()) {
        var client = (Client) key.attachment();
        if (client.receive()) {
          complete(client);
        }
      }
      selector.selectedKeys().clear();
    }
  }

  private void complete(Client client) {
    long now = System.nanoTime();
    latencies.recordValue(now - client.began);
    perSecond[(int) Math.min((now - begin) / SECOND, perSecond.length - 1)]++;
    if (client.status / 100 != 2) {
      refused++;
    }
    idle.add(client);
  }

  private final class Client {
    private final SocketChannel channel;
    private final StringBuilder head = new StringBuilder();
    private long began;
    private int status;

    /** Of the body; -1 until its head is there, -2 for one in chunks. */
    private long left;

    private String lastBytes = "";

    Client(SocketChannel channel) {
      this.channel = channel;
    }

    void send(byte[] request, long due) throws IOException {
      began = due;
      left = -1;
      lastBytes = "";
      head.setLength(0);
      ByteBuffer bytes = ByteBuffer.wrap(request);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    /** Whether the response is there. */
    boolean receive() throws IOException {
      received.clear();
      if (channel.read(received) < 0) {
        throw new EOFException("the server closed a connection after " + head);
      }
      received.flip();
      if (left == -1) {
        readHead();
      }
      if (left == -2) {
        return readChunks();
      }
      if (left >= 0) {
        left -= received.remaining();
      }
      return left == 0;
    }

    private void readHead() throws IOException {
      int from = head.length();
      int length = Math.min(received.remaining(), MAX_HEAD_BYTES);
      var bytes = new byte[length];
      received.get(received.position(), bytes);
      head.append(new String(bytes, ISO_8859_1));
      int end = head.indexOf("\r\n\r\n");
      if (end >= 0) {
        received.position(received.position() + end + 4 - from);
        head.setLength(end + 2);
        status = Integer.parseInt(head, 9, 12, 10);
        Matcher size = LENGTH.matcher(head);
        left = size.find() ? Long.parseLong(size.group(1)) : status == 204 ? 0 : -2;
      } else if (head.length() > MAX_HEAD_BYTES) {
        throw new IOException("no response: " + head);
      } else {
        received.position(received.limit());
      }
    }

    private boolean readChunks() {
      int length = Math.min(received.remaining(), LAST_CHUNK.length());
      var bytes = new byte[length];
      received.get(received.limit() - length, bytes);
      String tail = lastBytes + new String(bytes, ISO_8859_1);
      lastBytes = tail.substring(Math.max(0, tail.length() - LAST_CHUNK.length()));
      return lastBytes.equals(LAST_CHUNK);
    }
  }
}
