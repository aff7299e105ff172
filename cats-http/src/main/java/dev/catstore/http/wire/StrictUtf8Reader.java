package dev.catstore.http.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;

/**
 * The text of an import: UTF-8, decoded strictly, without its byte order mark. Where something else
 * follows, all before it is handed out first, and then a {@link CharacterCodingException} thrown:
 * so the reader of records knows in which it stands.
 */
final class StrictUtf8Reader extends Reader {
  private final InputStream in;
  private final CharsetDecoder decoder = UTF_8.newDecoder();
  private final ByteBuffer bytes = ByteBuffer.allocate(16 * 1024).flip();
  private boolean started;
  private boolean ended;

  StrictUtf8Reader(InputStream in) {
    this.in = in;
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    if (length < 2) {
      throw new IllegalArgumentException("a surrogate pair needs room for two");
    }
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

  /** The source is the caller's. */
  @Override
  public void close() {}

  private void fill() throws IOException {
    bytes.compact();
    int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
    ended = read < 0;
    bytes.position(bytes.position() + Math.max(read, 0));
    bytes.flip();
  }
}
