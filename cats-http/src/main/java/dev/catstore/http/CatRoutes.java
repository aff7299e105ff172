package dev.catstore.http;

import static java.util.Objects.requireNonNull;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.NoSuchCatException;
import dev.catstore.domain.StaleRevisionException;
import dev.catstore.domain.Violation;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import spark.Request;
import spark.Response;
import spark.Route;
import spark.Service;

/**
 * The routes over a store: those of the tutorial application, /cats, and /health. Each parses,
 * calls the port, and renders.
 */
public final class CatRoutes {
  /** Answered where no such cat can be: also what {@code /health/ready} asks the store for. */
  private static final long NO_CAT = Long.MAX_VALUE;

  private static final Pattern ID = Pattern.compile("[1-9][0-9]{0,18}");
  private static final String ACCEPT_PATCH = MediaTypes.MERGE_PATCH + ", " + MediaTypes.JSON;

  private final CatStore store;
  private final String prefix;

  private CatRoutes(CatStore store, String prefix) {
    this.store = store;
    this.prefix = prefix;
  }

  /**
   * Mounts the routes in a service, which may have others.
   *
   * @param prefix what comes before each path, for example {@code /shop}; empty for none
   */
  public static void mount(Service http, String prefix, CatStore store) {
    new CatRoutes(requireNonNull(store), requireNonNull(prefix)).mount(http);
  }

  private void mount(Service http) {
    http.path(
        prefix,
        () -> {
          http.get("/", guarded(this::list));
          http.post("/add", guarded(this::tutorialAdd));
          http.delete("/remove/:id", guarded(this::tutorialRemove));
          http.patch("/edit/:id", guarded(this::tutorialEdit));

          http.post("/cats", guarded(this::add));
          http.get("/cats/:id", guarded(this::find));
          http.put("/cats/:id", guarded(this::replace));
          http.patch("/cats/:id", guarded(this::edit));
          http.delete("/cats/:id", guarded(this::remove));

          http.get("/health/live", guarded(CatRoutes::live));
          http.get("/health/ready", guarded(this::ready));
        });
  }

  /** A route whose failures are answered with a problem, or by breaking the answer off. */
  private static Route guarded(Route route) {
    return (request, response) -> {
      try {
        return route.handle(request, response);
      } catch (VirtualMachineError e) {
        throw e;
      } catch (Throwable failure) {
        return Answers.failure(request, response, failure);
      }
    };
  }

  private Object list(Request request, Response response) throws IOException {
    try (var cats = new CatArray(request.raw(), response.raw())) {
      store.each(CatFilter.ALL, cats::write);
      cats.end();
    }
    return "";
  }

  private Object tutorialAdd(Request request, Response response) throws IOException {
    MediaTypes.requireJson(request.raw(), "");
    store.add(CatBody.read(Answers.rawRequest(request), CatBody.Dialect.TUTORIAL_ADD).newCat());
    return Answers.text(response, "Added");
  }

  private Object tutorialRemove(Request request, Response response) throws IOException {
    store.remove(CatRef.of(id(request)));
    return Answers.text(response, "Deleted");
  }

  private Object tutorialEdit(Request request, Response response) throws IOException {
    long id = id(request);
    MediaTypes.requireJson(request.raw(), MediaTypes.JSON);
    CatBody body = CatBody.read(Answers.rawRequest(request), CatBody.Dialect.TUTORIAL_EDIT);
    store.edit(CatRef.of(id), body.priceEdit());
    return Answers.text(response, "Edited");
  }

  private Object add(Request request, Response response) throws IOException {
    checkParametersAndAccept(request);
    var key = IdempotencyKeys.of(request.raw());
    MediaTypes.requireJson(request.raw(), "");
    NewCat cat = CatBody.read(Answers.rawRequest(request), CatBody.Dialect.STRICT).newCat();
    Cat added = key.isPresent() ? store.add(cat, key.get()) : store.add(cat);
    response.status(201);
    response.header("Location", prefix + "/cats/" + added.id());
    return Answers.taggedCat(response, added);
  }

  private Object find(Request request, Response response) throws IOException {
    long id = id(request);
    checkParametersAndAccept(request);
    Preconditions preconditions = Preconditions.of(request.raw());
    Cat cat = store.find(id).orElseThrow(() -> new NoSuchCatException(id));
    return switch (preconditions.of(cat)) {
      case FAILED -> throw preconditionFailed(cat);
      case NOT_MODIFIED -> Answers.notModified(response, cat);
      case MET -> Answers.taggedCat(response, cat);
    };
  }

  private Object replace(Request request, Response response) throws IOException {
    long id = id(request);
    checkParametersAndAccept(request);
    Preconditions preconditions = Preconditions.of(request.raw());
    MediaTypes.requireJson(request.raw(), "");
    NewCat cat = CatBody.read(Answers.rawRequest(request), CatBody.Dialect.STRICT).newCat();
    CatEdit replacement = CatEdit.replacement(cat);
    return Answers.cat(response, change(id, preconditions, ref -> store.edit(ref, replacement)));
  }

  private Object edit(Request request, Response response) throws IOException {
    long id = id(request);
    checkParametersAndAccept(request);
    Preconditions preconditions = Preconditions.of(request.raw());
    MediaTypes.requireJson(request.raw(), ACCEPT_PATCH);
    CatEdit edit = CatBody.read(Answers.rawRequest(request), CatBody.Dialect.STRICT).edit();
    return Answers.taggedCat(response, change(id, preconditions, ref -> store.edit(ref, edit)));
  }

  private Object remove(Request request, Response response) throws IOException {
    long id = id(request);
    checkParameters(request);
    if (!change(id, Preconditions.of(request.raw()), store::remove)) {
      throw new NoSuchCatException(id);
    }
    return Answers.noContent(response);
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

  private static Object live(Request request, Response response) throws IOException {
    return Answers.status(response, "up");
  }

  private Object ready(Request request, Response response) throws IOException {
    store.find(NO_CAT);
    return Answers.status(response, "ready");
  }

  private static long id(Request request) {
    String text = request.params(":id");
    boolean plain = request.raw().getRequestURI().indexOf(';') < 0 && ID.matcher(text).matches();
    if (plain && (text.length() < 19 || text.compareTo(Long.toString(Long.MAX_VALUE)) <= 0)) {
      return Long.parseLong(text);
    }
    throw ProblemException.ofParameters(
        List.of(new Violation("id", "must be a whole number from 1 to " + Long.MAX_VALUE)));
  }

  private static void checkParametersAndAccept(Request request) {
    checkParameters(request);
    MediaTypes.requireAcceptsJson(Answers.rawRequest(request));
  }

  /** None of these routes has a query. */
  private static void checkParameters(Request request) {
    String query = request.raw().getQueryString();
    if (query != null && !query.isEmpty()) {
      String name = query.split("[=&]", 2)[0];
      throw ProblemException.ofParameters(
          List.of(new Violation(name, "is not a parameter of this resource")));
    }
  }
}
