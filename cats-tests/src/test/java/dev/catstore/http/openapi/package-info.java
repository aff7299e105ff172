/** What clients and the server say to each other, held against the server's OpenAPI document. */
@NullMarked
package dev.catstore.http.openapi;

import org.jspecify.annotations.NullMarked;
