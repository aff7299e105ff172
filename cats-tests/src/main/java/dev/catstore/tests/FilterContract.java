package dev.catstore.tests;

import static dev.catstore.domain.CatFilter.ALL;
import static dev.catstore.tests.Samples.E_COMPOSED;
import static dev.catstore.tests.Samples.E_DECOMPOSED;
import static dev.catstore.tests.Samples.GRIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.PageRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which cats a filter accepts: the same for whoever counts, pages or visits. */
public interface FilterContract extends StoreSubject {
  @Test
  default void count_everyCat_isHowManyThereAre() {
    assertThat(store().count(ALL)).isZero();
    Cat tom = store().add(Samples.TOM);
    assertThat(store().count(ALL)).isEqualTo(1);
    store().addAll(Samples.cats(1_500));
    assertThat(store().count(ALL)).isEqualTo(1_501);
    store().remove(tom.ref());
    assertThat(store().count(ALL)).isEqualTo(1_500);
  }

  @Test
  default void filter_breed_isEqualCodePointByCodePoint() {
    addBreeds("manx", "Manx", "manx cat", "man", E_COMPOSED, E_DECOMPOSED, "a b");

    assertNames(ALL.withBreed("manx"), "manx");
    assertNames(ALL.withBreed("Manx"), "Manx");
    assertNames(ALL.withBreed("m%"));
    assertNames(ALL.withBreed("man_"));
    assertNames(ALL.withBreed(E_COMPOSED), E_COMPOSED);
    assertNames(ALL.withBreed(E_DECOMPOSED), E_DECOMPOSED);
    assertNames(ALL.withBreed("\u00C9"));
    assertNames(ALL.withBreed("a b"), "a b");
  }

  @Test
  default void filter_text_isTakenAsItStands() {
    addBreeds("manx", "a b");

    assertNames(ALL.withBreed(" manx"));
    assertNames(ALL.withBreed("manx "));
    assertNames(ALL.withBreed(" "));
    assertNames(ALL.withNamePart(" "), "a b");
    assertNames(ALL.withNamePart("a "), "a b");
    assertNames(ALL.withNamePart(" b"), "a b");
    assertNames(ALL.withNamePart("  "));
    assertNames(ALL.withNamePart("manx "));
  }

  @Test
  default void filter_namePart_isFoundAnywhere() {
    addNames("tomcat", "atom", "cat", "to mcat");

    assertNames(ALL.withNamePart("tom"), "tomcat", "atom");
    assertNames(ALL.withNamePart("cat"), "tomcat", "cat", "to mcat");
    assertNames(ALL.withNamePart("tomcat"), "tomcat");
    assertNames(ALL.withNamePart("m"), "tomcat", "atom", "to mcat");
    assertNames(ALL.withNamePart("tomcats"));
  }

  @Test
  default void filter_namePart_foldsTheCaseOfAsciiLetters() {
    addNames("Tomcat", "TOMCAT", "tomcat", "AZ[az]@`{");

    assertNames(ALL.withNamePart("tOmC"), "Tomcat", "TOMCAT", "tomcat");
    assertNames(ALL.withNamePart("aZ[Az]@`{"), "AZ[az]@`{");
    assertNames(ALL.withNamePart("{AZ}"));
  }

  @Test
  default void filter_namePart_foldsAsciiLettersAlone() {
    addNames("\u00C4", "\u00E4", "\u212A", "k", "\u0130", "i", "\u0131", "\u00DF", "ss", "\u017F");

    assertNames(ALL.withNamePart("\u00C4"), "\u00C4");
    assertNames(ALL.withNamePart("\u00E4"), "\u00E4");
    assertNames(ALL.withNamePart("K"), "k");
    assertNames(ALL.withNamePart("\u212A"), "\u212A");
    assertNames(ALL.withNamePart("I"), "i");
    assertNames(ALL.withNamePart("\u0130"), "\u0130");
    assertNames(ALL.withNamePart("\u0131"), "\u0131");
    assertNames(ALL.withNamePart("\u00DF"), "\u00DF");
    assertNames(ALL.withNamePart("S"), "ss");
    assertNames(ALL.withNamePart("\u017F"), "\u017F");
  }

  @Test
  default void filter_namePart_knowsNoWildcardsAndNoEscapes() {
    addNames("100%", "100", "a_b", "aab", "a\\b", "a!b", "a'b", "a\"b", "a.b", "a*b", "a?b");

    assertNames(ALL.withNamePart("%"), "100%");
    assertNames(ALL.withNamePart("0%"), "100%");
    assertNames(ALL.withNamePart("_"), "a_b");
    assertNames(ALL.withNamePart("A_B"), "a_b");
    assertNames(ALL.withNamePart("\\"), "a\\b");
    assertNames(ALL.withNamePart("\\b"), "a\\b");
    assertNames(ALL.withNamePart("\\_"));
    assertNames(ALL.withNamePart("!"), "a!b");
    assertNames(ALL.withNamePart("!_"));
    assertNames(ALL.withNamePart("!!"));
    assertNames(ALL.withNamePart("'"), "a'b");
    assertNames(ALL.withNamePart("\""), "a\"b");
    assertNames(ALL.withNamePart("a.b"), "a.b");
    assertNames(ALL.withNamePart("*"), "a*b");
    assertNames(ALL.withNamePart("?"), "a?b");
  }

