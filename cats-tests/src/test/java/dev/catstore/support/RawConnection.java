package dev.catstore.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;

/** A connection to a server that sends exactly the bytes it is given, valid HTTP or not. */
public final class RawConnection implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 60_000;

  private final Socket socket;
  private final InputStream in;

  public RawConnection(URI server) throws IOException {
    socket = new Socket(server.getHost(), server.getPort());
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** Sends this on a connection of its own; returns everything until the server closes it. */
  public static String exchange(URI server, String sent) throws IOException {
    try (var connection = new RawConnection(server)) {
      connection.write(sent);
      return connection.readAll();
    }
  }

  /** Writes one byte for each character. */
  public void write(String text) throws IOException {
    write(text.getBytes(ISO_8859_1));
  }

  public void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** Tells the server that no more is sent; what it sends can still be read. */
  public void endWriting() throws IOException {
    socket.shutdownOutput();
  }

  /** Makes {@link #close} reset the connection. */
  public void resetOnClose() throws IOException {
    socket.setSoLinger(true, 0);
  }

  /** The next response to a request other than HEAD; it may be an interim one. */
  public RawResponse read() throws IOException {
    return read("GET");
  }

  /** The next response, to a request with this method. */
  public RawResponse read(String method) throws IOException {
    return RawResponse.read(in, method);
  }

  /**
   * Everything until the server closes the connection, one character for each byte.
   *
   * @throws java.net.SocketException if the server resets the connection
   */
  public String readAll() throws IOException {
    return new String(in.readAllBytes(), ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
