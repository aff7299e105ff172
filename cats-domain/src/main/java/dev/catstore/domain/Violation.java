package dev.catstore.domain;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * One rule that a value breaks.
 *
 * @param field the field that is wrong, for example {@code price}; empty if it is the value as a
 *     whole
 * @param rule what is asked of it, as the end of a sentence that begins with the field, for example
 *     {@code must be a whole number from 0 to 2147483647}
 */
public record Violation(Optional<String> field, String rule) {
  public Violation {
    requireNonNull(field);
    requireNonNull(rule);
  }

  /** A rule that a field breaks. */
  public static Violation of(String field, String rule) {
    return new Violation(Optional.of(field), rule);
  }

  /** A rule that the value as a whole breaks. */
  public static Violation ofWhole(String rule) {
    return new Violation(Optional.empty(), rule);
  }

  @Override
  public String toString() {
    return field.map(it -> it + " " + rule).orElse(rule);
  }
}
