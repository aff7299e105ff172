/** Programs that measure; CONTRIBUTING.md has the command that runs one. */
@NullMarked
package dev.catstore.benchmarks;

import org.jspecify.annotations.NullMarked;
