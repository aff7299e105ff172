package dev.catstore.http.wire;

/** How many cats an import added, in JSON. */
public record AddedDocument(long added) {}
