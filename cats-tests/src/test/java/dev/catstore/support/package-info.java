/**
 * What the tests share: a PostgreSQL, servers in this process and in processes of their own,
 * clients, a faulty network, and the log that a test reads.
 */
@NullMarked
package dev.catstore.support;

import org.jspecify.annotations.NullMarked;
