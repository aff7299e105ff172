package dev.catstore.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BreedSummaryTest {
  @Test
  void summary_severalFieldsWrong_namesEach() {
    assertThat(Refused.fields(() -> new BreedSummary("", 0, -1, 5, 4)))
        .containsExactly("breed", "count", "minPrice", "meanPrice");
    assertThat(Refused.fields(() -> new BreedSummary("manx", 1, 0, Double.NaN, 4)))
        .containsExactly("meanPrice");
    assertThat(Refused.fields(() -> new BreedSummary("manx", 2, 1, 0.5, 4)))
        .containsExactly("meanPrice");
    assertThat(Refused.fields(() -> new BreedSummary("manx", 1, 4, 4, 4))).isEmpty();
  }

  @Test
  void summary_outerWhiteSpace_isNoPartOfIt() {
    assertThat(new BreedSummary(" manx ", 1, 4, 4, 4).breed()).isEqualTo("manx");
  }

  @Test
  void of_noCats_isRefused() {
    assertThat(Refused.fields(() -> BreedSummary.of("manx", 0, 0, 0, 0)))
        .containsExactly("count", "meanPrice");
  }

  @ParameterizedTest
  @CsvSource({"1, 7, 7, 7, 7.0", "2, 100, 301, 201, 150.5", "3, 0, 1, 1, 0.3333333333333333"})
  void of_exactSum_hasTheMeanNearestToIt(long count, int min, long sum, int max, double mean) {
    assertThat(BreedSummary.of("manx", count, min, sum, max))
        .isEqualTo(new BreedSummary("manx", count, min, mean, max));
  }

  /** The sums are above 2^53: rounded to a double first, their means would be above or below. */
  @ParameterizedTest
  @ValueSource(ints = {4_194_305, 4_194_307})
  void of_millionsOfCatsAtOnePrice_hasThatPriceAsItsMean(int count) {
    int price = Integer.MAX_VALUE;

    assertThat(BreedSummary.of("manx", count, price, (long) count * price, price).meanPrice())
        .isEqualTo(price);
  }
}
