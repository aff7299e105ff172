package dev.catstore.domain;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What is wrong with values that cannot be made. */
final class Refused {
  private Refused() {}

  /** The fields that the making of a value finds wrong, in order; none if the value is made. */
  static List<String> fields(ThrowingCallable making) {
    InvalidValueException refusal = catchThrowableOfType(InvalidValueException.class, making);
    return refusal == null
        ? List.of()
        : refusal.violations().stream().map(it -> it.field().orElse("")).toList();
  }
}
