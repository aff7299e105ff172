package dev.catstore.http;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import java.io.IOException;
import spark.Request;
import spark.Response;

/** The routes of the tutorial application, as its clients know them. */
final class TutorialResource {
  /** What PATCH takes, for Accept-Patch (RFC 5789, 3.1). */
  static final String ACCEPT_PATCH = MediaTypes.JSON;

  private static final RowFormat<Cat> ARRAY = RowFormat.jsonArray(Json::writeWithoutRevision);

  private final CatStore store;
  private final CatBodies bodies;
  private final Streams streams;

  TutorialResource(CatStore store, CatBodies bodies, Streams streams) {
    this.store = store;
    this.bodies = bodies;
    this.streams = streams;
  }

  Object list(Request request, Response response) throws IOException {
    return streams.run(
        request.raw(),
        () ->
            StreamedAnswer.of(
                request, response, ARRAY, answer -> store.each(CatFilter.ALL, answer::write)));
  }

  Object add(Request request, Response response) throws IOException {
    MediaTypes.requireJson(request.raw());
    store.add(bodies.read(Answers.rawRequest(request), CatBody.Dialect.TUTORIAL_ADD).newCat());
    return Answers.text(response, "Added");
  }

  Object remove(Request request, Response response) throws IOException {
    store.remove(CatRef.of(CatResource.id(request)));
    return Answers.text(response, "Deleted");
  }

  Object edit(Request request, Response response) throws IOException {
    long id = CatResource.id(request);
    MediaTypes.requireJsonPatch(request.raw(), ACCEPT_PATCH);
    CatBody body = bodies.read(Answers.rawRequest(request), CatBody.Dialect.TUTORIAL_EDIT);
    store.edit(CatRef.of(id), body.priceEdit());
    return Answers.text(response, "Edited");
  }
}
