package dev.catstore.http.routes;

import dev.catstore.domain.BreedSummary;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.Page;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.wire.CatFields;
import dev.catstore.http.wire.CatFormat;
import dev.catstore.http.wire.CatJson;
import dev.catstore.http.wire.IdempotencyKeyHeader;
import dev.catstore.http.wire.RowFormat;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import spark.Request;
import spark.Response;

/** {@code /cats}: pages, exports, new cats, imports; and {@code /breeds}. */
final class CatCollectionResource {
  private static final RowFormat<Cat> ARRAY = RowFormat.jsonArray(CatJson::write);
  private static final RowFormat<BreedSummary> BREEDS = RowFormat.jsonArray(CatJson::write);

  private final CatStore store;
  private final String path;
  private final RouteLimits limits;
  private final CatRequestReader bodies;
  private final StreamLimiter streams;

  CatCollectionResource(
      CatStore store,
      String prefix,
      RouteLimits limits,
      CatRequestReader bodies,
      StreamLimiter streams) {
    this.store = store;
    this.path = prefix + "/cats";
    this.limits = limits;
    this.bodies = bodies;
    this.streams = streams;
  }

  Object list(Request request, Response response) throws IOException {
    String type =
        ContentNegotiation.negotiate(
            Responses.rawRequest(request),
            ContentNegotiation.JSON,
            ContentNegotiation.CSV,
            ContentNegotiation.NDJSON);
    response.header("Vary", "Accept");
    if (type.equals(ContentNegotiation.JSON)) {
      return page(CatQuery.page(request.raw()), response);
    }
    CatFilter filter = CatQuery.all(request.raw());
    RowFormat<Cat> format = CatFormat.ofMediaType(type).rows();
    return streams.run(
        request.raw(),
        () ->
            StreamingResponse.of(
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
    return Responses.rows(response, ARRAY, page.cats());
  }

  Object add(Request request, Response response) throws IOException {
    HttpServletRequest raw = Responses.rawRequest(request);
    QueryParameters.requireNone(raw);
    ContentNegotiation.negotiate(raw, ContentNegotiation.JSON);
    Optional<IdempotencyKey> key = IdempotencyKeyHeader.of(raw);
    String type = ContentNegotiation.requireCats(raw);
    if (type.equals(ContentNegotiation.JSON)) {
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
    NewCat cat = bodies.read(request, CatFields.Dialect.STRICT).newCat();
    Cat added = key.isPresent() ? store.add(cat, key.get()) : store.add(cat);
    response.status(201);
    response.header("Location", path + "/" + added.id());
    return Responses.taggedCat(response, added);
  }

  private Object addAll(HttpServletRequest request, String type, Response response)
      throws IOException {
    InputStream body = LimitedRequestBody.of(request, limits.importBytes());
    long added = store.addAll(CatFormat.ofMediaType(type).read(body, limits));
    response.status(201);
    return Responses.added(response, added);
  }

  Object breeds(Request request, Response response) throws IOException {
    QueryParameters.requireNone(request.raw());
    ContentNegotiation.negotiate(Responses.rawRequest(request), ContentNegotiation.JSON);
    return streams.run(
        request.raw(),
        () ->
            StreamingResponse.of(
                request, response, BREEDS, answer -> store.eachBreed(answer::write)));
  }
}
