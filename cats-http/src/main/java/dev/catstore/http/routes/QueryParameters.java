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
  private final Map<String, String> values = new LinkedHashMap<>();

  private QueryParameters() {}

  /**
   * Parses a query.
   *
   * @param known the allowed names
   * @param errors gets every parameter that is unknown, repeated, or cannot be decoded
   */
  static QueryParameters of(
      HttpServletRequest request, Set<String> known, List<FieldError> errors) {
    var parameters = new QueryParameters();
    String query = request.getQueryString();
    for (String part : query == null ? new String[0] : query.split("&", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      String[] pair = part.split("=", 2);
      Optional<String> name = decode(pair[0]);
      Optional<String> value = decode(pair.length == 2 ? pair[1] : "");
      if (name.isEmpty() || !known.contains(name.get())) {
        errors.add(
            FieldError.ofParameter(name.orElse(pair[0]), "is not a parameter of this resource"));
      } else if (value.isEmpty()) {
        errors.add(FieldError.ofParameter(name.get(), "must be percent-encoded UTF-8"));
      } else if (parameters.values.put(name.get(), value.get()) != null) {
        errors.add(FieldError.ofParameter(name.get(), "must appear at most once"));
      }
    }
    return parameters;
  }

  /**
   * Requires that there are no parameters.
   *
   * @throws ProblemException naming those that are there
   */
  static void requireNone(HttpServletRequest request) {
    List<FieldError> errors = new ArrayList<>();
    of(request, Set.of(), errors);
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
