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
 * Decodes UTF-8 strictly, without its byte order mark. Text before an invalid byte is returned
 * before the {@link CharacterCodingException} is thrown, so that the reader of records knows which
 * record the byte is in.
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
