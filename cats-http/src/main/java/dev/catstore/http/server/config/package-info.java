/**
 * The settings of the server: what there is to set, where each value comes from, and what it must
 * look like.
 *
 * <p>Door: {@link dev.catstore.http.server.config.Settings}. It knows the limits of the routes and
 * no other room of the server.
 */
@NullMarked
package dev.catstore.http.server.config;

import org.jspecify.annotations.NullMarked;
