package dev.catstore.http.wire;

import dev.catstore.domain.InvalidValueException;
import dev.catstore.domain.NewCat;
import dev.catstore.http.wire.InvalidCatFileException.Finding;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The cats of a file, read as the store pulls them. After the first wrong value no more cats come:
 * the rest is read to find what else is wrong, and then the reading ends with an {@link
 * InvalidCatFileException}.
 */
final class CatRecordReader implements Iterator<NewCat> {
  /** The records of a file in one format. */
  interface Records {
    /**
     * Goes to the next record; false at the end.
     *
     * @throws InvalidCatFileException if what follows is not a record
     */
    boolean advance();

    /** The line on which the record begins, from 1. */
    long line();

    /**
     * The cat of the record.
     *
     * @throws InvalidValueException naming every field that is wrong
     * @throws InvalidCatFileException if the record is malformed
     */
    NewCat cat();
  }

  private final Records records;
  private final List<Finding> findings = new ArrayList<>();
  private long more;
  private @Nullable NewCat next;

  CatRecordReader(Records records) {
    this.records = records;
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
      throw new InvalidCatFileException(false, findings, more);
    }
    return next != null;
  }

  @Override
  public NewCat next() {
    if (!hasNext() || next == null) {
      throw new NoSuchElementException();
    }
    NewCat cat = next;
    next = null;
    return cat;
  }

  private void read() {
    try {
      NewCat cat = records.cat();
      if (findings.isEmpty()) {
        next = cat;
      }
    } catch (InvalidValueException e) {
      e.violations().forEach(it -> note(new Finding(records.line(), it.field(), it.rule())));
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
    return new InvalidCatFileException(true, findings, more);
  }
}
