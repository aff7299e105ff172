package dev.catstore.domain;

/**
 * A cat that is not in a store yet.
 *
 * @param name 1 to 100 Unicode code points, at least one of them visible, without control
 *     characters or unpaired surrogates; blanks at either end are stripped (see {@link
 *     Violations#text})
 * @param price 0 to 2,147,483,647, in a unit that the owner of the catalogue chooses
 * @param breed the same rules as for the name
 */
public record NewCat(String name, int price, String breed) {
  /**
   * @throws InvalidValueException naming each field that breaks its rule
   */
  public NewCat {
    var violations = new Violations();
    name = violations.text("name", name);
    violations.price("price", price);
    breed = violations.text("breed", breed);
    violations.throwIfAny();
  }

  /** The cat that this becomes once a store has given it an id; it is at revision 1. */
  public Cat withId(long id) {
    return withId(id, 1);
  }

  /** The cat that this becomes under this id, at this revision. */
  public Cat withId(long id, long revision) {
    return new Cat(id, name, price, breed, revision);
  }
}
