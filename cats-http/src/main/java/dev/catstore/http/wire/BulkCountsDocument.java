package dev.catstore.http.wire;

import dev.catstore.domain.BulkCounts;

/** How many cats were added, changed and left as they were, in JSON. */
public record BulkCountsDocument(long added, long changed, long unchanged) {
  public static BulkCountsDocument of(BulkCounts counts) {
    return new BulkCountsDocument(counts.added(), counts.changed(), counts.unchanged());
  }

  public BulkCounts toCounts() {
    return new BulkCounts(added, changed, unchanged);
  }
}
