package dev.catstore.http.routes;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatRef;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.problem.ProblemType;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The If-Match and If-None-Match of a request (RFC 9110, 13.1), each empty if it is absent. A cat's
 * entity tag is its revision in quotes, a strong tag.
 */
record Preconditions(Optional<Tags> ifMatch, Optional<Tags> ifNoneMatch) {
  /** What the preconditions say about a cat. */
  enum Outcome {
    MET,
    NOT_MODIFIED,
    FAILED
  }

  /** A list of entity tags; or any tag, for {@code *}. */
  record Tags(boolean any, List<Tag> list) {
    boolean matchStrongly(Cat cat) {
      return any || list.stream().anyMatch(tag -> !tag.weak() && tag.isRevisionOf(cat));
    }

    boolean matchWeakly(Cat cat) {
      return any || list.stream().anyMatch(tag -> tag.isRevisionOf(cat));
    }
  }

  record Tag(boolean weak, String opaque) {
    private static final Pattern REVISION = Pattern.compile("[1-9][0-9]{0,17}");

    boolean isRevisionOf(Cat cat) {
      return opaque.equals(Long.toString(cat.revision()));
    }

    /** Whether a cat can have it, at some revision. */
    boolean isRevision() {
      return REVISION.matcher(opaque).matches();
    }

    /** The reference that expects this tag; empty if no cat can have it. */
    Optional<CatRef> ref(long id) {
      return !weak && isRevision()
          ? Optional.of(CatRef.of(id, Long.parseLong(opaque)))
          : Optional.empty();
    }
  }

  // Possessive quantifiers, and each match begins where the last one ended: a header is read once.
  private static final Pattern TAG = Pattern.compile("(W/)?+\"([\\x21\\x23-\\x7e\\x80-\\xff]*+)\"");
  private static final Pattern SEPARATOR = Pattern.compile("[ \t]*+,[ \t,]*+");

  /**
   * Reads the headers.
   *
   * @throws ProblemException if one of them is malformed
   */
  static Preconditions of(HttpServletRequest request) {
    return new Preconditions(tags(request, "If-Match"), tags(request, "If-None-Match"));
  }

  /** The entity tag of a cat. */
  static String entityTag(Cat cat) {
    return '"' + Long.toString(cat.revision()) + '"';
  }

  /**
   * The reference with which a store can check the preconditions itself; empty if the cat must be
   * read first.
   */
  Optional<CatRef> ref(long id) {
    if (ifNoneMatch.isPresent()) {
      return Optional.empty();
    }
    if (ifMatch.isEmpty() || ifMatch.get().any()) {
      return Optional.of(CatRef.of(id));
    }
    List<Tag> list = ifMatch.get().list();
    return list.size() == 1 ? list.get(0).ref(id) : Optional.empty();
  }

  /** In the order of RFC 9110, 13.2.2. */
  Outcome of(Cat cat) {
    if (ifMatch.isPresent() && !ifMatch.get().matchStrongly(cat)) {
      return Outcome.FAILED;
    }
    return ifNoneMatch.isPresent() && ifNoneMatch.get().matchWeakly(cat)
        ? Outcome.NOT_MODIFIED
        : Outcome.MET;
  }

  /** Why the preconditions keep this cat from being changed, or from being shown, for clients. */
  String whyNot(Cat cat) {
    if (ifMatch.isEmpty() || ifMatch.get().matchStrongly(cat)) {
      return "Cat " + cat.id() + " is there, as If-None-Match excludes.";
    }
    // Where no tag can be that of a cat, something between client and server has changed it.
    List<Tag> revisions = ifMatch.get().list().stream().filter(Tag::isRevision).toList();
    if (revisions.stream().anyMatch(tag -> !tag.weak())) {
      return "Cat " + cat.id() + " is at another revision.";
    }
    return (revisions.isEmpty()
            ? "If-Match has no tag of this server's"
            : "If-Match has only weak tags, which match nothing")
        + "; send the ETag of the cat as this server sent it.";
  }

  private static Optional<Tags> tags(HttpServletRequest request, String header) {
    List<String> lines = Collections.list(request.getHeaders(header));
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    String value = String.join(",", lines).strip();
    if (value.equals("*")) {
      return Optional.of(new Tags(true, List.of()));
    }
    return Optional.of(new Tags(false, list(header, value)));
  }

  private static List<Tag> list(String header, String value) {
    List<Tag> list = new ArrayList<>();
    Matcher tag = TAG.matcher(value);
    Matcher separator = SEPARATOR.matcher(value);
    int at = separator.lookingAt() ? separator.end() : 0;
    while (at < value.length()) {
      if (!tag.region(at, value.length()).lookingAt()) {
        throw malformed(header);
      }
      list.add(new Tag(tag.group(1) != null, tag.group(2)));
      at = tag.end();
      if (at < value.length()) {
        if (!separator.region(at, value.length()).lookingAt()) {
          throw malformed(header);
        }
        at = separator.end();
      }
    }
    if (list.isEmpty()) {
      throw malformed(header);
    }
    return list;
  }

  private static ProblemException malformed(String header) {
    return new ProblemException(
        ProblemType.MALFORMED_REQUEST, header + " must be * or a list of entity tags.");
  }
}
