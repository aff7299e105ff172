package dev.catstore.http.routes;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.NoSuchCatException;
import dev.catstore.domain.StaleRevisionException;
import dev.catstore.domain.Violation;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.wire.CatFields;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import spark.Request;
import spark.Response;

/** {@code /cats/{id}}: one cat. */
final class CatItemResource {
  private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,18}");

  /** What PATCH takes, for Accept-Patch (RFC 5789, 3.1). */
  static final String ACCEPT_PATCH =
      ContentNegotiation.MERGE_PATCH + ", " + ContentNegotiation.JSON;

  private final CatStore store;
  private final CatRequestReader bodies;

  CatItemResource(CatStore store, CatRequestReader bodies) {
    this.store = store;
    this.bodies = bodies;
  }

  Object find(Request request, Response response) throws IOException {
    long id = id(request);
    checkParametersAndAccept(request);
    Preconditions preconditions = Preconditions.of(request.raw());
    Cat cat = store.find(id).orElseThrow(() -> new NoSuchCatException(id));
    return switch (preconditions.of(cat)) {
      case FAILED -> throw preconditionFailed(cat);
      case NOT_MODIFIED -> Responses.notModified(response, cat);
      case MET -> Responses.taggedCat(response, cat);
    };
  }

  Object replace(Request request, Response response) throws IOException {
    long id = id(request);
    checkParametersAndAccept(request);
    Preconditions preconditions = Preconditions.of(request.raw());
    ContentNegotiation.requireJson(request.raw());
    NewCat cat = bodies.read(Responses.rawRequest(request), CatFields.Dialect.STRICT).newCat();
    CatEdit replacement = CatEdit.replacement(cat);
    return Responses.cat(response, change(id, preconditions, ref -> store.edit(ref, replacement)));
  }

  Object edit(Request request, Response response) throws IOException {
    long id = id(request);
    checkParametersAndAccept(request);
    Preconditions preconditions = Preconditions.of(request.raw());
    ContentNegotiation.requireJsonPatch(request.raw(), ACCEPT_PATCH);
    CatEdit edit = bodies.read(Responses.rawRequest(request), CatFields.Dialect.STRICT).edit();
    return Responses.taggedCat(response, change(id, preconditions, ref -> store.edit(ref, edit)));
  }

  Object options(Request request, Response response) throws IOException {
    return Responses.acceptPatch(response, ACCEPT_PATCH);
  }

  Object remove(Request request, Response response) throws IOException {
    long id = id(request);
    checkParametersAndAccept(request);
    if (!change(id, Preconditions.of(request.raw()), store::remove)) {
      throw new NoSuchCatException(id);
    }
    return Responses.noContent(response);
  }

  /**
   * Changes a cat if the preconditions are met. A store meets an expected revision itself; for
   * everything else the cat is looked at, and changed only if it still is what was seen.
   */
  private <T> T change(long id, Preconditions preconditions, Function<CatRef, T> change) {
    var ref = preconditions.ref(id);
    if (ref.isPresent()) {
      return change.apply(ref.get());
    }
    while (true) {
      Cat cat = store.find(id).orElseThrow(() -> new NoSuchCatException(id));
      if (preconditions.of(cat) != Preconditions.Outcome.MET) {
        throw preconditionFailed(cat);
      }
      try {
        return change.apply(cat.ref());
      } catch (StaleRevisionException e) {
        // Somebody was faster: decide again, about what the cat is now.
      }
    }
  }

  private static ProblemException preconditionFailed(Cat cat) {
    return new ProblemException(
        ProblemType.PRECONDITION_FAILED, "Cat " + cat.id() + " is at another revision.");
  }

  /**
   * The id in the path.
   *
   * @throws ProblemException if it is no positive 64-bit number in plain digits
   */
  static long id(Request request) {
    String text = request.params(":id");
    boolean plain = request.raw().getRequestURI().indexOf(';') < 0 && ID.matcher(text).matches();
    if (plain && (text.length() < 19 || text.compareTo(Long.toString(Long.MAX_VALUE)) <= 0)) {
      return Long.parseLong(text);
    }
    throw ProblemException.ofParameters(
        List.of(new Violation("id", "must be a whole number from 1 to " + Long.MAX_VALUE)));
  }

  private static void checkParametersAndAccept(Request request) {
    QueryParameters.requireNone(request.raw());
    ContentNegotiation.negotiate(Responses.rawRequest(request), ContentNegotiation.JSON);
  }
}
