package dev.catstore.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** The values that cats are made of, changed by and named by. */
class CatTest {
  private static final Cat TOM = new Cat(7, "Tom", 500, "manx", 3);

  @Test
  void newCat_severalFieldsWrong_namesEach() {
    assertThat(Refused.fields(() -> new NewCat("", -1, "\u0000")))
        .containsExactly("name", "price", "breed");
    assertThat(Refused.fields(() -> new NewCat("Tom", -1, "manx"))).containsExactly("price");
  }

  @Test
  void newCat_outerWhiteSpace_isNoPartOfIt() {
    assertThat(new NewCat("\u2003Tom\n", 500, " manx ")).isEqualTo(new NewCat("Tom", 500, "manx"));
  }

  @Test
  void cat_severalFieldsWrong_namesEach() {
    assertThat(Refused.fields(() -> new Cat(0, "", -1, "", 0)))
        .containsExactly("id", "name", "price", "breed", "revision");
  }

  @Test
  void cat_lowestAndHighestNumbers_areTaken() {
    assertThat(Refused.fields(() -> new Cat(1, "Tom", 0, "manx", 1))).isEmpty();
    assertThat(
            Refused.fields(
                () -> new Cat(Long.MAX_VALUE, "Tom", Integer.MAX_VALUE, "manx", Long.MAX_VALUE)))
        .isEmpty();
  }

  @Test
  void cat_outerWhiteSpace_isNoPartOfIt() {
    assertThat(new Cat(7, " Tom ", 500, "\tmanx", 3)).isEqualTo(TOM);
  }

  @Test
  void withId_newCat_isAtRevision1() {
    assertThat(new NewCat("Tom", 500, "manx").withId(7))
        .isEqualTo(new Cat(7, "Tom", 500, "manx", 1));
  }

  @Test
  void edited_oneField_changesItAndTheRevisionAlone() {
    assertThat(TOM.edited(CatEdit.name("Tim"))).isEqualTo(new Cat(7, "Tim", 500, "manx", 4));
    assertThat(TOM.edited(CatEdit.price(0))).isEqualTo(new Cat(7, "Tom", 0, "manx", 4));
    assertThat(TOM.edited(CatEdit.breed("lynx"))).isEqualTo(new Cat(7, "Tom", 500, "lynx", 4));
    assertThat(TOM.edited(CatEdit.replacement(new NewCat("Tim", 0, "lynx"))))
        .isEqualTo(new Cat(7, "Tim", 0, "lynx", 4));
  }

  @Test
  void edit_severalFieldsWrong_namesEach() {
    assertThat(
            Refused.fields(
                () -> new CatEdit(Optional.of(" "), OptionalInt.of(-1), Optional.of("a\tb"))))
        .containsExactly("name", "price", "breed");
  }

  @Test
  void edit_ofNothing_isRefused() {
    assertThat(
            Refused.fields(
                () -> new CatEdit(Optional.empty(), OptionalInt.empty(), Optional.empty())))
        .containsExactly("");
  }

  @Test
  void edit_outerWhiteSpace_isNoPartOfIt() {
    assertThat(CatEdit.name(" Tim ")).isEqualTo(CatEdit.name("Tim"));
    assertThat(CatEdit.breed(" lynx ")).isEqualTo(CatEdit.breed("lynx"));
  }

  @Test
  void ref_numbersBelow1_areNamed() {
    assertThat(Refused.fields(() -> CatRef.of(0, 0))).containsExactly("id", "revision");
    assertThat(Refused.fields(() -> CatRef.of(Long.MIN_VALUE))).containsExactly("id");
    assertThat(Refused.fields(() -> CatRef.of(1, -1))).containsExactly("revision");
    assertThat(Refused.fields(() -> CatRef.of(1, 1))).isEmpty();
  }

  @Test
  void ref_ofACat_acceptsItsRevisionAlone() {
    assertThat(TOM.ref()).isEqualTo(CatRef.of(7, 3));
    assertThat(TOM.ref().accepts(3)).isTrue();
    assertThat(TOM.ref().accepts(2)).isFalse();
    assertThat(TOM.ref().accepts(4)).isFalse();
    assertThat(CatRef.of(7).accepts(4)).isTrue();
  }
}
