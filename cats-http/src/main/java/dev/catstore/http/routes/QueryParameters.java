package dev.catstore.http.routes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.catstore.http.problem.Problem;
import dev.catstore.http.problem.Problem.FieldError;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The parameters of a query, decoded strictly: each is known and appears at most once. Empty parts
 * ({@code a=1&&}) are nothing.
 */
final class QueryParameters {
  /** A part of the query; its name or its value is empty if it cannot be decoded. */
  private record Part(String encodedName, Optional<String> name, Optional<String> value) {
    static Part of(String text) {
      String[] pair = text.split("=", 2);
      return new Part(pair[0], decode(pair[0]), decode(pair.length == 2 ? pair[1] : ""));
    }
  }

  private final List<Part> parts;
  private final Map<String, String> values = new LinkedHashMap<>();

  private QueryParameters(List<Part> parts) {
    this.parts = parts;
  }

  /** Parses a query; nothing of it can be had before {@link #check}. */
  static QueryParameters of(HttpServletRequest request) {
    String query = request.getQueryString();
    return new QueryParameters(
        query == null
            ? List.of()
            : Arrays.stream(query.split("&")).filter(it -> !it.isEmpty()).map(Part::of).toList());
  }

  /** Whether there is such a parameter, be it known or not. */
  boolean has(String name) {
    return parts.stream()
        .anyMatch(it -> it.name().equals(Optional.of(name)) && it.value().isPresent());
  }

  /**
   * Checks what is there.
   *
   * @param known the allowed names
   * @param errors gets every parameter that is unknown, repeated, or cannot be decoded
   */
  void check(Set<String> known, List<FieldError> errors) {
    for (Part part : parts) {
      Optional<String> name = part.name();
      if (name.isEmpty() || !known.contains(name.get())) {
        errors.add(
            FieldError.ofParameter(
                name.orElse(part.encodedName()), "is not a parameter of this resource"));
      } else if (part.value().isEmpty()) {
        errors.add(FieldError.ofParameter(name.get(), "must be percent-encoded UTF-8"));
      } else if (values.put(name.get(), part.value().get()) != null) {
        errors.add(FieldError.ofParameter(name.get(), "must appear at most once"));
      }
    }
  }

  /**
   * Requires that there are no parameters.
   *
   * @throws ProblemException naming those that are there
   */
  static void requireNone(HttpServletRequest request) {
    List<FieldError> errors = new ArrayList<>();
    of(request).check(Set.of(), errors);
    throwIfAny(errors);
  }

  /** Refuses a request with wrong parameters: of each, the first error. */
  static void throwIfAny(List<FieldError> errors) {
    if (!errors.isEmpty()) {
      Map<String, FieldError> first = new LinkedHashMap<>();
      errors.forEach(it -> first.putIfAbsent(String.valueOf(it.parameter()), it));
      throw new ProblemException(
          Problem.ofErrors(ProblemType.MALFORMED_REQUEST, List.copyOf(first.values())));
    }
  }

  Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** The encoded query with this value of one parameter. */
  String with(String name, String value) {
    var changed = new LinkedHashMap<>(values);
    changed.put(name, value);
    return String.join(
        "&",
        changed.entrySet().stream()
            .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), UTF_8))
            .toList());
  }

  /** Decodes percent-encoded UTF-8, in which a plus is a space; empty if it is not that. */
  private static Optional<String> decode(String text) {
    var bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        if (i + 2 >= text.length()
            || !HexFormat.isHexDigit(text.charAt(i + 1))
            || !HexFormat.isHexDigit(text.charAt(i + 2))) {
          return Optional.empty();
        }
        bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
        i += 2;
      } else if (c < 0x80) {
        bytes.write(c == '+' ? ' ' : c);
      } else {
        return Optional.empty();
      }
    }
    try {
      return Optional.of(
          UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
