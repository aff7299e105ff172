package dev.catstore.domain;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * Which part of which listing is wanted.
 *
 * @param filter which cats
 * @param sort in which order
 * @param after the position to go on from, of the same sort; empty for the first page
 * @param limit how many cats at the most, 1 to 1000
 */
public record PageRequest(CatFilter filter, CatSort sort, Optional<Cursor> after, int limit) {
  /** The largest page. */
  public static final int MAX_LIMIT = 1000;

  /** The size of a page where nothing else is asked for. */
  public static final int DEFAULT_LIMIT = 100;

  /** The first 100 cats by id. */
  public static final PageRequest FIRST =
      new PageRequest(CatFilter.ALL, CatSort.BY_ID, Optional.empty(), DEFAULT_LIMIT);

  /**
   * @throws InvalidValueException if the limit is out of its range, or the position belongs to
   *     another sort
   */
  public PageRequest {
    requireNonNull(filter);
    requireNonNull(sort);
    var violations = new Violations();
    if (limit < 1 || limit > MAX_LIMIT) {
      violations.add("limit", "must be a whole number from 1 to " + MAX_LIMIT);
    }
    if (after.isPresent() && !after.get().sort().equals(sort)) {
      violations.add("after", "must be a position in the same sort");
    }
    violations.throwIfAny();
  }

  /** This request, for these cats. */
  public PageRequest withFilter(CatFilter value) {
    return new PageRequest(value, sort, after, limit);
  }

  /** This request in another order, from its beginning. */
  public PageRequest withSort(CatSort value) {
    return new PageRequest(filter, value, Optional.empty(), limit);
  }

  /** This request, from another position on. */
  public PageRequest withAfter(Cursor value) {
    return new PageRequest(filter, sort, Optional.of(value), limit);
  }

  /** This request, for pages of this size. */
  public PageRequest withLimit(int value) {
    return new PageRequest(filter, sort, after, value);
  }
}
