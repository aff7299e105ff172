package dev.catstore.domain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * What tells a repeated call with many cats from another one under the same key: the SHA-256 of
 * everything that it was given, but for the positions. Stores keep it for as long as they keep the
 * key, so its form is stable.
 *
 * <p>For one thread and one call: pull through {@link #adds}, {@link #puts} or {@link #edits}, then
 * ask for the {@link #value()}.
 */
public final class BulkDigest {
  private static final byte ABSENT = 0;
  private static final byte PRESENT = 1;

  private final MessageDigest digest;
  private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

  public BulkDigest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The same cats, noted as they are pulled. */
  public Iterator<NewCat> adds(Iterator<NewCat> cats) {
    digest.update((byte) 'a');
    return noted(cats, this::note);
  }

  /** The same puts, noted as they are pulled. */
  public Iterator<BulkPut> puts(Iterator<BulkPut> puts) {
    digest.update((byte) 'p');
    return noted(
        puts,
        put -> {
          note(put.which());
          note(put.cat());
        });
  }

  /** The same edits, noted as they are pulled. */
  public Iterator<BulkEdit> edits(Iterator<BulkEdit> edits) {
    digest.update((byte) 'e');
    return noted(
        edits,
        it -> {
          CatEdit edit = it.edit();
          note(it.which());
          note(edit.name());
          note(
              edit.price().isPresent()
                  ? OptionalLong.of(edit.price().getAsInt())
                  : OptionalLong.empty());
          note(edit.breed());
        });
  }

  /** The digest of all that was pulled: 64 hexadecimal digits in lower case. */
  public String value() {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static <T> Iterator<T> noted(Iterator<T> items, Consumer<T> note) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return items.hasNext();
      }

      @Override
      public T next() {
        T item = items.next();
        note.accept(item);
        return item;
      }
    };
  }

  private void note(NewCat cat) {
    note(cat.name());
    note(cat.price());
    note(cat.breed());
  }

  private void note(CatRef which) {
    note(which.id());
    note(which.revision());
  }

  private void note(Optional<String> text) {
    digest.update(text.isPresent() ? PRESENT : ABSENT);
    text.ifPresent(this::note);
  }

  private void note(OptionalLong value) {
    digest.update(value.isPresent() ? PRESENT : ABSENT);
    value.ifPresent(this::note);
  }

  /** With its length, so that no two texts can be taken for two others. */
  private void note(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    note(bytes.length);
    digest.update(bytes);
  }

  private void note(long value) {
    digest.update(number.putLong(0, value).array());
  }
}
