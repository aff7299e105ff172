package dev.catstore.http.routes;

import dev.catstore.http.problem.Problem;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.wire.CatFormat;
import dev.catstore.http.wire.MediaTypes;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The type of a request's body, and the types that its client accepts (RFC 9110, 8.3 and 12.5.1).
 */
final class ContentNegotiation {
  // All quantifiers are possessive: a header is read once, without backtracking or recursion.
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
  private static final String QUOTED = "\"(?:[^\"\\\\]|\\\\.)*+\"";
  private static final String PARAMETER =
      "[ \t]*+;[ \t]*+(?:(" + TOKEN + ")=(" + TOKEN + "|" + QUOTED + "))?+";
  private static final String TYPE = "(" + TOKEN + ")/(" + TOKEN + ")((?:" + PARAMETER + ")*+)";
  private static final Pattern ONE_TYPE = Pattern.compile("[ \t]*+" + TYPE + "[ \t]*+");
  private static final Pattern NEXT_TYPE =
      Pattern.compile("\\G[ \t]*+(?:" + TYPE + "[ \t]*+)?+(?:,|\\z)");
  private static final Pattern NEXT_PARAMETER = Pattern.compile("\\G" + PARAMETER);
  private static final Pattern WEIGHT = Pattern.compile("0(?:\\.[0-9]{0,3})?|1(?:\\.0{0,3})?");

  private static final Pattern UNICODE =
      Pattern.compile("(\"?)utf-(?:8|16)\\1", Pattern.CASE_INSENSITIVE);

  private static final List<Range> ANYTHING = List.of(new Range("*", "*", 1));

  private ContentNegotiation() {}

  /**
   * Requires a body of JSON: application/json or application/*+json, in any case and with any
   * parameters.
   *
   * @throws ProblemException if the body is something else, or has no Content-Type
   */
  static void requireJson(HttpServletRequest request) {
    if (!isJson(contentType(request))) {
      throw unsupported("The body must be " + MediaTypes.JSON + ".");
    }
  }

  /**
   * Requires the same of a PATCH.
   *
   * @param acceptPatch what to tell the client of another body (RFC 5789, 2.2)
   */
  static void requirePatch(HttpServletRequest request, String acceptPatch) {
    requirePatch(request, acceptPatch, ContentNegotiation::isJson);
  }

  /** Requires a merge patch, or plain JSON: other types of JSON are other kinds of patches. */
  static void requireMergePatch(HttpServletRequest request, String acceptPatch) {
    requirePatch(request, acceptPatch, Set.of(MediaTypes.MERGE_PATCH, MediaTypes.JSON)::contains);
  }

  private static void requirePatch(
      HttpServletRequest request, String acceptPatch, Predicate<String> accepted) {
    try {
      if (!accepted.test(contentType(request))) {
        throw unsupported("The body must be " + acceptPatch.replace(", ", " or ") + ".");
      }
    } catch (ProblemException e) {
      throw new ProblemException(e.problem().withHeader("Accept-Patch", acceptPatch));
    }
  }

  /**
   * Requires a body of one cat or of many.
   *
   * @throws ProblemException if the body is something else, or has no Content-Type
   */
  static CatFormat requireCats(HttpServletRequest request) {
    String type = contentType(request);
    if (isJson(type)) {
      return CatFormat.JSON;
    }
    return CatFormat.ofMediaType(type)
        .filter(it -> isUnicode(request))
        .orElseThrow(
            () ->
                unsupported(
                    "The body must be %s, or in UTF-8 %s or %s."
                        .formatted(MediaTypes.JSON, MediaTypes.CSV, MediaTypes.NDJSON)));
  }

  /**
   * Requires a body of edits of many cats: in the formats of cats, but no other JSON, since that
   * may be another kind of patch.
   *
   * @param acceptPatch what to tell the client of another body (RFC 5789, 2.2)
   */
  static CatFormat requireEdits(HttpServletRequest request, String acceptPatch) {
    requirePatch(request, acceptPatch, type -> CatFormat.ofMediaType(type).isPresent());
    return requireCats(request);
  }

  private static ProblemException unsupported(String detail) {
    return new ProblemException(ProblemType.UNSUPPORTED_MEDIA_TYPE, detail);
  }

  /** The type of the body in lower case, without its parameters; empty if there is none. */
  private static String contentType(HttpServletRequest request) {
    for (String encoding : Collections.list(request.getHeaders("Content-Encoding"))) {
      if (!encoding.equalsIgnoreCase("identity")) {
        throw new ProblemException(
            new Problem(ProblemType.UNSUPPORTED_MEDIA_TYPE, "The body must not be encoded.")
                .withHeader("Accept-Encoding", "identity"));
      }
    }
    List<String> lines = Collections.list(request.getHeaders("Content-Type"));
    Matcher type = ONE_TYPE.matcher(lines.size() == 1 ? lines.get(0) : "");
    return type.matches() ? (type.group(1) + "/" + type.group(2)).toLowerCase(Locale.ROOT) : "";
  }

