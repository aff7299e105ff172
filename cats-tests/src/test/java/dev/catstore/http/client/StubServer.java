package dev.catstore.http.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.http.problem.Problem;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.wire.CatJson;
import dev.catstore.http.wire.ProblemDocument;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server that answers as a test says, one connection after the other, each with one request.
 * Where it was asked more often than it has answers it closes the connection.
 */
final class StubServer implements AutoCloseable {
  /** What the server does with one connection. */
  @FunctionalInterface
  interface Step {
    void serve(Call call) throws IOException;
  }

  /** One request, and the connection that it came on. */
  static final class Call {
    private final Socket socket;
    private final InputStream in;
    final String method;
    final String target;
    final Map<String, String> headers = new TreeMap<>();
    String body = "";

    private Call(Socket socket) throws IOException {
      this.socket = socket;
      this.in = socket.getInputStream();
      String[] first = line().split(" ", 3);
      this.method = first[0];
      this.target = first[1];
      for (String line = line(); !line.isEmpty(); line = line()) {
        String[] header = line.split(":", 2);
        headers.put(header[0].toLowerCase(Locale.ROOT), header[1].strip());
      }
    }

    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    /** Reads the body to its end. */
    Call readBody() throws IOException {
      var bytes = new ByteArrayOutputStream();
      if (headers.containsKey("content-length")) {
        bytes.writeBytes(exactly(Integer.parseInt(header("content-length"))));
      } else if (headers.containsKey("transfer-encoding")) {
        for (int length = Integer.parseInt(line(), 16);
            length > 0;
            length = Integer.parseInt(line(), 16)) {
          bytes.writeBytes(exactly(length));
          line();
        }
        line();
      }
      body = bytes.toString(UTF_8);
      return this;
    }

    /** Reads one line of a body in chunks. */
    String line() throws IOException {
      var line = new ByteArrayOutputStream();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        if (c < 0) {
          throw new EOFException();
        }
        line.write(c);
      }
      return line.toString(ISO_8859_1).strip();
    }

    /** Whatever still comes, until the client closes the connection. */
    String rest() throws IOException {
      return new String(in.readAllBytes(), ISO_8859_1);
    }

    /** Takes a part of what still comes. */
    void linger() throws IOException {
      in.skipNBytes(1024 * 1024);
    }

    void send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(UTF_8));
      socket.getOutputStream().flush();
    }

    /** Says that nothing more is sent; the client may go on. */
    void endAnswer() throws IOException {
      socket.shutdownOutput();
    }

    private byte[] exactly(int length) throws IOException {
      byte[] bytes = in.readNBytes(length);
      if (bytes.length < length) {
        throw new EOFException();
      }
      return bytes;
    }
  }

  private final ServerSocket listener;
  private final List<Step> steps;
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> served = new CompletableFuture<>();

  private StubServer(List<Step> steps) throws IOException {
    this.steps = steps;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  static StubServer start(Step... steps) {
    try {
      var server = new StubServer(List.of(steps));
      var thread = new Thread(server::serve, "stub");
      thread.setDaemon(true);
      thread.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the request, and answers it. */
  static Step answer(int status, String headers, String body) {
    return call -> call.readBody().send(text(status, headers, body));
  }

  /** Reads the request, and answers it with a problem of ours. */
  static Step problem(ProblemType type, String headers) {
    return answer(
        type.status(),
        "Content-Type: application/problem+json\r\n" + headers,
        StubServer.problem(type));
  }

  /** Reads the request, and is gone. */
  static Step lost() {
    return Call::readBody;
  }

  static String text(int status, String headers, String body) {
    return "HTTP/1.1 %d Some Reason\r\nConnection: close\r\nContent-Length: %d\r\n%s\r\n%s"
        .formatted(status, body.getBytes(UTF_8).length, headers, body);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** The requests so far. */
  List<Call> calls() {
    return calls;
  }

  /** Waits until every answer was given, and fails where one could not be. */
  void assertServed() {
    assertThat(served).succeedsWithin(Duration.ofSeconds(20));
  }

  private void serve() {
    try {
      for (Step step : steps) {
        try (Socket socket = listener.accept()) {
          var call = new Call(socket);
          calls.add(call);
          step.serve(call);
        }
      }
      served.complete(null);
      while (true) {
        try (Socket socket = listener.accept()) {
          calls.add(new Call(socket));
        }
      }
    } catch (IOException | RuntimeException | AssertionError e) {
      served.completeExceptionally(e);
    }
  }

  /** A problem of this type as JSON. */
  static String problem(ProblemType type) {
    Problem problem = new Problem(type, "On purpose.");
    return new String(CatJson.bytes(ProblemDocument.of(problem, "", null)), UTF_8);
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
