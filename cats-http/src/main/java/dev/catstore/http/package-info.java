/**
 * The routes over any {@link dev.catstore.domain.CatStore}, written in SparkJava's DSL: {@link
 * dev.catstore.http.CatRoutes} mounts them in any service.
 */
@NullMarked
package dev.catstore.http;

import org.jspecify.annotations.NullMarked;
