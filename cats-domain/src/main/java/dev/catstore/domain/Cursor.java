package dev.catstore.domain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.util.Base64;
import java.util.Optional;

/**
 * A position in a listing: right after a cat that was there. It belongs to one sort, but not to a
 * filter, and stays good when the cat itself is changed or removed.
 *
 * <p>Its text form is safe in a URL, has no meaning for clients, and begins with a version, so that
 * servers of a later release can tell it from their own.
 *
 * @param sort the order that this is a position in
 * @param key what the cat had in the field of the sort: its name, its breed, or its price in
 *     decimal digits; empty for a sort by id
 * @param id the cat's id, a positive number
 */
public record Cursor(CatSort sort, String key, long id) {
  private static final String VERSION = "1";

  /**
   * @throws InvalidValueException if no cat can have this key or this id
   */
  public Cursor {
    requireNonNull(sort);
    var violations = new Violations();
    CatRef.checkId(violations, id);
    boolean right =
        switch (sort.field()) {
          case ID -> key.isEmpty();
          case PRICE -> isPrice(key);
          case NAME, BREED -> violations.text("key", key).equals(key);
        };
    if (!right) {
      violations.add("key", "must be a value of the field " + sort.field());
    }
    violations.throwIfAny();
  }

  /** The position right after this cat. */
  public static Cursor after(Cat cat, CatSort sort) {
    String key =
        switch (sort.field()) {
          case ID -> "";
          case NAME -> cat.name();
          case PRICE -> Integer.toString(cat.price());
          case BREED -> cat.breed();
        };
    return new Cursor(sort, key, cat.id());
  }

  /**
   * Reads the text form. A position has one text form only.
   *
   * @return the position, or empty if the text is not one that {@link #toString} made
   */
  public static Optional<Cursor> parse(String text) {
    try {
      String[] parts = new String(Base64.getUrlDecoder().decode(text), UTF_8).split(" ", 4);
      if (parts.length != 4 || !parts[0].equals(VERSION)) {
        return Optional.empty();
      }
      long id = Long.parseLong(parts[2]);
      return CatSort.parse(parts[1])
          .map(sort -> new Cursor(sort, parts[3], id))
          .filter(cursor -> cursor.toString().equals(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // not Base64, no number, or not the key of any cat
    }
  }

  /** The key of a sort by price. */
  public int price() {
    return Integer.parseInt(key);
  }

  /** Whether this cat comes after the position. */
  public boolean isBefore(Cat cat) {
    int byKey =
        switch (sort.field()) {
          case ID -> 0;
          case NAME -> CatSort.compareCodePoints(cat.name(), key);
          case PRICE -> Integer.compare(cat.price(), price());
          case BREED -> CatSort.compareCodePoints(cat.breed(), key);
        };
    int order = byKey != 0 ? byKey : Long.compare(cat.id(), id);
    return sort.descending() ? order < 0 : order > 0;
  }

  /** The text form: 1 to 600 characters of Base64url (RFC 4648, 5), without padding. */
  @Override
  public String toString() {
    String text = String.join(" ", VERSION, sort.toString(), Long.toString(id), key);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }

  private static boolean isPrice(String key) {
    try {
      int price = Integer.parseInt(key);
      return price >= 0 && Integer.toString(price).equals(key);
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
