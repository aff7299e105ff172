package dev.catstore.http.server.config;

import dev.catstore.http.routes.RouteLimits;
import java.time.Duration;

/**
 * What clients may ask for.
 *
 * @param ofRoutes the limits of the routes
 * @param headerBytes the largest head of a request, in bytes
 * @param connections how many connections there may be
 * @param requests how many requests may be in progress
 * @param waiting how many more may wait for their turn
 * @param request how long a request may take that is not a stream
 * @param idle how long a client may send or take nothing
 * @param bytesPerSecond how fast a client must send or take what the server waits for
 * @param stopDelay how long requests are still accepted at a stop
 * @param stop how long requests in progress may take at a stop
 */
public record ClientLimits(
    RouteLimits ofRoutes,
    int headerBytes,
    int connections,
    int requests,
    int waiting,
    Duration request,
    Duration idle,
    int bytesPerSecond,
    Duration stopDelay,
    Duration stop) {}
