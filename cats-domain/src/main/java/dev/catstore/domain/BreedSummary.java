package dev.catstore.domain;

import static java.math.MathContext.DECIMAL128;

import java.math.BigDecimal;

/**
 * The cats of one breed, summed up.
 *
 * @param breed the breed, by the rules of {@link Cat}
 * @param count how many cats there are, at least 1
 * @param minPrice the lowest price
 * @param meanPrice the mean price, between the lowest and the highest
 * @param maxPrice the highest price
 */
public record BreedSummary(String breed, long count, int minPrice, double meanPrice, int maxPrice) {
  /**
   * @throws InvalidValueException naming each field that is wrong
   */
  public BreedSummary {
    var violations = new Violations();
    breed = violations.text("breed", breed);
    if (count < 1) {
      violations.add("count", "must be at least 1");
    }
    violations.price("minPrice", minPrice);
    if (!(meanPrice >= minPrice && meanPrice <= maxPrice)) {
      violations.add("meanPrice", "must be between minPrice and maxPrice");
    }
    violations.throwIfAny();
  }

  /**
   * The summary of a breed from the exact sum of its prices, so that every store has the same mean.
   */
  public static BreedSummary of(String breed, long count, int minPrice, long sum, int maxPrice) {
    return new BreedSummary(breed, count, minPrice, mean(sum, count), maxPrice);
  }

  private static double mean(long sum, long count) {
    if (count < 1) {
      return Double.NaN; // which is refused, together with the count
    }
    // A double does not hold every sum, and the mean of a rounded one can be outside of the prices.
    return BigDecimal.valueOf(sum).divide(BigDecimal.valueOf(count), DECIMAL128).doubleValue();
  }
}
