package dev.catstore.http.routes;

import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.http.wire.MediaTypes;
import dev.catstore.http.wire.RowWriter;
import dev.catstore.http.wire.TutorialCatDocument;
import java.io.IOException;

/** The routes of the tutorial application, as its clients know them. */
final class TutorialResource {
  private final CatStore store;
  private final CatRequestReader reader;
  private final StreamLimiter streams;

  TutorialResource(CatStore store, CatRequestReader reader, StreamLimiter streams) {
    this.store = store;
    this.reader = reader;
    this.streams = streams;
  }

  void list(Exchange exchange) throws IOException {
    StreamingResponse.send(
        exchange,
        streams,
        MediaTypes.JSON,
        out -> RowWriter.jsonArray(out, TutorialCatDocument.class, TutorialCatDocument::of),
        response -> store.each(CatFilter.ALL, response::write));
  }

  void add(Exchange exchange) throws IOException {
    ContentNegotiation.requireJson(exchange.request());
    store.add(reader.tutorialCat(exchange));
    Responses.json(exchange, "Added");
  }

  void remove(Exchange exchange) throws IOException {
    store.remove(CatRef.of(exchange.id()));
    Responses.json(exchange, "Deleted");
  }

  void edit(Exchange exchange) throws IOException {
    long id = exchange.id();
    ContentNegotiation.requirePatch(exchange.request(), MediaTypes.JSON);
    CatEdit edit = reader.tutorialEdit(exchange);
    store.edit(CatRef.of(id), edit);
    Responses.json(exchange, "Edited");
  }

  void options(Exchange exchange) throws IOException {
    Responses.acceptPatch(exchange, MediaTypes.JSON);
  }
}
