package dev.catstore.http.routes;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NoSuchCatException;
import dev.catstore.domain.StaleRevisionException;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.wire.MediaTypes;
import java.io.IOException;
import java.util.function.Function;

/** {@code /cats/{id}}: one cat. */
final class CatItemResource {
  private static final String ACCEPT_PATCH = MediaTypes.MERGE_PATCH + ", " + MediaTypes.JSON;

  private final CatStore store;
  private final CatRequestReader reader;

  CatItemResource(CatStore store, CatRequestReader reader) {
    this.store = store;
    this.reader = reader;
  }

  void find(Exchange exchange) throws IOException {
    long id = exchange.id();
    checkParametersAndAccept(exchange);
    Preconditions preconditions = Preconditions.of(exchange.request());
    Cat cat = store.find(id).orElseThrow(() -> new NoSuchCatException(id));
    switch (preconditions.of(cat)) {
      case FAILED -> throw failed(preconditions, cat);
      case NOT_MODIFIED -> Responses.notModified(exchange, cat);
      case MET -> Responses.taggedCat(exchange, cat);
    }
  }

  void replace(Exchange exchange) throws IOException {
    long id = exchange.id();
    checkParametersAndAccept(exchange);
    Preconditions preconditions = Preconditions.of(exchange.request());
    ContentNegotiation.requireJson(exchange.request());
    CatEdit replacement = CatEdit.replacement(reader.newCat(exchange));
    Responses.cat(exchange, change(id, preconditions, ref -> store.edit(ref, replacement)));
  }

  void edit(Exchange exchange) throws IOException {
    long id = exchange.id();
    checkParametersAndAccept(exchange);
    Preconditions preconditions = Preconditions.of(exchange.request());
    ContentNegotiation.requireMergePatch(exchange.request(), ACCEPT_PATCH);
    CatEdit edit = reader.edit(exchange);
    Responses.taggedCat(exchange, change(id, preconditions, ref -> store.edit(ref, edit)));
  }

  void remove(Exchange exchange) throws IOException {
    long id = exchange.id();
    QueryParameters.requireNone(exchange.request());
    // The answer has a body only if it is a problem, which is all that some clients accept here.
    ContentNegotiation.negotiate(exchange, MediaTypes.JSON, MediaTypes.PROBLEM);
    if (!change(id, Preconditions.of(exchange.request()), store::remove)) {
      throw new NoSuchCatException(id);
    }
    Responses.noContent(exchange);
  }

  void options(Exchange exchange) throws IOException {
    Responses.acceptPatch(exchange, ACCEPT_PATCH);
  }

  /**
   * Changes a cat if the preconditions are met. A store checks one expected revision itself; for
   * anything else the cat is read, and changed only if it is still at the revision that was read.
   */
  private <T> T change(long id, Preconditions preconditions, Function<CatRef, T> change) {
    var ref = preconditions.ref(id);
    if (ref.isPresent()) {
      return change.apply(ref.get());
    }
    while (true) {
      Cat cat = store.find(id).orElseThrow(() -> new NoSuchCatException(id));
      if (preconditions.of(cat) != Preconditions.Outcome.MET) {
        throw failed(preconditions, cat);
      }
      try {
        return change.apply(cat.ref());
      } catch (StaleRevisionException e) {
        // Somebody else changed it in between: decide again, by what the cat is now.
      }
    }
  }

  private static ProblemException failed(Preconditions preconditions, Cat cat) {
    return new ProblemException(ProblemType.PRECONDITION_FAILED, preconditions.whyNot(cat));
  }

  private static void checkParametersAndAccept(Exchange exchange) {
    QueryParameters.requireNone(exchange.request());
    ContentNegotiation.negotiate(exchange, MediaTypes.JSON);
  }
}
