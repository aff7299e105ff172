package dev.catstore.http.wire;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.MalformedInputException;
import org.jspecify.annotations.Nullable;

/**
 * Decodes UTF-8, or UTF-16 with its byte order mark, strictly and without the mark. Text before an
 * invalid byte is returned before the {@link CharacterCodingException} is thrown, so that the
 * reader of records knows which record the byte is in.
 */
final class StrictTextReader extends Reader {
  private static final int HEAD_BYTES = 4;

  private final InputStream in;
  private final ByteBuffer bytes = ByteBuffer.allocate(16 * 1024).flip();
  private @Nullable CharsetDecoder decoder;
  private int waiting = -1;
  private boolean started;
  private boolean ended;

  StrictTextReader(InputStream in) {
    this.in = in;
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    if (length < 2 || waiting >= 0) {
      return length == 0 ? 0 : readOne(target, offset);
    }
    CharsetDecoder decoder = decoder();
    CharBuffer chars = CharBuffer.wrap(target, offset, length).slice();
    while (true) {
      CoderResult result = decoder.decode(bytes, chars, ended);
      int decoded = chars.position();
      if (decoded > 0 && !started) {
        started = true;
        if (target[offset] == '\uFEFF') {
          System.arraycopy(target, offset + 1, target, offset, decoded - 1);
          chars.position(--decoded);
        }
      }
      if (decoded > 0) {
        return decoded;
      }
      if (result.isError()) {
        result.throwException();
      }
      if (ended) {
        return -1;
      }
      fill();
    }
  }

  /** The decoder needs room for a surrogate pair: its second half waits. */
  private int readOne(char[] target, int offset) throws IOException {
    if (waiting >= 0) {
      target[offset] = (char) waiting;
      waiting = -1;
      return 1;
    }
    char[] two = new char[2];
    int count = read(two, 0, 2);
    target[offset] = two[0];
    waiting = count == 2 ? two[1] : -1;
    return Math.min(count, 1);
  }

  /** The source is the caller's. */
  @Override
  public void close() {}

  private CharsetDecoder decoder() throws IOException {
    if (decoder == null) {
      while (bytes.remaining() < HEAD_BYTES && !ended) {
        fill();
      }
      byte[] head = new byte[Math.min(bytes.remaining(), HEAD_BYTES)];
      bytes.get(bytes.position(), head);
      decoder = charset(head).newDecoder();
    }
    return decoder;
  }

  private static Charset charset(byte[] head) throws MalformedInputException {
    int nulls = 0;
    for (byte each : head) {
      nulls += each == 0 ? 1 : 0;
    }
    int mark = head.length < 2 ? 0 : (head[0] & 0xff) << 8 | (head[1] & 0xff);
    if (mark == 0xfeff) {
      return UTF_16BE;
    }
    if (mark == 0xfffe && nulls < 2) {
      return UTF_16LE;
    }
    if (nulls > 0) {
      throw new MalformedInputException(1); // UTF-32, or UTF-16 that does not say so
    }
    return UTF_8;
  }

  private void fill() throws IOException {
    bytes.compact();
    int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
    ended = read < 0;
    bytes.position(bytes.position() + Math.max(read, 0));
    bytes.flip();
  }
}
