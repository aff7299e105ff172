package dev.catstore.domain;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The rules for the fields of a cat, and a collection of the violations found. Code that reads cats
 * from text adds its own (missing, not a number) to the same collection, so that all of them are
 * reported together.
 *
 * <p>Not thread-safe, and for one value: check each field, then {@link #throwIfAny()}.
 */
public final class Violations {
  /** The longest name or breed, in Unicode code points, counted without the blanks at its ends. */
  public static final int MAX_TEXT_LENGTH = 100;

  /** The highest price; the lowest is 0. */
  public static final int MAX_PRICE = Integer.MAX_VALUE;

  /** The rule for an id. */
  public static final String ID_RULE = "must be a whole number from 1 to " + Long.MAX_VALUE;

  private static final String PRICE_RULE = "must be a whole number from 0 to " + MAX_PRICE;

  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

  /**
   * A code point that shows something. The others are spaces, Unicode's
   * Default_Ignorable_Code_Point, and two symbols that are drawn as nothing: the blank Braille
   * pattern and the musical null notehead. The table is fixed, and the same in the migrations, so
   * that the rule does not change with the Unicode version of Java or PostgreSQL.
   */
  private static final Pattern VISIBLE =
      Pattern.compile(
          "[^ \\u00A0\\u00AD\\u034F\\u061C\\u115F\\u1160\\u1680\\u17B4\\u17B5\\u180B-\\u180F"
              + "\\u2000-\\u200F\\u2028-\\u202F\\u205F-\\u206F\\u2800\\u3000\\u3164\\uFE00-\\uFE0F"
              + "\\uFEFF\\uFFA0\\uFFF0-\\uFFF8\\x{1BCA0}-\\x{1BCA3}\\x{1D159}\\x{1D173}-\\x{1D17A}"
              + "\\x{E0000}-\\x{E0FFF}]");

  /** The longest number that is parsed; a price has at most ten digits. */
  private static final int MAX_NUMBER_LENGTH = 1000;

  private final List<Violation> found = new ArrayList<>();

  /** Adds a violation that the caller found in a field. */
  public void add(String field, String rule) {
    found.add(Violation.of(field, rule));
  }

  /** Adds a violation that the caller found in the value as a whole. */
  public void addWhole(String rule) {
    found.add(Violation.ofWhole(rule));
  }

  /**
   * Removes the blanks at both ends of a text: white space as {@link String#strip()} knows it, the
   * no-break spaces U+00A0, U+2007 and U+202F, and the byte order mark U+FEFF.
   */
  public static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isBlank(text.charAt(start))) {
      start++;
    }
    while (start < end && isBlank(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /** Every blank is a single UTF-16 unit. */
  private static boolean isBlank(char c) {
    return Character.isWhitespace(c)
        || c == '\u00A0'
        || c == '\u2007'
        || c == '\u202F'
        || c == '\uFEFF';
  }

  /**
   * Checks a name or a breed. After {@link #strip} it has 1 to 100 code points, no control
   * characters (category Cc) and no unpaired surrogates, and at least one of its code points is
   * visible. Not visible are spaces, what Unicode calls default-ignorable (such as U+00AD, U+200B
   * to U+200F, U+2060, U+3164, variation selectors and tags), U+2800 and U+1D159; everything else
   * is, a combining mark on its own and an unassigned code point included. Invisible code points
   * may stand beside visible ones, as U+200D does in emoji. Nothing is normalised: a letter with an
   * accent may be one code point or two, and remains what it is.
   *
   * @return the stripped text, valid or not
   */
  public String text(String field, String value) {
    String stripped = strip(value);
    unstrippedText(field, stripped);
    if (!stripped.isEmpty() && !isVisible(stripped)) {
      add(field, "must have at least one visible character");
    }
    return stripped;
  }

  /** Nearly every text begins with a letter, which takes no search. */
  private static boolean isVisible(String text) {
    char first = text.charAt(0);
    return (first > ' ' && first < 0x7F) || VISIBLE.matcher(text).find();
  }

  /** Checks the length and the characters of a text verbatim; it may be all blank or invisible. */
  void unstrippedText(String field, String value) {
    int length = 0;
    boolean control = false;
    boolean surrogate = false;
    for (int i = 0; i < value.length(); length++) {
      int codePoint = value.codePointAt(i);
      int type = Character.getType(codePoint);
      control |= type == Character.CONTROL;
      surrogate |= type == Character.SURROGATE;
      i += Character.charCount(codePoint);
    }
    if (length < 1 || length > MAX_TEXT_LENGTH) {
      add(field, "must have 1 to " + MAX_TEXT_LENGTH + " characters");
    }
    if (control) {
      add(field, "must not contain control characters");
    }
    if (surrogate) {
      add(field, "must not contain unpaired surrogates");
    }
  }

  /** Checks a price: 0 to 2,147,483,647. */
  public void price(String field, int value) {
    if (value < 0) {
      add(field, PRICE_RULE);
    }
  }

  /**
   * Checks a price that was read as a decimal number of any size. Only the value has to be whole:
   * 5e3 and 5000.0 are 5000. The cost does not grow with the exponent.
   *
   * @return the price, or empty if it is invalid
   */
  public OptionalInt price(String field, BigDecimal value) {
    boolean inRange = value.signum() >= 0 && value.compareTo(BigDecimal.valueOf(MAX_PRICE)) <= 0;
    if (!inRange || value.stripTrailingZeros().scale() > 0) {
      add(field, PRICE_RULE);
      return OptionalInt.empty();
    }
    return OptionalInt.of(value.intValueExact());
  }

  /**
   * Checks a price that was read as text: a number as JSON writes it (RFC 8259, 6), of any length.
   *
   * @return the price, or empty if it is invalid
   */
  public OptionalInt price(String field, String number) {
    if (number.length() <= MAX_NUMBER_LENGTH && NUMBER.matcher(number).matches()) {
      try {
        return price(field, new BigDecimal(number));
      } catch (NumberFormatException e) {
        // An exponent beyond 32 bits: only a zero could be a price with it.
      }
    }
    add(field, PRICE_RULE);
    return OptionalInt.empty();
  }

  /**
   * Ends the check.
   *
   * @throws InvalidValueException with every violation, if any was found
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new InvalidValueException(found);
    }
  }
}
