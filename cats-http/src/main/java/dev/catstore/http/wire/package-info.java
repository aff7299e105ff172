/**
 * The representations that the routes and the client share: media types, the JSON of a cat, files
 * of cats in CSV and NDJSON, and the Idempotency-Key header.
 *
 * <p>Door: {@link dev.catstore.http.wire.CatFormat}. It knows the domain and {@code problem}.
 */
@NullMarked
package dev.catstore.http.wire;

import org.jspecify.annotations.NullMarked;
