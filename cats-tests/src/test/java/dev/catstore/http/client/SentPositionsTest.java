package dev.catstore.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class SentPositionsTest {
  private static void assertKept(long... given) {
    var positions = new SentPositions();
    LongStream.of(given).forEach(positions::add);

    assertThat(IntStream.rangeClosed(1, given.length).mapToLong(positions::at).toArray())
        .isEqualTo(given);
    assertThat(positions.has(0)).isFalse();
    assertThat(positions.has(given.length)).isEqualTo(given.length > 0);
    assertThat(positions.has(given.length + 1)).isFalse();
  }

  @Test
  void positions_ofAnyKind_areKept() {
    assertKept();
    assertKept(1, 2, 3);
    assertKept(2, 3, 4, 7, 8, 9, 11);
    assertKept(0, 0, 0, 0);
    assertKept(0, 5, 10, 15, 14, 13, 12);
    assertKept(Long.MAX_VALUE, Long.MIN_VALUE, 0, -1, Long.MIN_VALUE, Long.MAX_VALUE);
    assertKept(new Random(1).longs(1_000).toArray());
    assertKept(new Random(1).longs(1_000, 1, 4).toArray());
  }
}
