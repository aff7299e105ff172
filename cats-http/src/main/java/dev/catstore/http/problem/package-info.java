/**
 * What a client is told when a request fails (RFC 9457).
 *
 * <p>Door: {@link dev.catstore.http.problem.Problem}, a value that renders itself as JSON. It knows
 * no other room.
 */
@NullMarked
package dev.catstore.http.problem;

import org.jspecify.annotations.NullMarked;
