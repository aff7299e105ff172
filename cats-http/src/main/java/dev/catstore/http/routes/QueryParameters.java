package dev.catstore.http.routes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.catstore.domain.Violation;
import dev.catstore.http.problem.ProblemException;
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

/** The parameters of a query, decoded strictly: each is known, and there once at the most. */
final class QueryParameters {
  private final Map<String, String> values = new LinkedHashMap<>();

  private QueryParameters() {}

  /**
   * @param known the names that may be there
   * @param wrong gets every parameter that is not known, there twice, or cannot be decoded
   */
  static QueryParameters of(HttpServletRequest request, Set<String> known, List<Violation> wrong) {
    var parameters = new QueryParameters();
    String query = request.getQueryString();
    for (String part : query == null || query.isEmpty() ? new String[0] : query.split("&", -1)) {
      String[] pair = part.split("=", 2);
      Optional<String> name = decode(pair[0]);
      Optional<String> value = decode(pair.length == 2 ? pair[1] : "");
      if (name.isEmpty() || !known.contains(name.get())) {
        wrong.add(new Violation(name.orElse(pair[0]), "is not a parameter of this resource"));
      } else if (value.isEmpty()) {
        wrong.add(new Violation(name.get(), "must be UTF-8, percent-encoded"));
      } else if (parameters.values.put(name.get(), value.get()) != null) {
        wrong.add(new Violation(name.get(), "must be there once"));
      }
    }
    return parameters;
  }

  /**
   * Asks for no parameters at all.
   *
   * @throws ProblemException naming those that are there
   */
  static void requireNone(HttpServletRequest request) {
    List<Violation> wrong = new ArrayList<>();
    of(request, Set.of(), wrong);
    if (!wrong.isEmpty()) {
      throw ProblemException.ofParameters(wrong);
    }
  }

  Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** The query with one parameter set anew, encoded. */
  String with(String name, String value) {
    var changed = new LinkedHashMap<>(values);
    changed.put(name, value);
    return String.join(
        "&",
        changed.entrySet().stream()
            .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), UTF_8))
            .toList());
  }

  /** Decodes percent-encoded UTF-8, in which a plus is a space; empty if it is something else. */
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
