package dev.catstore.http.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What was sent on one connection, and everything that came back. */
final class RawExchange {
  private static final int TIMEOUT_MILLIS = 60_000;
  private static final byte[] BEGINNING = "HTTP/1.1 ".getBytes(ISO_8859_1);

  private final byte[] received;
  private final boolean reset;

  private RawExchange(byte[] received, boolean reset) {
    this.received = received;
    this.reset = reset;
  }

  /** An answer; header names are in lower case, the body has a character for each byte. */
  record Answer(int status, Map<String, String> headers, String body) {}

  /**
   * Sends these, says that nothing more comes, and reads to the end.
   *
   * @throws java.net.SocketTimeoutException if the server leaves the connection open
   */
  static RawExchange send(URI server, List<byte[]> requests) throws IOException {
    var received = new ByteArrayOutputStream();
    boolean reset = false;
    try (var socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      try {
        for (byte[] request : requests) {
          socket.getOutputStream().write(request);
        }
        socket.shutdownOutput();
      } catch (SocketException e) {
        reset = true; // the server may refuse before it has everything
      }
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[8192];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        received.write(buffer, 0, read);
      }
    } catch (SocketException e) {
      reset = true; // it closed with something of ours unread
    }
    return new RawExchange(received.toByteArray(), reset);
  }

  /** Everything that came back, with a character for each byte. */
  String received() {
    return new String(received, ISO_8859_1);
  }

  /** Whether the server has reset the connection: then some of its answer may be lost. */
  boolean isReset() {
    return reset;
  }

  /**
   * The answers, interim ones left out.
   *
   * @throws IllegalStateException if what came is no sequence of complete answers
   */
  List<Answer> answers() {
    List<Answer> answers = new ArrayList<>();
    var reader = new Reader();
    while (reader.at < received.length) {
      Answer answer = reader.answer();
      if (answer.status() >= 200) {
        answers.add(answer);
      }
    }
    return answers;
  }

  private final class Reader {
    private int at;

    Answer answer() {
      if (!begins(at)) {
        throw new IllegalStateException("no answer begins at byte " + at);
      }
      String line = line();
      int status = Integer.parseInt(line.substring(BEGINNING.length, BEGINNING.length + 3));
      Map<String, String> headers = new TreeMap<>();
      for (String header = line(); !header.isEmpty(); header = line()) {
        int colon = header.indexOf(':');
        headers.merge(
            header.substring(0, colon).toLowerCase(Locale.ROOT),
            header.substring(colon + 1).strip(),
            (first, second) -> first + ", " + second);
      }
      return new Answer(status, headers, new String(body(status, headers), ISO_8859_1));
    }

    private byte[] body(int status, Map<String, String> headers) {
      // Also after a HEAD: no body of ours begins like an answer.
      boolean none = status < 200 || status == 204 || status == 304;
      if (none || at == received.length || begins(at)) {
        return new byte[0];
      }
      if (headers.containsKey("content-length")) {
        return bytes(Integer.parseInt(headers.get("content-length")));
      }
      if (!"chunked".equals(headers.get("transfer-encoding"))) {
        return bytes(received.length - at); // to the end of the connection
      }
      var body = new ByteArrayOutputStream();
      for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
        body.writeBytes(bytes(size));
        line();
      }
      line();
      return body.toByteArray();
    }

    private boolean begins(int place) {
      int end = Math.min(place + BEGINNING.length, received.length);
      return Arrays.equals(received, place, end, BEGINNING, 0, BEGINNING.length);
    }

    private byte[] bytes(int count) {
      if (count > received.length - at) {
        throw new IllegalStateException("an answer is broken off");
      }
      at += count;
      return Arrays.copyOfRange(received, at - count, at);
    }

    private String line() {
      int end = at;
      while (end < received.length && received[end] != '\n') {
        end++;
      }
      if (end == received.length) {
        throw new IllegalStateException("an answer is broken off");
      }
      String line = new String(received, at, end - at, ISO_8859_1).strip();
      at = end + 1;
      return line;
    }
  }
}
