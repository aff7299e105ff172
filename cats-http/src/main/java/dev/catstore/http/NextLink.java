package dev.catstore.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.catstore.domain.Cursor;
import java.net.URI;
import java.net.URLDecoder;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The position in the link to the next page (RFC 8288), whose target may be relative. */
final class NextLink {
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final String PARAMETER =
      "\\s*;\\s*(" + TOKEN + ")(?:\\s*=\\s*(" + TOKEN + "|\"(?:[^\"\\\\]|\\\\.)*+\"))?";
  private static final Pattern LINK =
      Pattern.compile("[\\s,]*<([^>]*)>((?:" + PARAMETER + ")*+)\\s*(?:,|$)");
  private static final Pattern ONE_PARAMETER = Pattern.compile(PARAMETER);

  private NextLink() {}

  /**
   * @param headers the Link headers of an answer
   * @return the position, or empty if there is no link to a next page
   * @throws IllegalStateException if there is one without a position that we know how to read
   */
  static Optional<Cursor> position(List<String> headers) {
    Matcher link = LINK.matcher(String.join(",", headers));
    while (link.lookingAt()) {
      if (isNext(link.group(2))) {
        return Optional.of(position(link.group(1)));
      }
      link.region(link.end(), link.regionEnd());
    }
    return Optional.empty();
  }

  /** Whether the relation is next. Of several rel the first counts; an anchor is another page's. */
  private static boolean isNext(String parameters) {
    Optional<String> relation = Optional.empty();
    Matcher parameter = ONE_PARAMETER.matcher(parameters);
    while (parameter.find()) {
      if (parameter.group(1).equalsIgnoreCase("anchor")) {
        return false;
      }
      if (parameter.group(1).equalsIgnoreCase("rel") && relation.isEmpty()) {
        relation = Optional.ofNullable(parameter.group(2));
      }
    }
    String types = relation.orElse("").replace("\"", "");
    return List.of(types.strip().split("\\s+")).stream().anyMatch("next"::equalsIgnoreCase);
  }

  private static Cursor position(String target) {
    try {
      String query = Optional.ofNullable(URI.create(target).getRawQuery()).orElse("");
      for (String part : query.split("&")) {
        if (part.startsWith("after=")) {
          String text = URLDecoder.decode(part.substring("after=".length()), UTF_8);
          Optional<Cursor> position = Cursor.parse(text);
          if (position.isPresent()) {
            return position.get();
          }
        }
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException("the link to the next page is malformed", e);
    }
    throw new IllegalStateException("the link to the next page has no position that we know");
  }
}
