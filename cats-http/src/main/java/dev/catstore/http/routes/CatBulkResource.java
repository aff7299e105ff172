package dev.catstore.http.routes;

import dev.catstore.domain.BulkCounts;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.BulkRefusedException;
import dev.catstore.domain.CatStore;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.wire.AddedDocument;
import dev.catstore.http.wire.BulkCountsDocument;
import dev.catstore.http.wire.CatFormat;
import dev.catstore.http.wire.MediaTypes;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;

/** {@code /cats}: many cats that are added, put or edited. */
final class CatBulkResource {
  private static final String ACCEPT_PATCH =
      MediaTypes.CSV + ", " + MediaTypes.NDJSON + ", " + MediaTypes.JSON;

  private final CatStore store;
  private final RouteLimits limits;
  private final StreamLimiter streams;

  CatBulkResource(CatStore store, RouteLimits limits, StreamLimiter streams) {
    this.store = store;
    this.limits = limits;
    this.streams = streams;
  }

  /** Reads the cats of a body. */
  @FunctionalInterface
  private interface Reading<T> {
    Iterator<T> read(InputStream body, int recordLength, int jsonDepth);
  }

  /** Writes cats into the store. */
  @FunctionalInterface
  private interface Writing<T> {
    BulkCounts write(Iterator<T> items, BulkOptions options);
  }

  /** Adds the cats of a body whose beginning may have been looked at. */
  void add(Exchange exchange, CatFormat format, LimitedRequestBody body, BulkOptions options)
      throws IOException {
    BulkCounts counts =
        streams.run(exchange, () -> write(body, format, format::read, store::addAll, options));
    exchange.response().setStatus(options.dryRun() ? 200 : 201);
    Responses.json(exchange, new AddedDocument(counts.added()));
  }

  void put(Exchange exchange) throws IOException {
    BulkOptions options = bulkOptions(exchange);
    CatFormat format = ContentNegotiation.requireCats(exchange.request());
    stream(exchange, format, format::readPuts, store::putAll, options);
  }

  void edit(Exchange exchange) throws IOException {
    BulkOptions options = bulkOptions(exchange);
    CatFormat format = ContentNegotiation.requireEdits(exchange.request(), ACCEPT_PATCH);
    stream(exchange, format, format::readEdits, store::editAll, options);
  }

  void options(Exchange exchange) throws IOException {
    Responses.acceptPatch(exchange, ACCEPT_PATCH);
  }

  private <T> void stream(
      Exchange exchange,
      CatFormat format,
      Reading<T> reading,
      Writing<T> writing,
      BulkOptions options)
      throws IOException {
    LimitedRequestBody body = LimitedRequestBody.of(exchange.request(), limits.importBytes());
    BulkCounts counts = streams.run(exchange, () -> write(body, format, reading, writing, options));
    Responses.json(exchange, BulkCountsDocument.of(counts));
  }

  private <T> BulkCounts write(
      InputStream body,
      CatFormat format,
      Reading<T> reading,
      Writing<T> writing,
      BulkOptions options) {
    try {
      return writing.write(reading.read(body, limits.recordLength(), limits.jsonDepth()), options);
    } catch (BulkRefusedException e) {
      throw new ProblemException(ProblemMapper.ofRefused(e, format));
    }
  }

  /** How the cats of this request are written; one cat, too, may have a key. */
  static BulkOptions bulkOptions(Exchange exchange) {
    HttpServletRequest request = exchange.request();
    boolean dryRun = CatQuery.dryRun(request);
    ContentNegotiation.negotiate(exchange, MediaTypes.JSON);
    return new BulkOptions(IdempotencyKeys.of(request), dryRun);
  }
}
