package dev.catstore.domain;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;
import static java.util.Comparator.comparingLong;
import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/**
 * The order of a listing. Texts go by code point; cats that are equal in the field go by id, in the
 * same direction.
 *
 * @param field what to sort by
 * @param descending whether the highest comes first
 */
public record CatSort(Field field, boolean descending) {
  /** What cats can be sorted by. */
  public enum Field {
    ID,
    NAME,
    PRICE,
    BREED
  }

  /** By id, the lowest first. */
  public static final CatSort BY_ID = ascending(Field.ID);

  private static final Comparator<String> BY_CODE_POINT = CatSort::compareCodePoints;

  public CatSort {
    requireNonNull(field);
  }

  /** By this field, the lowest first. */
  public static CatSort ascending(Field field) {
    return new CatSort(field, false);
  }

  /** By this field, the highest first. */
  public static CatSort descending(Field field) {
    return new CatSort(field, true);
  }

  /**
   * Reads the text form: the field in lower case, after a minus sign if the highest comes first.
   *
   * @return the sort, or empty if the text is none
   */
  public static Optional<CatSort> parse(String text) {
    for (Field field : Field.values()) {
      for (CatSort sort : new CatSort[] {ascending(field), descending(field)}) {
        if (sort.toString().equals(text)) {
          return Optional.of(sort);
        }
      }
    }
    return Optional.empty();
  }

  /** The order itself. */
  public Comparator<Cat> comparator() {
    Comparator<Cat> byId = comparingLong(Cat::id);
    Comparator<Cat> ascending =
        switch (field) {
          case ID -> byId;
          case NAME -> comparing(Cat::name, BY_CODE_POINT).thenComparing(byId);
          case PRICE -> comparingInt(Cat::price).thenComparing(byId);
          case BREED -> comparing(Cat::breed, BY_CODE_POINT).thenComparing(byId);
        };
    return descending ? ascending.reversed() : ascending;
  }

  /**
   * Compares by code point, as PostgreSQL's collation "C" does. {@link String#compareTo} goes by
   * UTF-16 unit, which puts U+FFFD after U+1F638.
   */
  public static int compareCodePoints(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        // At the first unit that differs a surrogate stands for a code point above every other.
        boolean astral = Character.isSurrogate(x);
        return astral == Character.isSurrogate(y)
            ? Character.compare(x, y)
            : Boolean.compare(astral, !astral);
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  /** The text form, for example {@code id} or {@code -price}. */
  @Override
  public String toString() {
    return (descending ? "-" : "") + field.name().toLowerCase(Locale.ROOT);
  }
}
