package dev.catstore.domain;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * What to change of a cat: any of its name, price and breed, at least one. What is empty stays.
 *
 * @param name the new name, by the rules of {@link NewCat}
 * @param price the new price, by the rules of {@link NewCat}
 * @param breed the new breed, by the rules of {@link NewCat}
 */
public record CatEdit(Optional<String> name, OptionalInt price, Optional<String> breed) {
  /**
   * @throws InvalidValueException naming each field that breaks its rule, or the edit itself where
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

  /** An edit of the name alone. */
  public static CatEdit name(String name) {
    return new CatEdit(Optional.of(name), OptionalInt.empty(), Optional.empty());
  }

  /** An edit of the price alone. */
  public static CatEdit price(int price) {
    return new CatEdit(Optional.empty(), OptionalInt.of(price), Optional.empty());
  }

  /** An edit of the breed alone. */
  public static CatEdit breed(String breed) {
    return new CatEdit(Optional.empty(), OptionalInt.empty(), Optional.of(breed));
  }

  /** An edit of everything: the cat keeps its id alone. */
  public static CatEdit replacement(NewCat cat) {
    return new CatEdit(
        Optional.of(cat.name()), OptionalInt.of(cat.price()), Optional.of(cat.breed()));
  }
}
