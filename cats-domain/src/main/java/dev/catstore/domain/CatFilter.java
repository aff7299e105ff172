package dev.catstore.domain;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Selects the cats that meet every condition present. Texts are matched verbatim: nothing is
 * stripped, and a text may consist of blanks or invisible characters.
 *
 * @param breed the breed, equal code point by code point
 * @param namePart a part of the name, matched without regard to the case of ASCII letters, but of
 *     no others
 * @param minPrice the lowest price, inclusive
 * @param maxPrice the highest price, inclusive
 */
public record CatFilter(
    Optional<String> breed, Optional<String> namePart, OptionalInt minPrice, OptionalInt maxPrice) {
  /** Every cat. */
  public static final CatFilter ALL =
      new CatFilter(Optional.empty(), Optional.empty(), OptionalInt.empty(), OptionalInt.empty());

  /**
   * @throws InvalidValueException naming each condition that is invalid: a text that is empty,
   *     longer than 100 code points, or has control characters or unpaired surrogates; a price out
   *     of range; a lowest price above the highest
   */
  public CatFilter {
    requireNonNull(minPrice);
    requireNonNull(maxPrice);
    var violations = new Violations();
    breed.ifPresent(text -> violations.unstrippedText("breed", text));
    namePart.ifPresent(text -> violations.unstrippedText("namePart", text));
    minPrice.ifPresent(price -> violations.price("minPrice", price));
    maxPrice.ifPresent(price -> violations.price("maxPrice", price));
    if (minPrice.isPresent() && maxPrice.isPresent() && minPrice.getAsInt() > maxPrice.getAsInt()) {
      violations.add("minPrice", "must not be above the highest price");
    }
    violations.throwIfAny();
  }

  /** This filter, restricted to one breed. */
  public CatFilter withBreed(String value) {
    return new CatFilter(Optional.of(value), namePart, minPrice, maxPrice);
  }

  /** This filter, restricted to names with this part. */
  public CatFilter withNamePart(String value) {
    return new CatFilter(breed, Optional.of(value), minPrice, maxPrice);
  }

  /** This filter, restricted to this price and above. */
  public CatFilter withMinPrice(int value) {
    return new CatFilter(breed, namePart, OptionalInt.of(value), maxPrice);
  }

  /** This filter, restricted to this price and below. */
  public CatFilter withMaxPrice(int value) {
    return new CatFilter(breed, namePart, minPrice, OptionalInt.of(value));
  }

  /** Whether the cat meets every condition. */
  public boolean accepts(Cat cat) {
    return (breed.isEmpty() || breed.get().equals(cat.breed()))
        && (namePart.isEmpty() || asciiLower(cat.name()).contains(asciiLower(namePart.get())))
        && cat.price() >= minPrice.orElse(0)
        && cat.price() <= maxPrice.orElse(Integer.MAX_VALUE);
  }

  /** The text with {@code A} to {@code Z} in lower case and everything else unchanged. */
  public static String asciiLower(String text) {
    var lower = new StringBuilder(text.length());
    text.chars().forEach(c -> lower.append((char) (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c)));
    return lower.toString();
  }
}
