package dev.catstore.tests;

import static dev.catstore.tests.Samples.E_COMPOSED;
import static dev.catstore.tests.Samples.E_DECOMPOSED;
import static dev.catstore.tests.Samples.KEY;
import static dev.catstore.tests.Samples.KITTY;
import static dev.catstore.tests.Samples.TOM;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.KeyReusedException;
import dev.catstore.domain.NewCat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Adding one cat under a key. */
public interface IdempotencyContract extends StoreSubject {
  @Test
  default void addUnderKey_firstTime_addsTheCat() {
    Cat cat = store().add(TOM, KEY);

    assertThat(cat.id()).isPositive();
    assertThat(cat).isEqualTo(TOM.withId(cat.id()));
    assertThat(Samples.all(store())).containsExactly(cat);
  }

  @Test
  default void addUnderKey_again_returnsTheFirstAnswerAndAddsNothing() {
    Cat first = store().add(TOM, KEY);

    for (int i = 0; i < 5; i++) {
      assertThat(store().add(new NewCat(" Tom ", 500, "siamese"), KEY)).isEqualTo(first);
    }
    assertThat(Samples.all(store())).containsExactly(first);
  }

  @Test
  default void addUnderKey_againAfterAnEdit_returnsTheCatAsItWasAdded() {
    Cat first = store().add(TOM, KEY);
    Cat edited = store().edit(first.ref(), CatEdit.replacement(KITTY));

    assertThat(store().add(TOM, KEY)).isEqualTo(first);
    assertThat(Samples.all(store())).containsExactly(edited);
  }

  @Test
  default void addUnderKey_againAfterARemoval_returnsTheCatAsItWasAdded() {
    Cat first = store().add(TOM, KEY);
    store().edit(first.ref(), CatEdit.price(1));
    store().remove(CatRef.of(first.id()));

    assertThat(store().add(TOM, KEY)).isEqualTo(first);
    assertThat(Samples.all(store())).isEmpty();
  }

  @Test
  default void addUnderKey_withWhatTheCatWasEditedTo_isRefused() {
    Cat first = store().add(TOM, KEY);
    Cat edited = store().edit(first.ref(), CatEdit.replacement(KITTY));

    assertThatExceptionOfType(KeyReusedException.class).isThrownBy(() -> store().add(KITTY, KEY));
    assertThat(Samples.all(store())).containsExactly(edited);
  }

  @Test
  default void addUnderKey_otherNamePriceOrBreed_isRefusedAndAddsNothing() {
    Cat first = store().add(new NewCat("Tom " + E_COMPOSED, 500, "siamese"), KEY);

    for (NewCat other :
        List.of(
            new NewCat("Tom", 500, "siamese"),
            new NewCat("tom " + E_COMPOSED, 500, "siamese"),
            new NewCat("Tom " + E_DECOMPOSED, 500, "siamese"),
            new NewCat("Tom " + E_COMPOSED, 501, "siamese"),
            new NewCat("Tom " + E_COMPOSED, 500, "Siamese"))) {
      assertThatExceptionOfType(KeyReusedException.class)
          .isThrownBy(() -> store().add(other, KEY))
          .satisfies(e -> assertThat(e.key()).isEqualTo(KEY));
    }
    assertThat(Samples.all(store())).containsExactly(first);
  }

  @Test
  default void addUnderKey_afterARefusal_stillReturnsTheFirstAnswer() {
    Cat first = store().add(TOM, KEY);
    assertThatExceptionOfType(KeyReusedException.class).isThrownBy(() -> store().add(KITTY, KEY));

    assertThat(store().add(TOM, KEY)).isEqualTo(first);
  }

  @Test
  default void addUnderKey_otherCatAfterARemoval_isRefused() {
    Cat first = store().add(TOM, KEY);
    store().remove(first.ref());

    assertThatExceptionOfType(KeyReusedException.class).isThrownBy(() -> store().add(KITTY, KEY));
    assertThat(Samples.all(store())).isEmpty();
  }

  @Test
  default void addUnderKey_equalCatUnderAnotherKeyOrNone_addsAnother() {
    Cat first = store().add(TOM, KEY);
    Cat second = store().add(TOM, new IdempotencyKey("another"));
    Cat third = store().add(TOM);

    assertThat(Samples.all(store())).containsExactlyInAnyOrder(first, second, third);
  }

  @Test
  default void addUnderKey_equalCatWasAddedWithoutKey_addsAnother() {
    Cat first = store().add(TOM);
    Cat second = store().add(TOM, KEY);

    assertThat(Samples.all(store())).containsExactlyInAnyOrder(first, second);
  }

