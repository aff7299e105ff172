package dev.catstore.http.wire;

import dev.catstore.domain.Cat;

/** A cat in JSON, as /cats shows it. */
public record CatDocument(long id, String name, int price, String breed, long revision) {
  public static CatDocument of(Cat cat) {
    return new CatDocument(cat.id(), cat.name(), cat.price(), cat.breed(), cat.revision());
  }

  /**
   * The cat.
   *
   * @throws dev.catstore.domain.InvalidValueException if it breaks a rule
   */
  public Cat toCat() {
    return new Cat(id, name, price, breed, revision);
  }
}
