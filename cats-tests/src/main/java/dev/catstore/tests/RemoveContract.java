package dev.catstore.tests;

import static dev.catstore.tests.Samples.KITTY;
import static dev.catstore.tests.Samples.TOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NoSuchCatException;
import dev.catstore.domain.PageRequest;
import dev.catstore.domain.StaleRevisionException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Removing one cat. */
public interface RemoveContract extends StoreSubject {
  @Test
  default void remove_catThatIsThere_isTrueAndItIsNowhere() {
    Cat tom = store().add(TOM);

    assertThat(store().remove(CatRef.of(tom.id()))).isTrue();

    assertThat(store().find(tom.id())).isEmpty();
    assertThat(store().count(CatFilter.ALL)).isZero();
    assertThat(store().page(PageRequest.FIRST).cats()).isEmpty();
    assertThat(Samples.all(store())).isEmpty();
    assertThat(Samples.breeds(store())).isEmpty();
    assertThatExceptionOfType(NoSuchCatException.class)
        .isThrownBy(() -> store().edit(CatRef.of(tom.id()), CatEdit.price(7)));
  }

  @Test
  default void remove_oneCat_leavesTheOthersAlone() {
    Cat tom = store().add(TOM);
    Cat twin = store().add(TOM);
    Cat kitty = store().add(KITTY);

    assertThat(store().remove(CatRef.of(tom.id()))).isTrue();
    assertThat(Samples.all(store())).containsExactlyInAnyOrder(twin, kitty);
  }

  @Test
  default void remove_catThatIsNotThere_isFalse() {
    Cat tom = store().add(TOM);

    for (long id : new long[] {tom.id() + 1_000, tom.id() + (1L << 32), Long.MAX_VALUE}) {
      assertThat(store().remove(CatRef.of(id))).isFalse();
      assertThat(store().remove(CatRef.of(id, 1))).isFalse();
    }
    assertThat(Samples.all(store())).containsExactly(tom);
  }

  @Test
  default void remove_again_isFalse() {
    Cat tom = store().add(TOM);
    store().remove(tom.ref());

    assertThat(store().remove(CatRef.of(tom.id()))).isFalse();
    assertThat(store().remove(tom.ref())).isFalse();
    assertThat(store().remove(CatRef.of(tom.id(), 2))).isFalse();
  }

  @Test
  default void remove_atTheExpectedRevision_isDone() {
    Cat tom = store().add(TOM);
    Cat edited = store().edit(tom.ref(), CatEdit.price(7));

    assertThat(store().remove(edited.ref())).isTrue();
    assertThat(store().find(tom.id())).isEmpty();
  }

  @Test
  default void remove_atARevisionThatTheCatDoesNotHave_isRefusedAndRemovesNothing() {
    Cat tom = store().add(TOM);
    Cat now = store().edit(tom.ref(), CatEdit.price(7));

    for (long revision : new long[] {1, 3, Long.MAX_VALUE}) {
      CatRef stale = CatRef.of(tom.id(), revision);
      assertThatExceptionOfType(StaleRevisionException.class)
          .isThrownBy(() -> store().remove(stale))
          .satisfies(e -> assertThat(e.ref()).isEqualTo(stale));
    }
    assertThat(Samples.all(store())).containsExactly(now);
  }

  @Test
  default void remove_oneCatByManyThreads_isTrueOnce() throws Exception {
    CatStore store = store();
    store.addAll(Samples.cats(50));
    List<Cat> cats = Samples.all(store);

    List<Long> removed =
        Parallel.run(
            Parallel.THREADS,
            thread ->
                cats.stream()
                    .filter(
                        cat -> store.remove(cat.price() % 2 == 0 ? cat.ref() : CatRef.of(cat.id())))
                    .count());

    assertThat(removed.stream().mapToLong(count -> count).sum()).isEqualTo(50);
    assertThat(Samples.all(store)).isEmpty();
  }

  @Test
  default void remove_sameRevisionThatOthersEdit_letsExactlyOneWin() throws Exception {
    CatStore store = store();
    store.addAll(Samples.cats(50));
    List<Cat> cats = Samples.all(store);

    List<Long> won =
        Parallel.run(
            Parallel.THREADS,
            thread ->
                cats.stream()
                    .filter(
                        cat -> {
                          try {
                            return thread % 2 == 0
                                ? store.remove(cat.ref())
                                : store.edit(cat.ref(), CatEdit.price(1)).revision() == 2;
                          } catch (StaleRevisionException | NoSuchCatException e) {
                            return false;
                          }
                        })
                    .count());

    assertThat(won.stream().mapToLong(count -> count).sum()).isEqualTo(50);
    assertThat(Samples.all(store)).allMatch(cat -> cat.revision() == 2);
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  default void remove_null_isRefused() {
    Cat tom = store().add(TOM);

    assertThatNullPointerException().isThrownBy(() -> store().remove(null));
    assertThat(Samples.all(store())).containsExactly(tom);
  }
}
