package dev.catstore.domain;

/**
 * What a call with many cats did, or would do.
 *
 * @param added cats that were not there before, 0 or more
 * @param changed cats that have their next revision, 0 or more
 * @param unchanged cats that were put as they were there already, at the revision they had, 0 or
 *     more
 */
public record BulkCounts(long added, long changed, long unchanged) {}
