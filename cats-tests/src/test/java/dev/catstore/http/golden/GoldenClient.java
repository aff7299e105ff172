package dev.catstore.http.golden;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.catstore.support.RawConnection;
import dev.catstore.support.RawResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends requests exactly as they are given, odd ones too; each on a connection of its own. */
final class GoldenClient {
  private static final int CHUNK = 7;

  private final URI server;

  GoldenClient(URI server) {
    this.server = server;
  }

  RawResponse send(
      String method, String target, Map<String, String> headers, byte @Nullable [] body)
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
  RawResponse send(String method, byte[] request) throws IOException {
    try (var connection = new RawConnection(server)) {
      try {
        connection.write(request);
      } catch (SocketException e) {
        // A server may refuse a large body before it has all of it; its response counts.
        return connection.read(method);
      }
      return connection.read(method);
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
}
