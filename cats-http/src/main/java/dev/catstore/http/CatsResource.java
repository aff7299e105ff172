package dev.catstore.http;

import dev.catstore.domain.BreedSummary;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.Page;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import spark.Request;
import spark.Response;

/** {@code /cats}: pages, exports, new cats, imports; and {@code /breeds}. */
final class CatsResource {
  private static final RowFormat<Cat> ARRAY = RowFormat.jsonArray(Json::write);
  private static final RowFormat<BreedSummary> BREEDS = RowFormat.jsonArray(Json::write);

  private final CatStore store;
  private final String path;
  private final Limits limits;
  private final CatBodies bodies;
  private final Streams streams;

  CatsResource(CatStore store, String prefix, Limits limits, CatBodies bodies, Streams streams) {
    this.store = store;
    this.path = prefix + "/cats";
    this.limits = limits;
    this.bodies = bodies;
    this.streams = streams;
  }

  Object list(Request request, Response response) throws IOException {
    String type =
        MediaTypes.negotiate(
            Answers.rawRequest(request), MediaTypes.JSON, MediaTypes.CSV, MediaTypes.NDJSON);
    response.header("Vary", "Accept");
    if (type.equals(MediaTypes.JSON)) {
      return page(CatQuery.page(request.raw()), response);
    }
    CatFilter filter = CatQuery.all(request.raw());
    RowFormat<Cat> format = CatFormat.ofMediaType(type).rows();
    return streams.run(
        request.raw(),
        () ->
            StreamedAnswer.of(
                request, response, format, answer -> store.each(filter, answer::write)));
  }

  private Object page(CatQuery.OfPage query, Response response) throws IOException {
    Page page = store.page(query.request());
    if (page.next().isPresent()) {
      response.header(
          "Link", "<%s?%s>; rel=\"next\"".formatted(path, query.next(page.next().get())));
    }
    if (query.count()) {
      response.header("X-Total-Count", Long.toString(store.count(query.request().filter())));
    }
    return Answers.rows(response, ARRAY, page.cats());
  }

  Object add(Request request, Response response) throws IOException {
    HttpServletRequest raw = Answers.rawRequest(request);
    QueryParameters.requireNone(raw);
    MediaTypes.negotiate(raw, MediaTypes.JSON);
    Optional<IdempotencyKey> key = IdempotencyKeys.of(raw);
    String type = MediaTypes.requireCats(raw);
    if (type.equals(MediaTypes.JSON)) {
      return addOne(raw, key, response);
    }
    if (key.isPresent()) {
      throw new ProblemException(
          ProblemType.MALFORMED_REQUEST, "An import takes no Idempotency-Key: it is for one cat.");
    }
    return streams.run(raw, () -> addAll(raw, type, response));
  }

  private Object addOne(HttpServletRequest request, Optional<IdempotencyKey> key, Response response)
      throws IOException {
    NewCat cat = bodies.read(request, CatBody.Dialect.STRICT).newCat();
    Cat added = key.isPresent() ? store.add(cat, key.get()) : store.add(cat);
    response.status(201);
    response.header("Location", path + "/" + added.id());
    return Answers.taggedCat(response, added);
  }

  private Object addAll(HttpServletRequest request, String type, Response response)
      throws IOException {
    InputStream body = RequestBody.of(request, limits.importBytes());
    long added = store.addAll(CatFormat.ofMediaType(type).read(body, limits));
    response.status(201);
    return Answers.added(response, added);
  }

  Object breeds(Request request, Response response) throws IOException {
    QueryParameters.requireNone(request.raw());
    MediaTypes.negotiate(Answers.rawRequest(request), MediaTypes.JSON);
    return streams.run(
        request.raw(),
        () ->
            StreamedAnswer.of(request, response, BREEDS, answer -> store.eachBreed(answer::write)));
  }
}
