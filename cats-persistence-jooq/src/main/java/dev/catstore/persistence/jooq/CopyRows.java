package dev.catstore.persistence.jooq;

import static dev.catstore.persistence.jooq.generated.Tables.CATS;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.catstore.domain.NewCat;
import java.sql.SQLException;
import org.jooq.DSLContext;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * New cats on their way into the table by PostgreSQL's COPY, in its text format: the one statement
 * that jOOQ has no words for. Must be ended by {@link #end} or {@link #cancel}.
 */
final class CopyRows {
  private static final int BUFFER_CHARS = 32 * 1024;

  private final StoreSession session;
  private final CopyIn copy;
  private final StringBuilder buffer = new StringBuilder(BUFFER_CHARS + 1024);

  private CopyRows(StoreSession session, CopyIn copy) {
    this.session = session;
    this.copy = copy;
  }

  static CopyRows begin(StoreSession session) {
    DSLContext dsl = session.dsl();
    String sql =
        "copy %s (%s, %s, %s) from stdin"
            .formatted(
                dsl.render(CATS),
                dsl.render(CATS.NAME.getUnqualifiedName()),
                dsl.render(CATS.PRICE.getUnqualifiedName()),
                dsl.render(CATS.BREED.getUnqualifiedName()));
    CopyIn copy =
        session.run(() -> session.connection().unwrap(PGConnection.class).getCopyAPI().copyIn(sql));
    return new CopyRows(session, copy);
  }

  void add(NewCat cat) {
    append(cat.name());
    buffer.append('\t').append(cat.price()).append('\t');
    append(cat.breed());
    buffer.append('\n');
    if (buffer.length() >= BUFFER_CHARS) {
      flush();
    }
  }

  long end() {
    flush();
    return session.run(copy::endCopy);
  }

  /** Ends the copy because of this failure; the transaction must be rolled back. */
  void cancel(Throwable failure) {
    try {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    } catch (SQLException e) {
      failure.addSuppressed(e);
    }
  }

  /** A text of the domain has no control characters: of what COPY escapes only \ can be in it. */
  private void append(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        buffer.append('\\');
      }
      buffer.append(c);
    }
  }

  private void flush() {
    byte[] bytes = buffer.toString().getBytes(UTF_8);
    buffer.setLength(0);
    session.run(
        () -> {
          copy.writeToCopy(bytes, 0, bytes.length);
          return bytes.length;
        });
  }
}
