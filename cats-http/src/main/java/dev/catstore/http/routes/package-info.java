/**
 * The HTTP API over any {@link dev.catstore.domain.CatStore}, written in SparkJava's DSL.
 *
 * <p>Door: {@link dev.catstore.http.routes.CatRoutes}, which mounts the routes in any service. It
 * knows {@code wire} and {@code problem}.
 */
@NullMarked
package dev.catstore.http.routes;

import org.jspecify.annotations.NullMarked;
