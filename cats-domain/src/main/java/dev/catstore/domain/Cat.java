package dev.catstore.domain;

/**
 * A cat, as a store gave it out.
 *
 * @param id what the store named it: a positive number, never used for another cat, also not after
 *     this one was removed
 * @param name 1 to 100 Unicode code points, without outer white space (which is stripped), control
 *     characters and unpaired surrogates
 * @param price 0 to 2,147,483,647, in whatever unit the owner of the catalogue chose
 * @param breed by the rules of the name
 * @param revision 1 when the cat is added, and one more after every edit
 */
public record Cat(long id, String name, int price, String breed, long revision) {
  /**
   * @throws InvalidValueException naming each field that breaks its rule
   */
  public Cat {
    var violations = new Violations();
    CatRef.checkId(violations, id);
    name = violations.text("name", name);
    violations.price("price", price);
    breed = violations.text("breed", breed);
    CatRef.checkRevision(violations, revision);
    violations.throwIfAny();
  }

  /** This cat at this revision: an edit through it is refused once the cat has changed. */
  public CatRef ref() {
    return CatRef.of(id, revision);
  }

  /** This cat one revision later, with what the edit sets. */
  public Cat edited(CatEdit edit) {
    return new Cat(
        id,
        edit.name().orElse(name),
        edit.price().orElse(price),
        edit.breed().orElse(breed),
        revision + 1);
  }
}