  private static boolean isJson(String type) {
    return type.equals(MediaTypes.JSON) || type.matches("application/[^/]+\\+json");
  }

  /** The file tells UTF-8 and UTF-16 apart by its mark. */
  private static boolean isUnicode(HttpServletRequest request) {
    Matcher type = ONE_TYPE.matcher(request.getHeader("Content-Type"));
    return type.matches()
        && parameters(type.group(3), "charset").stream()
            .allMatch(it -> UNICODE.matcher(it).matches());
  }

  /** The values of the parameters with this name, in any case; with their quotes. */
  private static List<String> parameters(String parameters, String name) {
    List<String> values = new ArrayList<>();
    Matcher parameter = NEXT_PARAMETER.matcher(parameters);
    while (parameter.find()) {
      if (name.equalsIgnoreCase(parameter.group(1))) {
        values.add(parameter.group(2));
      }
    }
    return values;
  }

  /**
   * Chooses the offered type that the client prefers, the first of several. A client without an
   * Accept header accepts everything. A refusal says that it varies by Accept.
   *
   * @param offered the available types, in lower case
   * @throws ProblemException if the client accepts none of them, or its Accept cannot be read
   */
  static String negotiate(Exchange exchange, String... offered) {
    List<Range> accepted = accepted(exchange.request());
    String best = offered[0];
    double bestQuality = 0;
    for (String type : offered) {
      double quality = quality(accepted, type);
      if (quality > bestQuality) {
        best = type;
        bestQuality = quality;
      }
    }
    if (bestQuality == 0) {
      varyByAccept(exchange);
      throw new ProblemException(
          ProblemType.NOT_ACCEPTABLE,
          "This resource is available only as " + String.join(", ", offered) + ".");
    }
    return best;
  }

  /** Says that the response depends on the Accept of the request. */
  static void varyByAccept(Exchange exchange) {
    String vary = String.join(",", exchange.response().getHeaders("Vary"));
    if (!List.of(vary.split("[, ]+", -1)).contains("Accept")) {
      exchange.response().addHeader("Vary", "Accept");
    }
  }

  /** A media range of an Accept, in lower case. */
  private record Range(String type, String subtype, double quality) {
    /** How closely the range matches the type; negative if not at all. */
    int specificity(String offered) {
      if (type.equals("*")) {
        return subtype.equals("*") ? 0 : -1;
      }
      if (!offered.startsWith(type + "/")) {
        return -1;
      }
      if (subtype.equals("*")) {
        return 1;
      }
      return offered.equals(type + "/" + subtype) ? 2 : -1;
    }
  }

  /** By the most specific range. */
  private static double quality(List<Range> accepted, String offered) {
    int best = -1;
    double quality = 0;
    for (Range range : accepted) {
      int specificity = range.specificity(offered);
      if (specificity > best) {
        best = specificity;
        quality = range.quality();
      } else if (specificity == best && specificity >= 0) {
        quality = Math.max(quality, range.quality());
      }
    }
    return quality;
  }

  private static List<Range> accepted(HttpServletRequest request) {
    if (request.getHeader("Accept") == null) {
      return ANYTHING;
    }
    String accept = String.join(",", Collections.list(request.getHeaders("Accept")));
    List<Range> accepted = new ArrayList<>();
    Matcher range = NEXT_TYPE.matcher(accept);
    int read = 0;
    for (; range.find(); read = range.end()) {
      if (range.group(1) != null) {
        accepted.add(
            new Range(
                range.group(1).toLowerCase(Locale.ROOT),
                range.group(2).toLowerCase(Locale.ROOT),
                weight(range.group(3))));
      }
    }
    if (read < accept.length()) {
      throw malformed();
    }
    return accepted.isEmpty() ? ANYTHING : accepted;
  }

  private static double weight(String parameters) {
    List<String> weights = parameters(parameters, "q");
    if (weights.isEmpty()) {
      return 1;
    }
    if (weights.size() > 1 || !WEIGHT.matcher(weights.get(0)).matches()) {
      throw malformed();
    }
    return Double.parseDouble(weights.get(0));
  }

  private static ProblemException malformed() {
    return new ProblemException(
        ProblemType.MALFORMED_REQUEST, "Accept must be a list of media ranges.");
  }
}
