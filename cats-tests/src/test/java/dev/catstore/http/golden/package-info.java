/** The recorded exchanges with the tutorial's application, played against the server. */
@NullMarked
package dev.catstore.http.golden;

import org.jspecify.annotations.NullMarked;
