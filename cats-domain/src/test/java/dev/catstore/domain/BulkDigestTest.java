package dev.catstore.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BulkDigestTest {
  private static final NewCat TOM = new NewCat("Tom", 500, "siamese");
  private static final NewCat KITTY = new NewCat("Kitty", 70, "bengal");

  private static String adds(NewCat... cats) {
    var digest = new BulkDigest();
    digest.adds(List.of(cats).iterator()).forEachRemaining(cat -> {});
    return digest.value();
  }

  private static String puts(BulkPut... puts) {
    var digest = new BulkDigest();
    digest.puts(List.of(puts).iterator()).forEachRemaining(put -> {});
    return digest.value();
  }

  private static String edits(BulkEdit... edits) {
    var digest = new BulkDigest();
    digest.edits(List.of(edits).iterator()).forEachRemaining(edit -> {});
    return digest.value();
  }

  @Test
  void value_isTheSameInEveryVersion() {
    assertThat(adds(TOM, KITTY))
        .isEqualTo("3a856401d34c836ba280643e6d89d0bdb7e3cccca38f473d422cad7de21329b3");
  }

  @Test
  void value_otherCatsOrAnotherOrder_differs() {
    assertThat(
            List.of(
                adds(),
                adds(TOM),
                adds(TOM, KITTY),
                adds(KITTY, TOM),
                adds(new NewCat("Toms", 500, "iamese")),
                adds(new NewCat("Tom", 501, "siamese")),
                puts(),
                puts(new BulkPut(CatRef.of(1), TOM, 1)),
                puts(new BulkPut(CatRef.of(2), TOM, 1)),
                puts(new BulkPut(CatRef.of(1, 1), TOM, 1)),
                edits(),
                edits(new BulkEdit(CatRef.of(1), CatEdit.name("x"), 1)),
                edits(new BulkEdit(CatRef.of(1), CatEdit.breed("x"), 1)),
                edits(new BulkEdit(CatRef.of(1), CatEdit.price(1), 1))))
        .doesNotHaveDuplicates();
  }

  @Test
  void value_otherPositions_isTheSame() {
    assertThat(puts(new BulkPut(CatRef.of(1, 1), TOM, 1)))
        .isEqualTo(puts(new BulkPut(CatRef.of(1, 1), TOM, 2)));
    assertThat(edits(new BulkEdit(CatRef.of(1), CatEdit.price(1), 1)))
        .isEqualTo(edits(new BulkEdit(CatRef.of(1), CatEdit.price(1), 2)));
  }
}
