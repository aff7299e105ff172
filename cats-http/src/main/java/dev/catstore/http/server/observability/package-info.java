/**
 * What operators see: the log, the access log, metrics and the readiness check.
 *
 * <p>Doors: {@link dev.catstore.http.server.observability.Logging} and {@link
 * dev.catstore.http.server.observability.Metrics}. It knows {@code config} and {@code jetty}.
 */
@NullMarked
package dev.catstore.http.server.observability;

import org.jspecify.annotations.NullMarked;
