package dev.catstore.domain;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * A change to a cat: a new name, price or breed, at least one of them. Empty fields are unchanged.
 *
 * @param name the new name, under the same rules as in {@link NewCat}
 * @param price the new price, under the same rules as in {@link NewCat}
 * @param breed the new breed, under the same rules as in {@link NewCat}
 */
public record CatEdit(Optional<String> name, OptionalInt price, Optional<String> breed) {
  /**
   * @throws InvalidValueException naming each field that breaks its rule, or the edit as a whole if
   *     it changes nothing
   */
  public CatEdit {
    requireNonNull(price);
    var violations = new Violations();
    name = name.map(text -> violations.text("name", text));
    price.ifPresent(value -> violations.price("price", value));
    breed = breed.map(text -> violations.text("breed", text));
    if (name.isEmpty() && price.isEmpty() && breed.isEmpty()) {
      violations.addWhole("must change at least one of name, price and breed");
    }
    violations.throwIfAny();
  }

  /** An edit of the name only. */
  public static CatEdit name(String name) {
    return new CatEdit(Optional.of(name), OptionalInt.empty(), Optional.empty());
  }

  /** An edit of the price only. */
  public static CatEdit price(int price) {
    return new CatEdit(Optional.empty(), OptionalInt.of(price), Optional.empty());
  }

  /** An edit of the breed only. */
  public static CatEdit breed(String breed) {
    return new CatEdit(Optional.empty(), OptionalInt.empty(), Optional.of(breed));
  }

  /** An edit of every field; the cat keeps its id. */
  public static CatEdit replacement(NewCat cat) {
    return new CatEdit(
        Optional.of(cat.name()), OptionalInt.of(cat.price()), Optional.of(cat.breed()));
  }
}
