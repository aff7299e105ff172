/** The standalone server: settings, database, Jetty, and {@code main}, which wires them. */
@NullMarked
package dev.catstore.http.server;

import org.jspecify.annotations.NullMarked;
