package dev.catstore.domain;

/**
 * A cat as a store returns it.
 *
 * @param id a positive number that the store gave it and never gives to another cat, not even after
 *     this one is removed
 * @param name 1 to 100 Unicode code points, at least one of them visible, without control
 *     characters or unpaired surrogates; blanks at either end are stripped (see {@link
 *     Violations#text})
 * @param price 0 to 2,147,483,647, in a unit that the owner of the catalogue chooses
 * @param breed the same rules as for the name
 * @param revision 1 when the cat is added, and one more after each edit
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

  /**
   * Refers to this cat at this revision: an edit through it is refused once the cat has changed.
   */
  public CatRef ref() {
    return CatRef.of(id, revision);
  }

  /** This cat with the edit applied, one revision later. */
  public Cat edited(CatEdit edit) {
    return new Cat(
        id,
        edit.name().orElse(name),
        edit.price().orElse(price),
        edit.breed().orElse(breed),
        revision + 1);
  }
}