  @Test
  default void filter_namePart_goesByCodePoint() {
    addNames(E_COMPOSED, E_DECOMPOSED, "x" + GRIN + "y", "\uD83D\uDE39");

    assertNames(ALL.withNamePart("e"), E_DECOMPOSED);
    assertNames(ALL.withNamePart("\u0301"), E_DECOMPOSED);
    assertNames(ALL.withNamePart(E_COMPOSED), E_COMPOSED);
    assertNames(ALL.withNamePart(GRIN), "x" + GRIN + "y");
    assertNames(ALL.withNamePart("X" + GRIN + "Y"), "x" + GRIN + "y");
  }

  @Test
  default void filter_prices_includeTheirEnds() {
    for (int price : new int[] {0, 1, 2, 3, Integer.MAX_VALUE}) {
      store().add(new NewCat(Integer.toString(price), price, "manx"));
    }

    assertNames(ALL.withMinPrice(2), "2", "3", "2147483647");
    assertNames(ALL.withMaxPrice(2), "0", "1", "2");
    assertNames(ALL.withMinPrice(1).withMaxPrice(3), "1", "2", "3");
    assertNames(ALL.withMinPrice(2).withMaxPrice(2), "2");
    assertNames(ALL.withMinPrice(4).withMaxPrice(5));
    assertNames(ALL.withMaxPrice(0), "0");
    assertNames(ALL.withMinPrice(Integer.MAX_VALUE), "2147483647");
    assertNames(
        ALL.withMinPrice(0).withMaxPrice(Integer.MAX_VALUE), "0", "1", "2", "3", "2147483647");
  }

  @Test
  default void filter_everyCondition_mustBeMet() {
    store().add(new NewCat("Tom 1", 10, "manx"));
    store().add(new NewCat("Tom 2", 20, "manx"));
    store().add(new NewCat("Tom 3", 30, "manx"));
    store().add(new NewCat("Tom 4", 20, "bengal"));
    store().add(new NewCat("Kitty", 20, "manx"));

    CatFilter filter = ALL.withBreed("manx").withNamePart("tom").withMinPrice(20);
    assertNames(filter, "Tom 2", "Tom 3");
    assertNames(filter.withMaxPrice(20), "Tom 2");
    assertNames(filter.withMaxPrice(20).withNamePart("kit"), "Kitty");
    assertNames(filter.withMaxPrice(20).withBreed("bengal"), "Tom 4");
    assertNames(filter.withBreed("sphynx"));
  }

  @Test
  default void filter_anyText_acceptsWhatTheDomainAccepts() {
    store().addAll(Samples.catsOfTexts().iterator());
    List<Cat> all = Samples.all(store());

    for (String text : Samples.TEXTS) {
      for (CatFilter filter : List.of(ALL.withNamePart(text), ALL.withBreed(text))) {
        List<Cat> accepted = all.stream().filter(filter::accepts).toList();

        assertThat(accepted).isNotEmpty();
        assertThat(Samples.each(store(), filter)).isEqualTo(accepted);
        assertThat(store().count(filter)).isEqualTo(accepted.size());
        assertThat(store().page(PageRequest.FIRST.withFilter(filter)).cats()).isEqualTo(accepted);
      }
    }
  }

  @Test
  default void filter_editedCat_isAcceptedAsItIsNow() {
    Cat tom = store().add(Samples.TOM);
    store().edit(CatRef.of(tom.id()), CatEdit.replacement(Samples.KITTY));

    assertNames(ALL.withNamePart("tom"));
    assertNames(ALL.withBreed("siamese"));
    assertNames(ALL.withMinPrice(71));
    assertNames(ALL.withNamePart("kit").withBreed("bengal").withMaxPrice(70), "Kitty");
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  default void count_null_isRefused() {
    assertThatNullPointerException().isThrownBy(() -> store().count(null));
  }

  private void addBreeds(String... breeds) {
    for (String breed : breeds) {
      store().add(new NewCat(breed, 1, breed));
    }
  }

  private void addNames(String... names) {
    for (String name : names) {
      store().add(new NewCat(name, 1, "manx"));
    }
  }

  private void assertNames(CatFilter filter, String... names) {
    assertThat(store().page(PageRequest.FIRST.withFilter(filter)).cats())
        .extracting(Cat::name)
        .containsExactlyInAnyOrder(names);
    assertThat(Samples.each(store(), filter))
        .extracting(Cat::name)
        .containsExactlyInAnyOrder(names);
    assertThat(store().count(filter)).isEqualTo(names.length);
  }
}
