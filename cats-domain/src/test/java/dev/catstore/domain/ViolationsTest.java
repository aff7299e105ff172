package dev.catstore.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ViolationsTest {
  private static final String LENGTH = "field must have 1 to 100 characters";
  private static final String CONTROL = "field must not contain control characters";
  private static final String VISIBLE = "field must have at least one visible character";
  private static final String SURROGATE = "field must not contain unpaired surrogates";

  /** Emoji joined by U+200D. */
  private static final String FAMILY = "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67";

  private final Violations violations = new Violations();

  static Stream<Arguments> rightTexts() {
    String longest = "x".repeat(100);
    String longestAstral = "\uD83D\uDE38".repeat(100);
    String longestCombining = "e\u0301".repeat(50);
    return Stream.of(
        arguments("x", "x"),
        arguments(longest, longest),
        arguments(longestAstral, longestAstral),
        arguments(longestCombining, longestCombining),
        arguments("\t " + longest + " \n", longest),
        arguments("\u2003x\u3000", "x"),
        arguments("\u2028x\u2029", "x"),
        arguments("\u001Fx\u000B", "x"), // control characters that are also white space
        arguments("a  b", "a  b"),
        arguments("\u00A0x\u2007", "x"),
        arguments("\u202F \uFEFF\tx\uFEFF", "x"),
        arguments("a\u2028b\u00A0c\u2007d\u202Fe\uFEFFf", "a\u2028b\u00A0c\u2007d\u202Fe\uFEFFf"),
        // What shows nothing, but is not a blank, stays beside something visible:
        arguments("\u200Bx\u2060", "\u200Bx\u2060"),
        arguments("\u3164\u2800x", "\u3164\u2800x"),
        arguments(FAMILY, FAMILY),
        arguments("\u2764\uFE0F", "\u2764\uFE0F"),
        // Not normalised:
        arguments("\u00E9", "\u00E9"),
        arguments("e\u0301", "e\u0301"),
        // Visible on its own:
        arguments("\u0301", "\u0301"),
        arguments("\uFFFD", "\uFFFD"),
        arguments("\u2801", "\u2801"),
        arguments("\u0600", "\u0600"), // a format character that is drawn
        // The neighbours of what is refused:
        arguments("a~\u00A1", "a~\u00A1"),
        arguments("\uD7FF\uE000\uFFFF", "\uD7FF\uE000\uFFFF"),
        arguments("\uDBFF\uDFFF", "\uDBFF\uDFFF"));
  }

  @ParameterizedTest
  @MethodSource("rightTexts")
  void text_thatIsRight_isStripped(String text, String stripped) {
    assertThat(violations.text("field", text)).isEqualTo(stripped);
    assertThat(found()).isEmpty();
  }

  static Stream<Arguments> wrongTexts() {
    return Stream.of(
        arguments("", List.of(LENGTH)),
        arguments(" \t\u2003\u3000 ", List.of(LENGTH)),
        arguments("x".repeat(101), List.of(LENGTH)),
        arguments("\uD83D\uDE38".repeat(101), List.of(LENGTH)),
        arguments("e\u0301".repeat(50) + "e", List.of(LENGTH)),
        arguments("\u00A0\u2007\u202F\uFEFF", List.of(LENGTH)),
        arguments("\u200B", List.of(VISIBLE)),
        arguments("\u200B \u00A0\u200B", List.of(VISIBLE)),
        arguments("\u2060", List.of(VISIBLE)),
        arguments("\u3164\u2800", List.of(VISIBLE)),
        arguments("\u00AD\u034F\u202E\uFE0F", List.of(VISIBLE)),
        arguments("\uDB40\uDC41\uDB40\uDC7F", List.of(VISIBLE)), // tags
        arguments("\uD834\uDD59", List.of(VISIBLE)), // the musical null notehead
        arguments("\u200B".repeat(101), List.of(LENGTH, VISIBLE)),
        arguments("\u200B\u0001", List.of(CONTROL)),
        arguments("a\nb", List.of(CONTROL)),
        arguments("a\u001Fb", List.of(CONTROL)),
        arguments("\u0000", List.of(CONTROL)),
        arguments("\u007F", List.of(CONTROL)),
        arguments("\u0080", List.of(CONTROL)),
        arguments("\u0085", List.of(CONTROL)), // a line's end that strip() does not take away
        arguments("\u009F", List.of(CONTROL)),
        arguments("\uD83D", List.of(SURROGATE)),
        arguments("\uDE38", List.of(SURROGATE)),
        arguments("a\uDBFF", List.of(SURROGATE)),
        arguments("\uDE38\uD83D", List.of(SURROGATE)),
        arguments("\uD83D\uD83D\uDE38", List.of(SURROGATE)),
        arguments("\u0000\uD800" + "x".repeat(99), List.of(LENGTH, CONTROL, SURROGATE)));
  }

  @ParameterizedTest
  @MethodSource("wrongTexts")
  void text_thatIsWrong_isFoundWithEachRuleThatItBreaks(String text, List<String> rules) {
    violations.text("field", text);

    assertThat(found()).isEqualTo(rules);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, 0",
    "-0.0, 0",
    "0e999999999, 0",
    "0e-999999999, 0",
    "5000, 5000",
    "5e3, 5000",
    "5000.0, 5000",
    "50000e-1, 5000",
    "2147483647, 2147483647",
    "2147483647.000, 2147483647",
    "2.147483647e9, 2147483647"
  })
  @Timeout(value = 10, threadMode = SEPARATE_THREAD)
  void price_wholeByItsValue_isTaken(BigDecimal value, int price) {
    assertThat(violations.price("field", value)).hasValue(price);
    assertThat(found()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "-0.5",
        "5.5",
        "0.1",
        "2147483648",
        "2147483647.5",
        "4294967296",
        "1e999999999",
        "-1e999999999",
        "1e-999999999",
        "-1e-999999999",
        "1e2147483647",
        "1e-2147483647"
      })
  @Timeout(value = 10, threadMode = SEPARATE_THREAD)
  void price_fractionOrOutOfRange_isFoundAtOnce(BigDecimal value) {
    assertThat(violations.price("field", value)).isEmpty();
    assertThat(found()).containsExactly("field must be a whole number from 0 to 2147483647");
  }

  @Test
  void price_lowestAndHighest_areTakenAndWhatIsBelowIsNot() {
    violations.price("lowest", 0);
    violations.price("highest", Integer.MAX_VALUE);
    violations.price("below", -1);
    violations.price("far below", Integer.MIN_VALUE);

    assertThat(Refused.fields(violations::throwIfAny)).containsExactly("below", "far below");
  }

  @Test
  void throwIfAny_nothingFound_throwsNothing() {
    assertThatCode(violations::throwIfAny).doesNotThrowAnyException();
  }

  @Test
  void throwIfAny_findings_namesAllInTheOrderTheyWereFound() {
    violations.add("weight", "is missing");
    violations.price("price", -1);
    violations.text("name", "");

    assertThatExceptionOfType(InvalidValueException.class)
        .isThrownBy(violations::throwIfAny)
        .withMessage(
            "weight is missing; price must be a whole number from 0 to 2147483647;"
                + " name must have 1 to 100 characters");
  }

  @Test
  void refusal_findingsAddedLater_staysAsItIs() {
    violations.add("weight", "is missing");
    InvalidValueException refusal = refusal();
    violations.add("price", "is missing");

    assertThat(refusal.violations()).containsExactly(Violation.of("weight", "is missing"));
  }

  private List<String> found() {
    violations.add("end", "of list");
    List<String> found = refusal().violations().stream().map(Violation::toString).toList();
    return found.subList(0, found.size() - 1);
  }

  private InvalidValueException refusal() {
    try {
      violations.throwIfAny();
    } catch (InvalidValueException e) {
      return e;
    }
    throw new AssertionError("nothing was found");
  }
}
