/**
 * What HTTP asks of a whole server and Jetty does not do by itself: limits on clients, time limits,
 * proxies, CORS, the headers of every response, and problems for every error.
 *
 * <p>Each class is one step of the handler chain, which {@code HttpServer} builds. It knows {@code
 * config}, the routes and their problems.
 */
@NullMarked
package dev.catstore.http.server.jetty;

import org.jspecify.annotations.NullMarked;
