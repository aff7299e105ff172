package dev.catstore.domain;

import static dev.catstore.domain.CatFilter.ALL;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the contract of a store does not say of filters: which there are. */
class CatFilterTest {
  static Stream<String> rightTexts() {
    return Stream.of(" ", "\u00A0", "\u200B", " x ", "x".repeat(100), "\uD83D\uDE38".repeat(100));
  }

  @ParameterizedTest
  @MethodSource("rightTexts")
  void text_thatIsRight_isTakenAsItStands(String text) {
    assertThat(ALL.withBreed(text).breed()).contains(text);
    assertThat(ALL.withNamePart(text).namePart()).contains(text);
  }

  static Stream<String> wrongTexts() {
    return Stream.of("", "x".repeat(101), " " + "x".repeat(100), "x\n", "\uD83D", "\uDE38");
  }

  @ParameterizedTest
  @MethodSource("wrongTexts")
  void text_thatIsWrong_isRefused(String text) {
    assertThat(Refused.fields(() -> ALL.withBreed(text))).containsExactly("breed");
    assertThat(Refused.fields(() -> ALL.withNamePart(text))).containsExactly("namePart");
  }

  @Test
  void filter_severalConditionsWrong_namesEach() {
    assertThat(
            Refused.fields(
                () ->
                    new CatFilter(
                        Optional.of(""), Optional.of(""), OptionalInt.of(-1), OptionalInt.of(-2))))
        .containsExactly("breed", "namePart", "minPrice", "maxPrice", "minPrice");
  }

  @Test
  void prices_thatMeet_areTakenAndThoseThatCrossAreNot() {
    assertThat(Refused.fields(() -> ALL.withMinPrice(7).withMaxPrice(7))).isEmpty();
    assertThat(Refused.fields(() -> ALL.withMinPrice(8).withMaxPrice(7)))
        .containsExactly("minPrice");
    assertThat(Refused.fields(() -> ALL.withMinPrice(0).withMaxPrice(Integer.MAX_VALUE))).isEmpty();
    assertThat(Refused.fields(() -> ALL.withMaxPrice(-1))).containsExactly("maxPrice");
  }

  @Test
  void with_oneCondition_keepsTheOthers() {
    assertThat(ALL.withBreed("manx").withNamePart("om").withMinPrice(1).withMaxPrice(9))
        .isEqualTo(ALL.withMaxPrice(9).withMinPrice(1).withNamePart("om").withBreed("manx"))
        .isEqualTo(
            new CatFilter(
                Optional.of("manx"), Optional.of("om"), OptionalInt.of(1), OptionalInt.of(9)));
  }

  @ParameterizedTest
  @CsvSource({
    "Tom, tOM, true",
    "Tom, Tomc, false",
    "\u212A, k, false", // the Kelvin sign, which Unicode folds to k
    "k, \u212A, false",
    "\u0131, i, false",
    "\u0130, i, false",
    "\u00C4, \u00E4, false",
    "\u212A, \u212A, true"
  })
  void accepts_namePart_foldsAsciiLettersAlone(String name, String part, boolean accepted) {
    assertThat(ALL.withNamePart(part).accepts(new Cat(1, name, 1, "manx", 1))).isEqualTo(accepted);
  }

  @Test
  void asciiLower_everyCodePoint_changesAToZAlone() {
    for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
      boolean capital = codePoint >= 'A' && codePoint <= 'Z';
      String text = Character.toString(codePoint);
      String lower = capital ? Character.toString(codePoint + 32) : text;

      assertThat(CatFilter.asciiLower(text).equals(lower)).as("U+%04X", codePoint).isTrue();
    }
  }
}
