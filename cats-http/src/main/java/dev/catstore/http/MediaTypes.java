package dev.catstore.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a request's body is, and what its client takes (RFC 9110, 8.3 and 12.5.1). */
final class MediaTypes {
  static final String JSON = "application/json";
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
    List<String> lines = Collections.list(request.getHeaders("Content-Type"));
    Matcher type = TYPE.matcher(lines.size() == 1 ? lines.get(0) : "");
    String name = type.matches() ? type.group(1).toLowerCase(Locale.ROOT) : "";
    if (!name.equals(JSON) && !name.matches("application/[^/]+\\+json")) {
      Problem problem =
          new Problem(ProblemType.UNSUPPORTED_MEDIA_TYPE, "The body must be " + JSON + ".");
      throw new ProblemException(
          acceptPatch.isEmpty() ? problem : problem.withHeader("Accept-Patch", acceptPatch));
    }
  }

  /**
   * Asks that the client takes JSON. A client that names nothing takes everything.
   *
   * @throws ProblemException if it does not, or if what it names cannot be read
   */
  static void requireAcceptsJson(HttpServletRequest request) {
    List<String> lines = Collections.list(request.getHeaders("Accept"));
    if (!lines.isEmpty() && quality(String.join(",", lines)) == 0) {
      throw new ProblemException(
          ProblemType.NOT_ACCEPTABLE, "This resource is shown as " + JSON + " alone.");
    }
  }

  /** How much a client that sent this Accept wants JSON: the most specific range decides. */
  private static double quality(String accept) {
    int best = -1;
    double quality = accept.isBlank() ? 1 : 0;
    for (String part : COMMA.split(accept, -1)) {
      if (part.isBlank()) {
        continue;
      }
      Matcher range = RANGE.matcher(part);
      if (!range.matches()) {
        throw malformed();
      }
      int specificity = specificity(range.group(1), range.group(2));
      double weight = weight(range.group(3));
      if (specificity > best) {
        best = specificity;
        quality = weight;
      } else if (specificity == best && specificity >= 0) {
        quality = Math.max(quality, weight);
      }
    }
    return quality;
  }

  private static int specificity(String type, String subtype) {
    if (type.equals("*") && subtype.equals("*")) {
      return 0;
    }
    if (!type.equalsIgnoreCase("application")) {
      return -1;
    }
    if (subtype.equals("*")) {
      return 1;
    }
    return subtype.equalsIgnoreCase("json") ? 2 : -1;
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
