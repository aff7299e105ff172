package dev.catstore.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A response as it came over the wire.
 *
 * @param headers by name in lower case; the values of a repeated header are joined by commas
 * @param body one character for each byte
 */
public record RawResponse(int status, Map<String, String> headers, String body) {
  private static final String VERSION = "HTTP/1.1 ";

  /** The body as UTF-8. */
  public String text() {
    return new String(body.getBytes(ISO_8859_1), UTF_8);
  }

  /**
   * Reads the response to a request with this method.
   *
   * @throws IllegalStateException if it is malformed, truncated, or does not say where it ends
   */
  static RawResponse read(InputStream in, String method) throws IOException {
    RawResponse head = readHead(in);
    boolean empty = head.neverHasBody() || method.equals("HEAD");
    if (!empty && !head.headers.containsKey("content-length") && !head.isChunked()) {
      throw new IllegalStateException("no length: " + head);
    }
    return empty ? head : head.withBody(in);
  }

  /**
   * The final responses among all that came back on one connection, whatever the methods of the
   * requests.
   *
   * @throws IllegalStateException if this is not a sequence of complete responses
   */
  public static List<RawResponse> parseAll(String received) throws IOException {
    var in = new ByteArrayInputStream(received.getBytes(ISO_8859_1));
    List<RawResponse> responses = new ArrayList<>();
    while (in.available() > 0) {
      RawResponse head = readHead(in);
      // A response to HEAD: none of our bodies begins like a response.
      boolean empty = head.neverHasBody() || in.available() == 0 || startsResponse(in);
      RawResponse response = empty ? head : head.withBody(in);
      if (response.status >= 200) {
        responses.add(response);
      }
    }
    return responses;
  }

  private static RawResponse readHead(InputStream in) throws IOException {
    String statusLine = readLine(in);
    if (!statusLine.matches(VERSION + "\\d{3}( .*)?")) {
      throw new IllegalStateException("not a status line: " + statusLine);
    }
    int status = Integer.parseInt(statusLine.substring(VERSION.length(), VERSION.length() + 3));
    Map<String, String> headers = new TreeMap<>();
    for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
      int colon = line.indexOf(':');
      headers.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (first, second) -> first + ", " + second);
    }
    return new RawResponse(status, headers, "");
  }

  private boolean neverHasBody() {
    return status < 200 || status == 204 || status == 304;
  }

  private boolean isChunked() {
    return "chunked".equals(headers.get("transfer-encoding"));
  }

  private RawResponse withBody(InputStream in) throws IOException {
    var body = new ByteArrayOutputStream();
    if (isChunked()) {
      for (int size = readChunkSize(in); size > 0; size = readChunkSize(in)) {
        body.writeBytes(readExactly(in, size));
        readLine(in);
      }
      readLine(in);
    } else if (headers.containsKey("content-length")) {
      body.writeBytes(readExactly(in, Integer.parseInt(headers.get("content-length"))));
    } else {
      in.transferTo(body);
    }
    return new RawResponse(status, headers, body.toString(ISO_8859_1));
  }

  private static boolean startsResponse(InputStream in) throws IOException {
    in.mark(VERSION.length());
    String start = new String(in.readNBytes(VERSION.length()), ISO_8859_1);
    in.reset();
    return start.equals(VERSION);
  }

  private static int readChunkSize(InputStream in) throws IOException {
    return Integer.parseInt(readLine(in), 16);
  }

  private static byte[] readExactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IllegalStateException("truncated body: " + new String(bytes, ISO_8859_1));
    }
    return bytes;
  }

  private static String readLine(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IllegalStateException("truncated after: " + line);
      }
      line.write(c);
    }
    return line.toString(ISO_8859_1).strip();
  }
}
