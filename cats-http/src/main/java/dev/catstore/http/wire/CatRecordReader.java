package dev.catstore.http.wire;

import dev.catstore.domain.InvalidValueException;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.Violation;
import dev.catstore.http.problem.Problem;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.problem.ProblemType;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The cats of an import, read while the store pulls them. Once a value is wrong no more cats come:
 * the rest is read for what else is wrong, and then the import ends with a {@link
 * ProblemException}.
 */
final class CatRecordReader implements Iterator<NewCat> {
  private static final int SHOWN_ERRORS = 20;

  /** What an import is made of, in one format. */
  interface Records {
    /**
     * Goes to the next record; false at the end.
     *
     * @throws ProblemException if there is something else than a record
     */
    boolean advance();

    /** The line on which the record begins, from 1. */
    long line();

    /**
     * The cat of the record.
     *
     * @throws InvalidValueException naming every field that is wrong
     */
    NewCat cat();
  }

  private final Records records;
  private final List<Problem.FieldError> errors = new ArrayList<>();
  private long more;
  private @Nullable NewCat next;

  CatRecordReader(Records records) {
    this.records = records;
  }

  @Override
  public boolean hasNext() {
    while (next == null && records.advance()) {
      try {
        NewCat cat = records.cat();
        if (errors.isEmpty()) {
          next = cat;
        }
      } catch (InvalidValueException e) {
        e.violations().forEach(this::note);
      }
    }
    if (!errors.isEmpty()) {
      throw invalid();
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

  /** The problem of an import that cannot be read. */
  static ProblemException malformed(long line, String rule) {
    var error =
        new Problem.FieldError(
            "the record " + rule, Problem.Place.POINTER, "#", OptionalLong.of(line));
    return new ProblemException(
        new Problem(
            ProblemType.MALFORMED_REQUEST,
            "Line " + line + ": the record " + rule + ".",
            List.of(error),
            0,
            Map.of()));
  }

  static ProblemException noUtf8(long line) {
    return malformed(line, "is not UTF-8");
  }

  private void note(Violation violation) {
    if (errors.size() < SHOWN_ERRORS) {
      errors.add(Problem.FieldError.ofField(violation, OptionalLong.of(records.line())));
    } else {
      more++;
    }
  }

  private ProblemException invalid() {
    return new ProblemException(
        new Problem(
            ProblemType.INVALID_VALUES,
            "Values of the import are wrong, no cat was added; the first is on line "
                + errors.get(0).line().orElseThrow()
                + ".",
            errors,
            more,
            Map.of()));
  }
}
