package dev.catstore.http.wire;

import dev.catstore.domain.Cat;

/** A cat in JSON, as the tutorial application showed it. */
public record TutorialCatDocument(long id, String name, int price, String breed) {
  public static TutorialCatDocument of(Cat cat) {
    return new TutorialCatDocument(cat.id(), cat.name(), cat.price(), cat.breed());
  }
}
