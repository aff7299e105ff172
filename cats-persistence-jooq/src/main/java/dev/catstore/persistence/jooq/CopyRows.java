package dev.catstore.persistence.jooq;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.sql.SQLException;
import java.util.Iterator;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Rows on their way into a table by PostgreSQL's COPY, in its text format: the one statement that
 * jOOQ has no words for.
 */
final class CopyRows {
  /** Writes the fields of an item, in the order of the columns. */
  @FunctionalInterface
  interface RowWriter<T> {
    void write(CopyRows row, T item);
  }

  private static final int BUFFER_CHARS = 32 * 1024;

  private final StoreSession session;
  private final CopyIn copy;
  private final StringBuilder buffer = new StringBuilder(BUFFER_CHARS + 1024);

  private CopyRows(StoreSession session, CopyIn copy) {
    this.session = session;
    this.copy = copy;
  }

  /**
   * Copies a row for each item. If this fails, the transaction must be rolled back.
   *
   * @return how many there were
   */
  static <T> long copy(
      StoreSession session,
      Table<?> table,
      List<? extends Field<?>> columns,
      Iterator<T> items,
      RowWriter<T> writer) {
    DSLContext dsl = session.dsl();
    String names =
        String.join(", ", columns.stream().map(it -> dsl.render(it.getUnqualifiedName())).toList());
    String sql = "copy %s (%s) from stdin".formatted(dsl.render(table), names);
    var rows =
        new CopyRows(
            session,
            session.run(
                () -> session.connection().unwrap(PGConnection.class).getCopyAPI().copyIn(sql)));
    try {
      while (items.hasNext()) {
        writer.write(rows, items.next());
        rows.endRow();
      }
      rows.flush();
      return session.run(rows.copy::endCopy);
    } catch (Throwable failure) {
      rows.cancel(failure);
      throw failure;
    }
  }

  /** A text of the domain has no control characters: of what COPY escapes only \ can be in it. */
  CopyRows text(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        buffer.append('\\');
      }
      buffer.append(c);
    }
    buffer.append('\t');
    return this;
  }

  CopyRows number(long number) {
    buffer.append(number).append('\t');
    return this;
  }

  CopyRows none() {
    buffer.append("\\N\t");
    return this;
  }

  private void endRow() {
    buffer.setCharAt(buffer.length() - 1, '\n');
    if (buffer.length() >= BUFFER_CHARS) {
      flush();
    }
  }

  private void cancel(Throwable failure) {
    try {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    } catch (SQLException e) {
      failure.addSuppressed(e);
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
