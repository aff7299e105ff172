package dev.catstore.http.routes;

import dev.catstore.http.problem.Problem;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The body of a request, up to a limit. Each of its failures is a {@link ProblemException}. */
final class LimitedRequestBody extends InputStream {
  /** How much of a refused body is discarded, so that the client gets to read the response. */
  private static final long MAX_DISCARDED_BYTES = 16 << 20;

  private static final int MAX_AHEAD = 8 * 1024;

  /** White space, and the bytes of the mark in UTF-8. */
  private static final String BLANKS = " \t\r\n\u00EF\u00BB\u00BF";

  private static final Logger LOG = LoggerFactory.getLogger(LimitedRequestBody.class);

  private final HttpServletRequest request;
  private final InputStream in;
  private long maxBytes;
  private long left;

  /** What {@link #startsWith} has read, before it is delivered. */
  private byte[] ahead = {};

  private int delivered;

  private LimitedRequestBody(HttpServletRequest request) throws IOException {
    this.request = request;
    this.in = request.getInputStream();
  }

  /**
   * The body of this request.
   *
   * @throws ProblemException if its Content-Length is over the limit
   */
  static LimitedRequestBody of(HttpServletRequest request, long maxBytes) throws IOException {
    return new LimitedRequestBody(request).limitTo(maxBytes);
  }

  /**
   * Looks at the first byte that is no white space of JSON and no byte order mark, without
   * consuming it. Looks no further than {@link #MAX_AHEAD} bytes.
   */
  boolean startsWith(char wanted) {
    ahead = new byte[bufferSize(MAX_AHEAD)];
    int length = 0;
    int at = 0;
    while (at == length && length < ahead.length) {
      int read = readUnlimited(ahead, length, ahead.length - length);
      if (read < 0) {
        break;
      }
      length += read;
      while (at < length && BLANKS.indexOf(ahead[at] & 0xff) >= 0) {
        at++;
      }
    }
    ahead = Arrays.copyOf(ahead, length);
    return at < length && ahead[at] == wanted;
  }

  /** How large a buffer is of use to read the body: at most this, and at least 1. */
  int bufferSize(int max) {
    long size = request.getContentLengthLong();
    return size < 0 ? max : (int) Math.max(1, Math.min(size, max));
  }

  /**
   * Lowers the limit of a body of which nothing has been delivered.
   *
   * @throws ProblemException if its Content-Length is over the limit
   */
  LimitedRequestBody limitTo(long bytes) {
    maxBytes = bytes;
    left = bytes;
    if (request.getContentLengthLong() > maxBytes) {
      throw tooLarge();
    }
    return this;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    int read = readAhead(bytes, offset, length);
    left -= Math.max(read, 0);
    if (left < 0) {
      throw tooLarge();
    }
    return read;
  }

  /**
   * Discards the rest of a refused body, up to a limit. A client that waits for a 100 (Continue) is
   * not asked for its body.
   */
  static void discard(HttpServletRequest request) throws IOException {
    if (request.getHeader("Expect") != null) {
      return;
    }
    try {
      request.getInputStream().skip(MAX_DISCARDED_BYTES);
    } catch (IOException e) {
      LOG.debug("the rest of a refused body was not discarded", e);
    }
  }

  private int readAhead(byte[] bytes, int offset, int length) {
    int count = Math.min(length, ahead.length - delivered);
    if (count <= 0) {
      return readUnlimited(bytes, offset, length);
    }
    System.arraycopy(ahead, delivered, bytes, offset, count);
    delivered += count;
    return count;
  }

  private int readUnlimited(byte[] bytes, int offset, int length) {
    try {
      return in.read(bytes, offset, length);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private ProblemException tooLarge() {
    return new ProblemException(
        ProblemType.CONTENT_TOO_LARGE, "The body must have at most " + maxBytes + " bytes.");
  }

  private ProblemException unreadable(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof HttpException http) {
        return new ProblemException(Problem.ofStatus(http.getCode()));
      }
      if (cause instanceof TimeoutException) {
        return new ProblemException(Problem.ofStatus(408));
      }
    }
    return new ProblemException(ProblemType.MALFORMED_REQUEST, "The body is incomplete.");
  }
}
