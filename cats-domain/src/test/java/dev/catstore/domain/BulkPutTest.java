package dev.catstore.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class BulkPutTest {
  private static final NewCat TOM = new NewCat("Tom", 500, "siamese");

  @Test
  void put_highestIdAndRevision_isTaken() {
    var put = new BulkPut(CatRef.of(BulkPut.MAX_ID, BulkPut.MAX_ID), TOM, 1);

    assertThat(put.which().id()).isEqualTo(9_007_199_254_740_991L);
  }

  @Test
  void put_higherIdAndRevision_isRefusedNamingBoth() {
    assertThatExceptionOfType(InvalidValueException.class)
        .isThrownBy(() -> new BulkPut(CatRef.of(BulkPut.MAX_ID + 1, BulkPut.MAX_ID + 1), TOM, 1))
        .satisfies(
            e ->
                assertThat(e.violations())
                    .containsExactly(
                        Violation.of("id", "must be a whole number from 1 to 9007199254740991"),
                        Violation.of(
                            "revision", "must be a whole number from 1 to 9007199254740991")));
  }
}
