package dev.catstore.http.routes;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.http.wire.CatFields;
import dev.catstore.http.wire.CatJson;
import dev.catstore.http.wire.RowFormat;
import java.io.IOException;
import spark.Request;
import spark.Response;

/** The routes of the tutorial application, as its clients know them. */
final class TutorialResource {
  /** What PATCH takes, for Accept-Patch (RFC 5789, 3.1). */
  static final String ACCEPT_PATCH = ContentNegotiation.JSON;

  private static final RowFormat<Cat> ARRAY = RowFormat.jsonArray(CatJson::writeWithoutRevision);

  private final CatStore store;
  private final CatRequestReader bodies;
  private final StreamLimiter streams;

  TutorialResource(CatStore store, CatRequestReader bodies, StreamLimiter streams) {
    this.store = store;
    this.bodies = bodies;
    this.streams = streams;
  }

  Object list(Request request, Response response) throws IOException {
    return streams.run(
        request.raw(),
        () ->
            StreamingResponse.of(
                request, response, ARRAY, answer -> store.each(CatFilter.ALL, answer::write)));
  }

  Object add(Request request, Response response) throws IOException {
    ContentNegotiation.requireJson(request.raw());
    store.add(bodies.read(Responses.rawRequest(request), CatFields.Dialect.TUTORIAL_ADD).newCat());
    return Responses.text(response, "Added");
  }

  Object remove(Request request, Response response) throws IOException {
    store.remove(CatRef.of(CatItemResource.id(request)));
    return Responses.text(response, "Deleted");
  }

  Object options(Request request, Response response) throws IOException {
    return Responses.acceptPatch(response, ACCEPT_PATCH);
  }

  Object edit(Request request, Response response) throws IOException {
    long id = CatItemResource.id(request);
    ContentNegotiation.requireJsonPatch(request.raw(), ACCEPT_PATCH);
    CatFields body = bodies.read(Responses.rawRequest(request), CatFields.Dialect.TUTORIAL_EDIT);
    store.edit(CatRef.of(id), body.priceEdit());
    return Responses.text(response, "Edited");
  }
}
