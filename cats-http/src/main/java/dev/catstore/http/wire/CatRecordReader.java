package dev.catstore.http.wire;

import dev.catstore.domain.InvalidValueException;
import dev.catstore.http.wire.InvalidCatFileException.Finding;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The records of a file, read as the store pulls them. After the first wrong value no more come:
 * the rest is read to find what else is wrong, and then the reading ends with an {@link
 * InvalidCatFileException}.
 *
 * @param <T> what a record is read as
 */
final class CatRecordReader<T> implements Iterator<T> {
  /** The records of a file in one format. */
  interface Records {
    /**
     * Goes to the next record; false at the end.
     *
     * @throws InvalidCatFileException if what follows is not a record
     */
    boolean advance();

    /** Where the record is, by {@link CatFormat#place}. */
    long position();

    /**
     * The fields of the record.
     *
     * @throws InvalidCatFileException if the record is malformed
     */
    CatFields fields();
  }

  /** Makes a value of a record's fields. */
  @FunctionalInterface
  interface Reading<T> {
    /**
     * The value.
     *
     * @throws InvalidValueException naming every field that is wrong
     */
    T read(CatFields fields, long position);
  }

  private final CatFormat format;
  private final Records records;
  private final Reading<T> reading;
  private final List<Finding> findings = new ArrayList<>();
  private long more;
  private @Nullable T next;

  CatRecordReader(CatFormat format, Records records, Reading<T> reading) {
    this.format = format;
    this.records = records;
    this.reading = reading;
  }

  @Override
  public boolean hasNext() {
    try {
      while (next == null && records.advance()) {
        read();
      }
    } catch (InvalidCatFileException malformed) {
      throw withFindings(malformed);
    }
    if (!findings.isEmpty()) {
      throw new InvalidCatFileException(format, false, findings, more);
    }
    return next != null;
  }

  @Override
  public T next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException();
    }
    T record = next;
    next = null;
    return record;
  }

  private void read() {
    try {
      T record = reading.read(records.fields(), records.position());
      if (findings.isEmpty()) {
        next = record;
      }
    } catch (InvalidValueException e) {
      e.violations().forEach(it -> note(new Finding(records.position(), it.field(), it.rule())));
    }
  }

  private void note(Finding finding) {
    if (findings.size() < InvalidCatFileException.MAX_FINDINGS) {
      findings.add(finding);
    } else {
      more++;
    }
  }

  /** The finding that ends the reading is always named, after the wrong values before it. */
  private InvalidCatFileException withFindings(InvalidCatFileException malformed) {
    while (findings.size() >= InvalidCatFileException.MAX_FINDINGS) {
      findings.remove(findings.size() - 1);
      more++;
    }
    findings.addAll(malformed.findings());
    return new InvalidCatFileException(format, true, findings, more);
  }
}
