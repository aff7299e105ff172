package dev.catstore.http.routes;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.Page;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.wire.AddedDocument;
import dev.catstore.http.wire.CatDocument;
import dev.catstore.http.wire.CatFormat;
import dev.catstore.http.wire.IdempotencyKeyHeader;
import dev.catstore.http.wire.MediaTypes;
import dev.catstore.http.wire.RowWriter;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** {@code /cats}: pages, exports, new cats and imports. */
final class CatCollectionResource {
  private final CatStore store;
  private final String path;
  private final RouteLimits limits;
  private final CatRequestReader reader;
  private final StreamLimiter streams;

  CatCollectionResource(
      CatStore store,
      String prefix,
      RouteLimits limits,
      CatRequestReader reader,
      StreamLimiter streams) {
    this.store = store;
    this.path = prefix + "/cats";
    this.limits = limits;
    this.reader = reader;
    this.streams = streams;
  }

  void list(Exchange exchange) throws IOException {
    String type =
        ContentNegotiation.negotiate(
            exchange.request(), MediaTypes.JSON, MediaTypes.CSV, MediaTypes.NDJSON);
    exchange.response().addHeader("Vary", "Accept");
    Optional<CatFormat> format = CatFormat.ofMediaType(type).filter(it -> it != CatFormat.JSON);
    if (format.isPresent()) {
      export(exchange, format.get());
    } else {
      page(exchange);
    }
  }

  private void page(Exchange exchange) throws IOException {
    CatQuery.OfPage query = CatQuery.page(exchange.request());
    Page page = store.page(query.request());
    if (query.count()) {
      long count = store.count(query.request().filter());
      exchange.response().setHeader("X-Total-Count", Long.toString(count));
    }
    if (page.next().isPresent()) {
      String next = "<%s?%s>; rel=\"next\"".formatted(path, query.next(page.next().get()));
      exchange.response().setHeader("Link", next);
    }
    Responses.json(exchange, page.cats().stream().map(CatDocument::of).toList());
  }

  private void export(Exchange exchange, CatFormat format) throws IOException {
    CatFilter filter = CatQuery.all(exchange.request());
    streams.run(
        exchange,
        () ->
            StreamingResponse.send(
                exchange,
                format.contentType(),
                out -> RowWriter.of(format, out),
                response -> store.each(filter, response::write)));
  }

  void add(Exchange exchange) throws IOException {
    HttpServletRequest request = exchange.request();
    QueryParameters.requireNone(request);
    ContentNegotiation.negotiate(request, MediaTypes.JSON);
    Optional<IdempotencyKey> key = idempotencyKey(request);
    Optional<CatFormat> format =
        CatFormat.ofMediaType(ContentNegotiation.requireCats(request))
            .filter(it -> it != CatFormat.JSON);
    if (format.isEmpty()) {
      addOne(exchange, key);
    } else if (key.isEmpty()) {
      streams.run(exchange, () -> addAll(exchange, format.get()));
    } else {
      throw new ProblemException(
          ProblemType.MALFORMED_REQUEST,
          "An Idempotency-Key is only for one cat, not for an import.");
    }
  }

  private void addOne(Exchange exchange, Optional<IdempotencyKey> key) throws IOException {
    NewCat cat = reader.newCat(exchange);
    Cat added = key.isPresent() ? store.add(cat, key.get()) : store.add(cat);
    exchange.response().setStatus(201);
    exchange.response().setHeader("Location", path + "/" + added.id());
    Responses.taggedCat(exchange, added);
  }

  private void addAll(Exchange exchange, CatFormat format) throws IOException {
    InputStream body = LimitedRequestBody.of(exchange.request(), limits.importBytes());
    Iterator<NewCat> cats = format.read(body, limits.recordLength(), limits.jsonDepth());
    long added = store.addAll(cats);
    exchange.response().setStatus(201);
    Responses.json(exchange, new AddedDocument(added));
  }

  private static Optional<IdempotencyKey> idempotencyKey(HttpServletRequest request) {
    List<String> lines = Collections.list(request.getHeaders(IdempotencyKeyHeader.NAME));
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    Optional<IdempotencyKey> key = IdempotencyKeyHeader.parse(lines.get(0));
    if (lines.size() > 1 || key.isEmpty()) {
      throw new ProblemException(
          ProblemType.MALFORMED_REQUEST,
          "%s must have 1 to %d visible ASCII characters, in quotes or bare."
              .formatted(IdempotencyKeyHeader.NAME, IdempotencyKey.MAX_LENGTH));
    }
    return key;
  }
}
