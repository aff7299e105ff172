package dev.catstore.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a request's body is, and what its client takes (RFC 9110, 8.3 and 12.5.1). */
final class MediaTypes {
  static final String JSON = "application/json";
  static final String NDJSON = "application/x-ndjson";
  static final String CSV = "text/csv";
  static final String MERGE_PATCH = "application/merge-patch+json";

  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final String QUOTED = "\"(?:[^\"\\\\]|\\\\.)*\"";
  private static final String PARAMETERS =
      "(?:[ \t]*;[ \t]*" + TOKEN + "=(?:" + TOKEN + "|" + QUOTED + "))*";
  private static final Pattern TYPE =
      Pattern.compile("[ \t]*(" + TOKEN + "/" + TOKEN + ")" + PARAMETERS + "[ \t]*");
  private static final Pattern RANGE =
      Pattern.compile("[ \t]*(" + TOKEN + ")/(" + TOKEN + ")(" + PARAMETERS + ")[ \t]*");
  private static final Pattern QUALITY =
      Pattern.compile(";[ \t]*[qQ]=(0(?:\\.[0-9]{0,3})?|1(?:\\.0{0,3})?)[ \t]*(?:;|$)");
  private static final Pattern ANY_QUALITY = Pattern.compile(";[ \t]*[qQ]=");
  private static final Pattern CHARSET =
      Pattern.compile(";[ \t]*charset=\"?([^\";]*?)\"?[ \t]*(?:;|$)", Pattern.CASE_INSENSITIVE);
  private static final Pattern COMMA = Pattern.compile(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)");

  private MediaTypes() {}

  /**
   * Asks for a body of JSON: application/json, application/*+json, in any case and with any
   * parameters.
   *
   * @param acceptPatch what to tell the client of a PATCH (RFC 5789, 3.1); empty for other methods
   * @throws ProblemException if the body is something else, or it is not said what
   */
  static void requireJson(HttpServletRequest request, String acceptPatch) {
    if (!isJson(contentType(request))) {
      Problem problem =
          new Problem(ProblemType.UNSUPPORTED_MEDIA_TYPE, "The body must be " + JSON + ".");
      throw new ProblemException(
          acceptPatch.isEmpty() ? problem : problem.withHeader("Accept-Patch", acceptPatch));
    }
  }

  /**
   * Asks for a body of one cat or of many.
   *
   * @return {@link #JSON}, {@link #NDJSON} or {@link #CSV}
   * @throws ProblemException if the body is something else, or it is not said what
   */
  static String requireCats(HttpServletRequest request) {
    String type = contentType(request);
    if (isJson(type)) {
      return JSON;
    }
    if ((type.equals(NDJSON) || type.equals(CSV)) && isUtf8(request)) {
      return type;
    }
    throw new ProblemException(
        ProblemType.UNSUPPORTED_MEDIA_TYPE,
        "The body must be %s, or in UTF-8 %s or %s.".formatted(JSON, CSV, NDJSON));
  }

  /** The type of the body in lower case, without its parameters; empty if there is none. */
  private static String contentType(HttpServletRequest request) {
    String encoding = request.getHeader("Content-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw new ProblemException(
          new Problem(ProblemType.UNSUPPORTED_MEDIA_TYPE, "The body must not be encoded.")
              .withHeader("Accept-Encoding", "identity"));
    }
    List<String> lines = Collections.list(request.getHeaders("Content-Type"));
    Matcher type = TYPE.matcher(lines.size() == 1 ? lines.get(0) : "");
    return type.matches() ? type.group(1).toLowerCase(Locale.ROOT) : "";
  }

  private static boolean isJson(String type) {
    return type.equals(JSON) || type.matches("application/[^/]+\\+json");
  }

  private static boolean isUtf8(HttpServletRequest request) {
    Matcher charset = CHARSET.matcher(request.getHeader("Content-Type"));
    return !charset.find() || charset.group(1).equalsIgnoreCase("utf-8");
  }

  /**
   * Chooses what the client wants most of what there is; of types that it wants alike the first. A
   * client that names nothing takes everything.
   *
   * @param offered the types that there are, in lower case
   * @throws ProblemException if the client takes none of them, or if what it names cannot be read
   */
  static String negotiate(HttpServletRequest request, String... offered) {
    List<Range> accepted = accepted(request);
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
      throw new ProblemException(
          ProblemType.NOT_ACCEPTABLE,
          "This resource is shown as " + String.join(", ", offered) + " alone.");
    }
    return best;
  }

  /** A media range of an Accept, in lower case. */
  private record Range(String type, String subtype, double quality) {
    /** How closely the range describes the type; negative if not at all. */
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

  /** The most specific range decides. */
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
    String accept = String.join(",", Collections.list(request.getHeaders("Accept")));
    List<Range> accepted = new ArrayList<>();
    for (String part : COMMA.split(accept, -1)) {
      if (!part.isBlank()) {
        Matcher range = RANGE.matcher(part);
        if (!range.matches()) {
          throw malformed();
        }
        accepted.add(
            new Range(
                range.group(1).toLowerCase(Locale.ROOT),
                range.group(2).toLowerCase(Locale.ROOT),
                weight(range.group(3))));
      }
    }
    return accepted.isEmpty() ? List.of(new Range("*", "*", 1)) : accepted;
  }

  private static double weight(String parameters) {
    Matcher quality = QUALITY.matcher(parameters);
    if (quality.find()) {
      return Double.parseDouble(quality.group(1));
    }
    if (ANY_QUALITY.matcher(parameters).find()) {
      throw malformed();
    }
    return 1;
  }

  private static ProblemException malformed() {
    return new ProblemException(
        ProblemType.MALFORMED_REQUEST, "Accept must be a list of media ranges.");
  }
}
