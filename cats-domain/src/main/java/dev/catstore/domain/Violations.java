package dev.catstore.domain;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * The rules for the fields of a cat, and a collection of what breaks them. Whoever reads cats from
 * text adds its own findings (missing, not a number) to the same collection, so that all of them
 * come back together.
 *
 * <p>For one thread and one value: check each field, then {@link #throwIfAny()}.
 */
public final class Violations {
  /** The longest name or breed, in Unicode code points, outer white space not counted. */
  public static final int MAX_TEXT_LENGTH = 100;

  /** The highest price; the lowest is 0. */
  public static final int MAX_PRICE = Integer.MAX_VALUE;

  /** What is asked of an id. */
  public static final String ID_RULE = "must be a whole number from 1 to " + Long.MAX_VALUE;

  private static final String PRICE_RULE = "must be a whole number from 0 to " + MAX_PRICE;

  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

  /** The longest number whose value is looked at; a price has ten digits. */
  private static final int MAX_NUMBER_LENGTH = 1000;

  private final List<Violation> found = new ArrayList<>();

  /** Adds a violation that the caller has found in a field. */
  public void add(String field, String rule) {
    found.add(Violation.of(field, rule));
  }

  /** Adds a violation that the caller has found in the value as a whole. */
  public void addWhole(String rule) {
    found.add(Violation.ofWhole(rule));
  }

  /**
   * Checks a name or a breed: 1 to 100 code points after {@link String#strip()}, no control
   * characters (category Cc), no unpaired surrogates.
   *
   * @return the text without its outer white space, be it right or wrong
   */
  public String text(String field, String value) {
    String stripped = value.strip();
    unstrippedText(field, stripped);
    return stripped;
  }

  /** Checks a text by the same rules, but as it stands. */
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
   * Checks a price that was read as a decimal number of any size. A number is whole if its value
   * is: 5e3 and 5000.0 are 5000. What this costs does not grow with the exponent.
   *
   * @return the price, or empty if it is wrong
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
   * @return the price, or empty if it is wrong
   */
  public OptionalInt price(String field, String number) {
    if (number.length() <= MAX_NUMBER_LENGTH && NUMBER.matcher(number).matches()) {
      try {
        return price(field, new BigDecimal(number));
      } catch (NumberFormatException e) {
        // An exponent beyond 32 bits: with it no number is a price, but for zero.
      }
    }
    add(field, PRICE_RULE);
    return OptionalInt.empty();
  }

  /**
   * Ends the check.
   *
   * @throws InvalidValueException with everything that was found, if anything was
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new InvalidValueException(found);
    }
  }
}
