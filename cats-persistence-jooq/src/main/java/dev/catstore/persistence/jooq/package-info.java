/**
 * {@link dev.catstore.persistence.jooq.JooqCatStore}, a store of cats on PostgreSQL 15 and newer,
 * and {@link dev.catstore.persistence.jooq.CatSchema}, which brings its database up to date.
 */
@NullMarked
package dev.catstore.persistence.jooq;

import org.jspecify.annotations.NullMarked;
