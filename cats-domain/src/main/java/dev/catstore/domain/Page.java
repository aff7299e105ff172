package dev.catstore.domain;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * A part of a listing.
 *
 * @param cats the cats, in the order that was asked for; may be empty
 * @param next where the next page begins; empty where there was no more when this one was read
 */
public record Page(List<Cat> cats, Optional<Cursor> next) {
  public Page {
    cats = List.copyOf(cats);
    requireNonNull(next);
  }

  /**
   * The answer to a request, for a store that reads one cat more than the page may hold, to see
   * whether there is a next one.
   *
   * @param found the cats after the position, in order: all of them, or at least the first {@code
   *     limit + 1}
   */
  public static Page of(List<Cat> found, PageRequest request) {
    if (found.size() <= request.limit()) {
      return new Page(found, Optional.empty());
    }
    List<Cat> cats = found.subList(0, request.limit());
    return new Page(cats, Optional.of(Cursor.after(cats.get(cats.size() - 1), request.sort())));
  }
}
