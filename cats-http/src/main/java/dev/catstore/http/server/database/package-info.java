/**
 * The database that is served: the server's own PostgreSQL, or one that it connects to, its
 * connection pools, and the cleaning up of expired keys.
 *
 * <p>Door: {@link dev.catstore.http.server.database.Database}. It knows {@code config}, and is the
 * only room that knows the store.
 */
@NullMarked
package dev.catstore.http.server.database;

import org.jspecify.annotations.NullMarked;
