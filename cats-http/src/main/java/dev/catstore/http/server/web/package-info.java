/**
 * What people see in a browser: the API documentation, and a page for each type of problem.
 *
 * <p>Door: {@link dev.catstore.http.server.web.DocumentationRoutes}. It knows {@code problem} and
 * {@code routes}.
 */
@NullMarked
package dev.catstore.http.server.web;

import org.jspecify.annotations.NullMarked;
