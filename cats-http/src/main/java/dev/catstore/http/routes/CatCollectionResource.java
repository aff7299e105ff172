package dev.catstore.http.routes;

import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.Page;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.wire.CatDocument;
import dev.catstore.http.wire.CatFormat;
import dev.catstore.http.wire.MediaTypes;
import dev.catstore.http.wire.RowWriter;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Optional;

/** {@code /cats}: pages, exports and new cats. */
final class CatCollectionResource {
  private final CatStore store;
  private final String path;
  private final RouteLimits limits;
  private final CatRequestReader reader;
  private final StreamLimiter streams;
  private final CatBulkResource many;

  CatCollectionResource(
      CatStore store,
      String prefix,
      RouteLimits limits,
      CatRequestReader reader,
      StreamLimiter streams,
      CatBulkResource many) {
    this.store = store;
    this.path = prefix + "/cats";
    this.limits = limits;
    this.reader = reader;
    this.streams = streams;
    this.many = many;
  }

  void list(Exchange exchange) throws IOException {
    HttpServletRequest request = exchange.request();
    ContentNegotiation.varyByAccept(exchange);
    var query = CatQuery.of(request);
    if (query.hasFormat()) {
      // A link, which a browser follows with an Accept of its own.
      download(exchange, query.export(CatFormat.JSON));
      return;
    }
    String type =
        ContentNegotiation.negotiate(exchange, MediaTypes.JSON, MediaTypes.CSV, MediaTypes.NDJSON);
    CatFormat format = CatFormat.ofMediaType(type).orElseThrow();
    if (format == CatFormat.JSON) {
      page(exchange, query.page());
    } else {
      export(exchange, query.export(format));
    }
  }

  private void page(Exchange exchange, CatQuery.OfPage query) throws IOException {
    Page page = store.page(query.request());
    CatFilter filter = query.request().filter();
    switch (query.count()) {
      case NONE -> {}
      case EXACT -> total(exchange, store.count(filter));
      case ESTIMATED -> {
        total(exchange, store.estimateCount(filter));
        exchange.response().setHeader("X-Total-Count-Estimated", "true");
      }
    }
    if (page.next().isPresent()) {
      String next = query.next(page.next().get());
      exchange
          .response()
          .setHeader("Link", "<%s?%s>; rel=\"next\"".formatted(exchange.link(path), next));
    }
    Responses.json(exchange, page.cats().stream().map(CatDocument::of).toList());
  }

  private static void total(Exchange exchange, long count) {
    exchange.response().setHeader("X-Total-Count", Long.toString(count));
  }

  private void download(Exchange exchange, CatQuery.OfExport query) throws IOException {
    exchange
        .response()
        .setHeader(
            "Content-Disposition",
            "attachment; filename=\"cats.%s\"".formatted(query.format().extension()));
    export(exchange, query);
  }

  private void export(Exchange exchange, CatQuery.OfExport query) throws IOException {
    StreamingResponse.send(
        exchange,
        streams,
        query.format().contentType(),
        out -> RowWriter.of(query.format(), out, query.bom()),
        response -> store.each(query.filter(), query.sort(), response::write));
  }

  void add(Exchange exchange) throws IOException {
    HttpServletRequest request = exchange.request();
    BulkOptions options = CatBulkResource.bulkOptions(exchange);
    CatFormat format = ContentNegotiation.requireCats(request);
    long limit = Math.max(limits.importBytes(), limits.bodyBytes());
    LimitedRequestBody body = LimitedRequestBody.of(request, limit);
    if (format != CatFormat.JSON || body.startsWith('[')) {
      many.add(exchange, format, body.limitTo(limits.importBytes()), options);
    } else if (options.dryRun()) {
      throw new ProblemException(
          ProblemType.MALFORMED_REQUEST, "dry_run is only for many cats, not for one.");
    } else {
      addOne(exchange, body, options.key());
    }
  }

  private void addOne(Exchange exchange, LimitedRequestBody body, Optional<IdempotencyKey> key)
      throws IOException {
    NewCat cat = reader.newCat(body);
    Cat added = key.isPresent() ? store.add(cat, key.get()) : store.add(cat);
    exchange.response().setStatus(201);
    exchange.response().setHeader("Location", exchange.link(path + "/" + added.id()));
    Responses.taggedCat(exchange, added);
  }
}
