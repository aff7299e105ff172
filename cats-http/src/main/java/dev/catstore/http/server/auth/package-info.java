/**
 * Who may do what: bearer tokens (RFC 6750), and the file that has their hashes.
 *
 * <p>Door: {@link dev.catstore.http.server.auth.BearerTokenHandler}. It knows {@code config} and
 * {@code jetty}.
 */
@NullMarked
package dev.catstore.http.server.auth;

import org.jspecify.annotations.NullMarked;
