package dev.catstore.http.wire;

import dev.catstore.domain.BreedSummary;

/** The summary of a breed in JSON. */
public record BreedDocument(String breed, long count, Prices price) {
  /** The lowest, the mean and the highest price. */
  public record Prices(int min, double mean, int max) {}

  public static BreedDocument of(BreedSummary summary) {
    return new BreedDocument(
        summary.breed(),
        summary.count(),
        new Prices(summary.minPrice(), summary.meanPrice(), summary.maxPrice()));
  }

  /**
   * The summary.
   *
   * @throws dev.catstore.domain.InvalidValueException if it breaks a rule
   */
  public BreedSummary toSummary() {
    return new BreedSummary(breed, count, price.min(), price.mean(), price.max());
  }
}
