package dev.catstore.http.routes;

import dev.catstore.domain.CatStore;
import dev.catstore.http.wire.BreedDocument;
import dev.catstore.http.wire.MediaTypes;
import dev.catstore.http.wire.RowWriter;
import java.io.IOException;

/** {@code /breeds}: how many cats there are of each breed, and their prices. */
final class BreedResource {
  private final CatStore store;
  private final StreamLimiter streams;

  BreedResource(CatStore store, StreamLimiter streams) {
    this.store = store;
    this.streams = streams;
  }

  void list(Exchange exchange) throws IOException {
    QueryParameters.requireNone(exchange.request());
    ContentNegotiation.negotiate(exchange, MediaTypes.JSON);
    StreamingResponse.send(
        exchange,
        streams,
        MediaTypes.JSON,
        out -> RowWriter.jsonArray(out, BreedDocument.class, BreedDocument::of),
        response -> store.eachBreed(response::write));
  }
}
