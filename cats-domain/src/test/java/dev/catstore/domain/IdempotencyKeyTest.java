package dev.catstore.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class IdempotencyKeyTest {
  static Stream<String> rightKeys() {
    return Stream.of("!", "~", "k".repeat(255), "a,b;c=\"d\"\\");
  }

  @ParameterizedTest
  @MethodSource("rightKeys")
  void key_visibleAscii_isTakenAsItStands(String value) {
    var key = new IdempotencyKey(value);

    assertThat(key.value()).isEqualTo(value);
    assertThat(key).hasToString(value);
  }

  static Stream<String> wrongKeys() {
    return Stream.of(
        "", "k".repeat(256), " ", "a b", " a", "a\t", "\u001F", "\u007F", "\u00E9", "\uD83D\uDE38");
  }

  @ParameterizedTest
  @MethodSource("wrongKeys")
  void key_ofAnotherForm_isRefused(String value) {
    assertThat(Refused.fields(() -> new IdempotencyKey(value))).containsExactly("idempotency key");
  }
}
