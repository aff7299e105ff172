package dev.catstore.http.problem;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An error as the client sees it (RFC 9457).
 *
 * @param type what kind it is, and with it the status
 * @param detail what happened, as a sentence for people
 * @param errors the values that are wrong: all, or the first of them
 * @param more how many other values are wrong
 * @param headers further headers of the response
 */
public record Problem(
    ProblemType type,
    String detail,
    List<FieldError> errors,
    long more,
    Map<String, String> headers) {
  /** After how many seconds a retry is worthwhile. */
  private static final String RETRY_AFTER_SECONDS = "1";

  /**
   * One value that is wrong: a field of the body, or a parameter of the path or the query.
   *
   * @param detail what is asked of it, as a sentence without its full stop
   * @param pointer where the field is: a JSON pointer in a URI fragment (RFC 6901, 6)
   * @param parameter the name of the parameter
   * @param line the line of an import on which the record begins, from 1
   * @param id the cat that cannot be put or edited
   * @param reason why it cannot: {@code repeated}, {@code no_such_cat} or {@code stale}
   * @param firstLine the line on which a repeated id is first
   */
  public record FieldError(
      String detail,
      @Nullable String pointer,
      @Nullable String parameter,
      @Nullable Long line,
      @Nullable Long id,
      @Nullable String reason,
      @Nullable Long firstLine) {
    private FieldError(
        String detail, @Nullable String pointer, @Nullable String parameter, @Nullable Long line) {
      this(detail, pointer, parameter, line, null, null, null);
    }

    /** A wrong parameter of the path or the query. */
    public static FieldError ofParameter(String name, String rule) {
      return new FieldError(name + " " + rule, null, name, null);
    }

    /** A wrong field of the body, or the body as a whole. */
    public static FieldError ofBody(Optional<String> field, String rule) {
      return new FieldError(field.orElse("the body") + " " + rule, pointer(field), null, null);
    }

    /** A wrong field of a record in an import, or the record as a whole. */
    public static FieldError ofRecord(long line, Optional<String> field, String rule) {
      return new FieldError(field.orElse("the record") + " " + rule, pointer(field), null, line);
    }

    /** A wrong field of an element of an array, or the element as a whole. */
    public static FieldError ofElement(long index, Optional<String> field, String rule) {
      String pointer = pointer(field).replaceFirst("#", "#/" + index);
      return new FieldError(field.orElse("the record") + " " + rule, pointer, null, null);
    }

    /**
     * A cat of many that cannot be put or edited.
     *
     * @param at the wrong field of its record, or element
     * @param firstLine the line on which the id is first, where it is repeated in a file
     */
    public static FieldError ofCat(
        long id, String reason, String detail, FieldError at, @Nullable Long firstLine) {
      return new FieldError(detail, at.pointer, null, at.line, id, reason, firstLine);
    }

    private static String pointer(Optional<String> field) {
      return field.map(it -> "#/" + JsonPointers.escape(it)).orElse("#");
    }
  }

  public Problem {
    errors = List.copyOf(errors);
    headers = Map.copyOf(headers);
  }

  public Problem(ProblemType type, String detail) {
    this(type, detail, List.of(), 0, Map.of());
  }

  /** Wrong values, with a detail that names them all. */
  public static Problem ofErrors(ProblemType type, List<FieldError> errors) {
    String detail = String.join("; ", errors.stream().map(FieldError::detail).toList());
    return new Problem(type, detail + ".", errors, 0, Map.of());
  }

  /** A failure that is worth a retry: nothing was done. */
  public static Problem unavailable(String detail) {
    return new Problem(ProblemType.UNAVAILABLE, detail)
        .withHeader("Retry-After", RETRY_AFTER_SECONDS);
  }

  /** An error of HTTP itself. */
  public static Problem ofStatus(int status) {
    ProblemType type = ProblemType.ofStatus(status);
    String detail = type.title() + ".";
    return status == 503 ? unavailable(detail) : new Problem(type, detail);
  }

  /** This problem with one more header. */
  public Problem withHeader(String name, String value) {
    Map<String, String> all = new HashMap<>(headers);
    all.put(name, value);
    return new Problem(type, detail, errors, more, all);
  }
}
