package dev.catstore.http;

import static java.util.Objects.requireNonNull;

import dev.catstore.domain.NewCat;
import java.io.ByteArrayOutputStream;
import java.util.Iterator;

/** Cats as lines of JSON, pulled while the connection takes them. */
final class CatUpload implements HttpCalls.Push {
  private static final int PIECE_BYTES = 16 * 1024;

  private final Iterator<NewCat> cats;
  private long pulled;

  CatUpload(Iterator<NewCat> cats) {
    this.cats = cats;
  }

  /** How many cats have been pulled. */
  long pulled() {
    return pulled;
  }

  @Override
  public void into(PushedBody body) throws FailedTry {
    var lines = new ByteArrayOutputStream(PIECE_BYTES + 1024);
    while (body.takesMore()) {
      boolean more = fill(lines);
      body.push(lines.toByteArray());
      lines.reset();
      if (!more) {
        body.end();
        return;
      }
    }
  }

  /** Pulls as many cats as make a piece; false if there are no more. */
  private boolean fill(ByteArrayOutputStream lines) {
    while (lines.size() < PIECE_BYTES) {
      if (!cats.hasNext()) {
        return false;
      }
      NewCat cat = requireNonNull(cats.next());
      lines.writeBytes(Json.bytes(json -> Json.write(json, cat)));
      lines.write('\n');
      pulled++;
    }
    return true;
  }
}
