package dev.catstore.domain;

/**
 * A cat that the store has not seen yet.
 *
 * @param name 1 to 100 Unicode code points, without outer white space (which is stripped), control
 *     characters and unpaired surrogates
 * @param price 0 to 2,147,483,647, in whatever unit the owner of the catalogue chose
 * @param breed by the rules of the name
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

  /** The cat that this becomes under the id that the store gives it, at revision 1. */
  public Cat withId(long id) {
    return withId(id, 1);
  }

  /** The cat that this becomes under this id, at this revision. */
  public Cat withId(long id, long revision) {
    return new Cat(id, name, price, breed, revision);
  }
}
