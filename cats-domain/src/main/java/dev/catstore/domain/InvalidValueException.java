package dev.catstore.domain;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A value that breaks the rules of the domain; its message names every field that is wrong. Correct
 * these fields and try again: no store has seen the value.
 */
public final class InvalidValueException extends IllegalArgumentException {
  @Serial private static final long serialVersionUID = 1;

  private final transient List<Violation> violations;

  /**
   * @param violations what is wrong, at least one, in the order in which it was found
   */
  public InvalidValueException(List<Violation> violations) {
    super(violations.stream().map(Violation::toString).collect(Collectors.joining("; ")));
    this.violations = List.copyOf(violations);
  }

  /** What is wrong, in the order in which it was found; never empty. */
  public List<Violation> violations() {
    return violations;
  }
}
