package dev.catstore.http.wire;

import dev.catstore.domain.CatEdit;
import dev.catstore.domain.NewCat;
import org.jspecify.annotations.Nullable;

/** The fields of a new cat in JSON, or those that an edit changes (RFC 7396). */
public record CatEditDocument(
    @Nullable String name, @Nullable Integer price, @Nullable String breed) {
  public static CatEditDocument of(NewCat cat) {
    return new CatEditDocument(cat.name(), cat.price(), cat.breed());
  }

  public static CatEditDocument of(CatEdit edit) {
    return new CatEditDocument(
        edit.name().orElse(null),
        edit.price().isPresent() ? edit.price().getAsInt() : null,
        edit.breed().orElse(null));
  }
}
