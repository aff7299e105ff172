/**
 * What several tests share: servers in this process ({@link TestServer}) and packaged ones ({@link
 * ServerProcess}, {@link CommandProcess}), PostgreSQL ({@link TestPostgres}, {@link
 * MigratedDatabase}), clients ({@link TestClient}, {@link RawConnection}), and stores, networks and
 * logs that a test controls.
 */
@NullMarked
package dev.catstore.support;

import org.jspecify.annotations.NullMarked;
