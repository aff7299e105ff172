package dev.catstore.http.golden;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends requests exactly as they are given, odd ones too; each on a connection of its own. */
final class RawClient {
  private static final int TIMEOUT_MILLIS = 60_000;
  private static final int CHUNK = 7;

  private final URI server;

  RawClient(URI server) {
    this.server = server;
  }

  /** An answer; header names are in lower case. */
  record Answer(int status, Map<String, String> headers, String body) {}

  Answer send(String method, String target, Map<String, String> headers, byte @Nullable [] body)
      throws IOException {
    boolean chunked =
        headers.keySet().stream().anyMatch(name -> name.equalsIgnoreCase("Transfer-Encoding"));
    var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    head.append("Host: ").append(server.getAuthority()).append("\r\nConnection: close\r\n");
    headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    if (body != null && !chunked) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    var request = new ByteArrayOutputStream();
    request.writeBytes((head + "\r\n").getBytes(ISO_8859_1));
    if (body != null) {
      request.writeBytes(chunked ? chunks(body) : body);
    }
    return send(method, request.toByteArray());
  }

  /** Sends these bytes and nothing else: the head of a request with this method, and its body. */
  Answer send(String method, byte[] request) throws IOException {
    try (var socket = new Socket(server.getHost(), server.getPort())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      try {
        socket.getOutputStream().write(request);
      } catch (SocketException e) {
        // A server may refuse a large body before it has all of it; its answer counts.
        return read(method, new BufferedInputStream(socket.getInputStream()));
      }
      return read(method, new BufferedInputStream(socket.getInputStream()));
    }
  }

  private static byte[] chunks(byte[] body) {
    var chunks = new ByteArrayOutputStream();
    for (int at = 0; at < body.length; at += CHUNK) {
      int length = Math.min(CHUNK, body.length - at);
      chunks.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1));
      chunks.write(body, at, length);
      chunks.writeBytes("\r\n".getBytes(ISO_8859_1));
    }
    chunks.writeBytes("0\r\n\r\n".getBytes(ISO_8859_1));
    return chunks.toByteArray();
  }

  private static Answer read(String method, InputStream in) throws IOException {
    String statusLine = line(in);
    int status = Integer.parseInt(statusLine.substring(9, 12));
    Map<String, String> headers = new HashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    boolean empty = method.equals("HEAD") || status == 204 || status == 304;
    return new Answer(status, headers, empty ? "" : new String(body(in, headers), UTF_8));
  }

  private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
    if (!"chunked".equals(headers.get("transfer-encoding"))) {
      assertThat(headers).as("an answer whose end can be told").containsKey("content-length");
      int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
      return exactly(in, length);
    }
    var body = new ByteArrayOutputStream();
    for (int length = chunkLength(in); length > 0; length = chunkLength(in)) {
      body.writeBytes(exactly(in, length));
      line(in);
    }
    return body.toByteArray();
  }

  private static int chunkLength(InputStream in) throws IOException {
    return Integer.parseInt(line(in), 16);
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the answer was broken off");
    }
    return bytes;
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the answer was broken off");
      }
      line.write(c);
    }
    return line.toString(ISO_8859_1).strip();
  }
}
