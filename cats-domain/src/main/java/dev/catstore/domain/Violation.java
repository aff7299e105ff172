package dev.catstore.domain;

import static java.util.Objects.requireNonNull;

/**
 * One rule that a value breaks.
 *
 * @param field the field that is wrong, for example {@code price}
 * @param rule what is asked of it, as the end of a sentence that begins with the field, for example
 *     {@code must be a whole number from 0 to 2147483647}
 */
public record Violation(String field, String rule) {
  public Violation {
    requireNonNull(field);
    requireNonNull(rule);
  }

  @Override
  public String toString() {
    return field + " " + rule;
  }
}
