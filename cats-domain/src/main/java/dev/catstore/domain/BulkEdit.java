package dev.catstore.domain;

import static java.util.Objects.requireNonNull;

/**
 * An edit of one of many cats.
 *
 * @param which the id, and optionally the revision that the cat is expected to have
 * @param edit what to change
 * @param position where the caller has it from, the line of a file for example; a refusal names it
 */
public record BulkEdit(CatRef which, CatEdit edit, long position) {
  public BulkEdit {
    requireNonNull(which);
    requireNonNull(edit);
  }
}
