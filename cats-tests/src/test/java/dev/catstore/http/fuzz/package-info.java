/** Requests by chance, right and wrong, against the server. */
@NullMarked
package dev.catstore.http.fuzz;

import org.jspecify.annotations.NullMarked;
