/**
 * What a cat is, and {@link dev.catstore.domain.CatStore}, the port that every store of cats
 * implements.
 *
 * <p>Every value here is immutable, can be shared between threads, and cannot be built wrong: a
 * constructor refuses what breaks a rule with {@link dev.catstore.domain.InvalidValueException},
 * which names every field that is wrong. Nothing in this package depends on a database, on HTTP, or
 * on anything else outside the JDK.
 */
@NullMarked
package dev.catstore.domain;

import org.jspecify.annotations.NullMarked;
