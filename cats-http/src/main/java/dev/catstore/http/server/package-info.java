/**
 * The standalone server: the command line, and the wiring of its rooms. It is the only package that
 * knows all of them; what only it uses is optional for importers of {@code cats-http}.
 *
 * <p>Door: {@link dev.catstore.http.server.Main}.
 */
@NullMarked
package dev.catstore.http.server;

import org.jspecify.annotations.NullMarked;
