package dev.catstore.http.routes;

import dev.catstore.domain.Cat;
import dev.catstore.http.wire.CatDocument;
import dev.catstore.http.wire.CatJson;
import dev.catstore.http.wire.MediaTypes;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Responses whose body is in memory; each is committed here. */
final class Responses {
  private Responses() {}

  /** A document as JSON, which caches must revalidate. */
  static void json(Exchange exchange, Object document) throws IOException {
    json(exchange, CatJson.bytes(document));
  }

  static void json(Exchange exchange, byte[] body) throws IOException {
    HttpServletResponse response = exchange.response();
    response.setContentType(MediaTypes.JSON);
    cacheControl(response);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
    response.flushBuffer();
  }

  static void cat(Exchange exchange, Cat cat) throws IOException {
    json(exchange, CatDocument.of(cat));
  }

  static void taggedCat(Exchange exchange, Cat cat) throws IOException {
    tag(exchange, cat);
    cat(exchange, cat);
  }

  static void notModified(Exchange exchange, Cat cat) throws IOException {
    tag(exchange, cat);
    withoutBody(exchange, 304);
  }

  static void noContent(Exchange exchange) throws IOException {
    withoutBody(exchange, 204);
  }

  /** Answers OPTIONS with the types that PATCH takes (RFC 5789, 3.1). */
  static void acceptPatch(Exchange exchange, String types) throws IOException {
    exchange.response().setHeader("Accept-Patch", types);
    exchange.response().setContentLength(0);
    exchange.response().flushBuffer();
  }

  /** A proxy that compressed the cat would weaken or rename its tag, which If-Match then fails. */
  private static void tag(Exchange exchange, Cat cat) {
    exchange.response().setHeader("ETag", Preconditions.entityTag(cat));
    exchange.response().setHeader("Cache-Control", "no-cache, no-transform");
  }

  private static void cacheControl(HttpServletResponse response) {
    if (!response.containsHeader("Cache-Control")) {
      response.setHeader("Cache-Control", "no-cache");
    }
  }

  private static void withoutBody(Exchange exchange, int status) throws IOException {
    exchange.response().setStatus(status);
    cacheControl(exchange.response());
    exchange.response().flushBuffer();
  }
}
