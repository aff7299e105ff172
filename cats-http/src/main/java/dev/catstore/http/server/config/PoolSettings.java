package dev.catstore.http.server.config;

import java.time.Duration;

/**
 * The connections to the database.
 *
 * @param size how many there are, besides one for each stream
 * @param streams how many more there may be for streams
 * @param timeout how long a request waits for one
 * @param statement how long the database may take for a statement that is not a stream
 * @param slow from how long on a statement is logged; zero for never
 * @param coalesce whether calls for single cats that come at the same time may share a statement
 */
public record PoolSettings(
    int size, int streams, Duration timeout, Duration statement, Duration slow, boolean coalesce) {}
