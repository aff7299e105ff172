package dev.catstore.tests;

import static dev.catstore.tests.Samples.KEY;
import static dev.catstore.tests.Samples.KITTY;
import static dev.catstore.tests.Samples.TOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.catstore.domain.BulkCounts;
import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.BulkPut;
import dev.catstore.domain.BulkRefusedException;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.KeyReusedException;
import dev.catstore.domain.NewCat;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Many cats under an idempotency key. */
public interface BulkKeyContract extends StoreSubject {
  BulkOptions UNDER_KEY = BulkOptions.under(KEY);

  private BulkCounts add(BulkOptions options, NewCat... cats) {
    return store().addAll(List.of(cats).iterator(), options);
  }

  private BulkCounts put(BulkOptions options, BulkPut... puts) {
    return store().putAll(List.of(puts).iterator(), options);
  }

  private BulkCounts edit(BulkOptions options, BulkEdit... edits) {
    return store().editAll(List.of(edits).iterator(), options);
  }

  private static void assertReused(ThrowingCallable call) {
    assertThatExceptionOfType(KeyReusedException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.key()).isEqualTo(KEY));
  }

  @Test
  default void addAllUnderKey_again_returnsTheFirstCountsAndAddsNothing() {
    assertThat(add(UNDER_KEY, TOM, KITTY)).isEqualTo(new BulkCounts(2, 0, 0));
    List<Cat> first = Samples.all(store());
    store().remove(first.get(0).ref());

    for (int i = 0; i < 3; i++) {
      assertThat(add(UNDER_KEY, TOM, KITTY)).isEqualTo(new BulkCounts(2, 0, 0));
    }
    assertThat(Samples.all(store())).containsExactly(first.get(1));
  }

  @Test
  default void addAllUnderKey_manyAgain_addsThemOnce() {
    for (int i = 0; i < 2; i++) {
      assertThat(store().addAll(Samples.cats(5_000), UNDER_KEY))
          .isEqualTo(new BulkCounts(5_000, 0, 0));
    }
    assertThat(store().count(CatFilter.ALL)).isEqualTo(5_000);
  }

  @Test
  default void addAllUnderKey_none_isRemembered() {
    assertThat(add(UNDER_KEY)).isEqualTo(new BulkCounts(0, 0, 0));
    assertThat(add(UNDER_KEY)).isEqualTo(new BulkCounts(0, 0, 0));
    assertReused(() -> add(UNDER_KEY, TOM));
  }

  @Test
  default void addAllUnderKey_otherCats_isRefusedAndAddsNothing() {
    add(UNDER_KEY, TOM, KITTY);

    assertReused(() -> add(UNDER_KEY, KITTY, TOM));
    assertReused(() -> add(UNDER_KEY, TOM));
    assertReused(() -> add(UNDER_KEY, TOM, KITTY, KITTY));
    assertReused(() -> add(UNDER_KEY, TOM, new NewCat("Kitty", 71, "bengal")));
    assertReused(() -> add(UNDER_KEY, TOM, new NewCat("Kittyb", 70, "engal")));
    assertThat(store().count(CatFilter.ALL)).isEqualTo(2);
    assertThat(add(UNDER_KEY, TOM, KITTY)).isEqualTo(new BulkCounts(2, 0, 0));
  }

  @Test
  default void putAllUnderKey_again_returnsTheFirstCountsAndPutsNothing() {
    Cat tom = store().add(TOM);
    BulkPut[] puts = {
      new BulkPut(tom.ref(), KITTY, 1), new BulkPut(CatRef.of(tom.id() + 50), TOM, 2)
    };
    assertThat(put(UNDER_KEY, puts)).isEqualTo(new BulkCounts(1, 1, 0));
    store().edit(CatRef.of(tom.id()), CatEdit.price(9));
    List<Cat> before = Samples.all(store());

    assertThat(put(UNDER_KEY, puts)).isEqualTo(new BulkCounts(1, 1, 0));
    BulkPut[] elsewhere = {
      new BulkPut(tom.ref(), KITTY, 7), new BulkPut(CatRef.of(tom.id() + 50), TOM, 9)
    };
    assertThat(put(UNDER_KEY, elsewhere)).isEqualTo(new BulkCounts(1, 1, 0));
    assertReused(() -> put(UNDER_KEY, puts[0]));
    assertReused(() -> put(UNDER_KEY, new BulkPut(CatRef.of(tom.id()), KITTY, 1), puts[1]));
    assertThat(Samples.all(store())).isEqualTo(before);
  }

  @Test
  default void editAllUnderKey_again_returnsTheFirstCountsAndChangesNothing() {
    Cat tom = store().add(TOM);
    BulkEdit edit = new BulkEdit(tom.ref(), CatEdit.price(1), 1);
    assertThat(edit(UNDER_KEY, edit)).isEqualTo(new BulkCounts(0, 1, 0));
    assertThat(edit(UNDER_KEY, edit)).isEqualTo(new BulkCounts(0, 1, 0));
    assertReused(() -> edit(UNDER_KEY, new BulkEdit(tom.ref(), CatEdit.price(2), 1)));
    assertReused(() -> edit(UNDER_KEY, new BulkEdit(tom.ref(), CatEdit.name("1"), 1)));

    assertThat(store().find(tom.id())).contains(tom.edited(CatEdit.price(1)));
  }

  @Test
  default void underKey_usedByAnotherMethod_isRefused() {
    Cat tom = store().add(TOM);
    add(UNDER_KEY);
    assertReused(() -> put(UNDER_KEY));
    assertReused(() -> edit(UNDER_KEY));
    assertReused(() -> store().add(TOM, KEY));

    var single = new IdempotencyKey("single");
    store().add(TOM, single);
    assertThatExceptionOfType(KeyReusedException.class)
        .isThrownBy(() -> add(BulkOptions.under(single), TOM));
    assertThatExceptionOfType(KeyReusedException.class)
        .isThrownBy(
            () -> edit(BulkOptions.under(single), new BulkEdit(tom.ref(), CatEdit.price(1), 1)));
    assertThat(store().count(CatFilter.ALL)).isEqualTo(2);
    assertThat(store().find(tom.id())).contains(tom);
  }

  @Test
  default void underKey_failedCall_leavesNoTraceOfTheKey() {
    Cat tom = store().add(TOM);
    var failure = new IllegalStateException("thrown on purpose");
    var failing = RecordingIterator.failingAt(5, failure, Samples::cat, 10);
    assertThat(catchThrowable(() -> store().addAll(failing, UNDER_KEY))).isSameAs(failure);
    assertThatExceptionOfType(BulkRefusedException.class)
        .isThrownBy(() -> put(UNDER_KEY, new BulkPut(CatRef.of(tom.id(), 2), TOM, 1)));

    assertThat(edit(UNDER_KEY, new BulkEdit(tom.ref(), CatEdit.price(1), 1)))
        .isEqualTo(new BulkCounts(0, 1, 0));
  }

  @Test
  default void dryRunUnderKey_leavesNoTraceOfTheKey() {
    var dryRun = new BulkOptions(Optional.of(KEY), true);
    assertThat(add(dryRun, TOM)).isEqualTo(new BulkCounts(1, 0, 0));
    assertThat(store().count(CatFilter.ALL)).isZero();

    assertThat(add(UNDER_KEY, TOM, KITTY)).isEqualTo(new BulkCounts(2, 0, 0));
    assertThat(add(dryRun, TOM, KITTY)).isEqualTo(new BulkCounts(2, 0, 0));
    assertReused(() -> add(dryRun, TOM));
  }

  @Test
  default void addAll_dryRun_countsAndAddsNothing() {
    assertThat(add(BulkOptions.DRY_RUN, TOM, KITTY)).isEqualTo(new BulkCounts(2, 0, 0));
    assertThat(Samples.all(store())).isEmpty();
  }
}