  @Test
  default void addUnderKey_longestKeys_areToldApartByTheirLastCharacter() {
    var key = new IdempotencyKey("k".repeat(255));
    var other = new IdempotencyKey("k".repeat(254) + "l");
    Cat first = store().add(TOM, key);
    Cat second = store().add(KITTY, other);

    assertThat(store().add(TOM, key)).isEqualTo(first);
    assertThat(store().add(KITTY, other)).isEqualTo(second);
    assertThat(Samples.all(store())).containsExactlyInAnyOrder(first, second);
  }

  @Test
  default void addUnderKey_everyVisibleCharacter_isAKeyOfItsOwn() {
    var keys = new ArrayList<String>();
    IntStream.rangeClosed('!', '~').forEach(c -> keys.add(Character.toString(c)));
    keys.add(keys.stream().collect(joining()));
    keys.addAll(List.of("\"a\"", "'a'", "a,a", "a;a=1", "\\a", "\\\"a", "%61", "\\N", "\\.", "a%"));

    var answers = new ArrayList<Cat>();
    for (int i = 0; i < keys.size(); i++) {
      answers.add(store().add(Samples.cat(i), new IdempotencyKey(keys.get(i))));
    }

    assertThat(store().count(CatFilter.ALL)).isEqualTo(keys.size());
    for (int i = 0; i < keys.size(); i++) {
      assertThat(store().add(Samples.cat(i), new IdempotencyKey(keys.get(i))))
          .isEqualTo(answers.get(i));
    }
    assertThat(store().count(CatFilter.ALL)).isEqualTo(keys.size());
  }

  @Test
  default void addUnderKey_anyText_isComparedCodePointByCodePoint() {
    List<NewCat> cats = Samples.catsOfTexts();
    for (int i = 0; i < cats.size(); i++) {
      var key = new IdempotencyKey("text-" + i);
      Cat first = store().add(cats.get(i), key);

      assertThat(first).isEqualTo(cats.get(i).withId(first.id()));
      assertThat(store().add(cats.get(i), key)).isEqualTo(first);
    }
    assertThat(store().count(CatFilter.ALL)).isEqualTo(cats.size());
  }

  @Test
  default void addUnderKey_lowestAndHighestPrice_areRemembered() {
    var cheap = new NewCat("Tom", 0, "siamese");
    var dear = new NewCat("Tom", Integer.MAX_VALUE, "siamese");
    Cat first = store().add(cheap, KEY);
    Cat second = store().add(dear, new IdempotencyKey("dear"));

    assertThat(store().add(cheap, KEY)).isEqualTo(first);
    assertThat(store().add(dear, new IdempotencyKey("dear"))).isEqualTo(second);
  }

  @Test
  default void addUnderKey_byManyThreads_addsOneCatAndAnswersAllAlike() throws Exception {
    CatStore store = store();
    int keys = 30;

    List<List<Cat>> answers =
        Parallel.run(
            Parallel.THREADS,
            thread -> {
              var mine = new ArrayList<Cat>();
              for (int i = 0; i < keys; i++) {
                mine.add(store.add(TOM, new IdempotencyKey("key-" + i)));
              }
              return mine;
            });

    assertThat(new HashSet<>(answers)).hasSize(1);
    assertThat(Samples.all(store))
        .hasSize(keys)
        .containsExactlyInAnyOrderElementsOf(answers.get(0));
  }

  @Test
  default void addUnderKey_otherCatsByManyThreads_addsOneAndRefusesTheRest() throws Exception {
    CatStore store = store();
    int keys = 30;

    List<List<Cat>> added =
        Parallel.run(
            Parallel.THREADS,
            thread -> {
              var mine = new ArrayList<Cat>();
              for (int i = 0; i < keys; i++) {
                var key = new IdempotencyKey("key-" + i);
                try {
                  mine.add(store.add(Samples.cat(thread * keys + i), key));
                } catch (KeyReusedException e) {
                  assertThat(e.key()).isEqualTo(key);
                }
              }
              return mine;
            });

    assertThat(added.stream().flatMap(List::stream))
        .hasSize(keys)
        .containsExactlyInAnyOrderElementsOf(Samples.all(store));
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  default void addUnderKey_null_isRefusedAndLeavesNoTraceOfTheKey() {
    assertThatNullPointerException().isThrownBy(() -> store().add(null, KEY));
    assertThatNullPointerException().isThrownBy(() -> store().add(TOM, null));
    assertThat(Samples.all(store())).isEmpty();

    Cat cat = store().add(KITTY, KEY);
    assertThat(cat).isEqualTo(KITTY.withId(cat.id()));
  }
}
