/**
 * A {@link dev.catstore.domain.CatStore} that speaks to a server over HTTP.
 *
 * <p>Door: {@link dev.catstore.http.client.HttpCatStore}. It knows {@code wire} and {@code
 * problem}.
 */
@NullMarked
package dev.catstore.http.client;

import org.jspecify.annotations.NullMarked;
