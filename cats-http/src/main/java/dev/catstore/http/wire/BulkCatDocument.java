package dev.catstore.http.wire;

import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkPut;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatRef;
import org.jspecify.annotations.Nullable;

/** One of many cats in JSON, as it is sent to be put or edited. */
public record BulkCatDocument(
    long id,
    @Nullable Long revision,
    @Nullable String name,
    @Nullable Integer price,
    @Nullable String breed) {
  public static BulkCatDocument of(BulkPut put) {
    return of(put.which(), CatEdit.replacement(put.cat()));
  }

  public static BulkCatDocument of(BulkEdit edit) {
    return of(edit.which(), edit.edit());
  }

  private static BulkCatDocument of(CatRef which, CatEdit edit) {
    CatEditDocument fields = CatEditDocument.of(edit);
    return new BulkCatDocument(
        which.id(),
        which.revision().isPresent() ? which.revision().getAsLong() : null,
        fields.name(),
        fields.price(),
        fields.breed());
  }
}
