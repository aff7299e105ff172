package dev.catstore.tests;

import static dev.catstore.tests.Samples.KITTY;
import static dev.catstore.tests.Samples.TOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.catstore.domain.BulkCounts;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.BulkPut;
import dev.catstore.domain.BulkRefusedException;
import dev.catstore.domain.BulkRefusedException.Reason;
import dev.catstore.domain.BulkRefusedException.Refusal;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.NewCat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Putting many cats under their ids. */
public interface PutAllContract extends StoreSubject {
  private BulkCounts put(BulkPut... puts) {
    return store().putAll(List.of(puts).iterator(), BulkOptions.NONE);
  }

  private BulkRefusedException refused(List<BulkPut> puts, BulkOptions options) {
    return (BulkRefusedException) catchThrowable(() -> store().putAll(puts.iterator(), options));
  }

  /** An id above every one that was given. */
  private long newId() {
    Cat cat = store().add(TOM);
    store().remove(cat.ref());
    return cat.id() + 1_000;
  }

  private static BulkPut of(Cat cat) {
    return new BulkPut(cat.ref(), Samples.withoutId(cat), cat.id());
  }

  @Test
  default void putAll_idsThatAreNotThere_addsTheCatsUnderThem() {
    long id = newId();

    BulkCounts counts =
        put(
            new BulkPut(CatRef.of(id + 7), TOM, 1),
            new BulkPut(CatRef.of(id + 3, 5), KITTY, 2),
            new BulkPut(CatRef.of(id - 1_000), KITTY, 2),
            new BulkPut(CatRef.of(id + 9, BulkPut.MAX_ID), TOM, 3));

    assertThat(counts).isEqualTo(new BulkCounts(4, 0, 0));
    assertThat(Samples.all(store()))
        .containsExactly(
            KITTY.withId(id - 1_000),
            KITTY.withId(id + 3, 5),
            TOM.withId(id + 7),
            TOM.withId(id + 9, BulkPut.MAX_ID));
  }

  @Test
  default void putAll_idsThatAreThere_replacesTheCatsAtTheirNextRevision() {
    Cat tom = store().add(TOM);
    Cat kitty = store().add(KITTY);

    BulkCounts counts =
        put(
            new BulkPut(CatRef.of(tom.id()), KITTY, 1),
            new BulkPut(kitty.ref(), new NewCat("Kitty", 71, "bengal"), 2));

    assertThat(counts).isEqualTo(new BulkCounts(0, 2, 0));
    assertThat(Samples.all(store()))
        .containsExactlyInAnyOrder(
            KITTY.withId(tom.id(), 2), new NewCat("Kitty", 71, "bengal").withId(kitty.id(), 2));
  }

  @Test
  default void putAll_eachFieldAlone_changesTheCat() {
    Cat tom = store().add(TOM);
    long revision = 1;
    for (NewCat other :
        List.of(
            new NewCat("tom", 500, "siamese"),
            new NewCat("tom", 501, "siamese"),
            new NewCat("tom", 501, "Siamese"))) {
      assertThat(put(new BulkPut(CatRef.of(tom.id()), other, 1)))
          .isEqualTo(new BulkCounts(0, 1, 0));
      revision++;
      assertThat(store().find(tom.id())).contains(other.withId(tom.id(), revision));
    }
  }

  @Test
  default void putAll_catsAsTheyAre_changesNothing() {
    store().addAll(Samples.cats(50));
    store().edit(Samples.all(store()).get(7).ref(), CatEdit.price(9));
    List<Cat> before = Samples.all(store());

    List<BulkPut> puts = before.stream().map(PutAllContract::of).toList();
    assertThat(store().putAll(puts.iterator(), BulkOptions.NONE))
        .isEqualTo(new BulkCounts(0, 0, 50));
    assertThat(
            put(
                before.stream()
                    .map(cat -> new BulkPut(CatRef.of(cat.id()), Samples.withoutId(cat), 1))
                    .toArray(BulkPut[]::new)))
        .isEqualTo(new BulkCounts(0, 0, 50));
    assertThat(Samples.all(store())).isEqualTo(before);
  }

  @Test
  default void putAll_addedChangedAndUnchanged_areCountedApart() {
    Cat changed = store().add(TOM);
    Cat unchanged = store().add(TOM);

    assertThat(
            put(
                new BulkPut(CatRef.of(unchanged.id() + 1000), TOM, 1),
                new BulkPut(changed.ref(), KITTY, 2),
                new BulkPut(unchanged.ref(), TOM, 3),
                new BulkPut(CatRef.of(unchanged.id() + 2000), TOM, 4)))
        .isEqualTo(new BulkCounts(2, 1, 1));
  }

  @Test
  default void putAll_everyCatOfAnExport_comesBackAsItWas() {
    store().addAll(Samples.catsOfTexts().iterator());
    List<Cat> all = Samples.all(store());
    store().edit(all.get(0).ref(), CatEdit.price(9));
    List<Cat> export = Samples.all(store());
    for (Cat cat : export) {
      store().remove(cat.ref());
    }

    List<BulkPut> puts = export.stream().map(PutAllContract::of).toList();
    assertThat(store().putAll(puts.iterator(), BulkOptions.NONE))
        .isEqualTo(new BulkCounts(export.size(), 0, 0));
    assertThat(Samples.all(store())).isEqualTo(export);
  }

  @Test
  default void putAll_thenAdds_givesIdsAfterTheHighestThatWasPut() {
    long id = newId();
    put(new BulkPut(CatRef.of(id), TOM, 1));
    Cat one = store().add(TOM);
    put(new BulkPut(CatRef.of(id - 500), TOM, 1));
    Cat two = store().add(TOM);
    store().addAll(Samples.cats(3));

    assertThat(one.id()).isGreaterThan(id);
    assertThat(two.id()).isGreaterThan(one.id());
    assertThat(Samples.all(store())).hasSize(7);
  }

  @Test
  default void putAll_removedAfterwards_itsIdIsNotGivenAgain() {
    long id = newId();
    put(new BulkPut(CatRef.of(id), TOM, 1));
    store().remove(CatRef.of(id));

    assertThat(store().add(TOM).id()).isGreaterThan(id);
  }

  @Test
  default void putAll_fiveThousand_areAllThere() {
    var puts =
        LongStream.rangeClosed(1, 5_000)
            .mapToObj(i -> new BulkPut(CatRef.of(5_001 - i), Samples.cat((int) i), i))
            .iterator();

    assertThat(store().putAll(puts, BulkOptions.NONE)).isEqualTo(new BulkCounts(5_000, 0, 0));
    assertThat(store().count(CatFilter.ALL)).isEqualTo(5_000);
    assertThat(store().find(1)).contains(Samples.cat(5_000).withId(1));
  }

  @Test
  default void putAll_none_countsNothing() {
    assertThat(put()).isEqualTo(new BulkCounts(0, 0, 0));
  }

  @Test
  default void putAll_oneStaleCat_isRefusedAndNothingIsDone() {
    Cat tom = store().add(TOM);
    Cat kitty = store().edit(store().add(KITTY).ref(), CatEdit.price(1));
    List<Cat> before = Samples.all(store());

    BulkRefusedException refused =
        refused(
            List.of(
                new BulkPut(tom.ref(), KITTY, 11),
                new BulkPut(CatRef.of(kitty.id(), 1), KITTY, 12),
                new BulkPut(CatRef.of(kitty.id() + 100), KITTY, 13)),
            BulkOptions.NONE);

    assertThat(refused.refusals())
        .containsExactly(new Refusal(12, kitty.id(), Reason.STALE, OptionalLong.empty()));
    assertThat(refused.more()).isZero();
    assertThat(Samples.all(store())).isEqualTo(before);
    assertThat(store().add(TOM).id()).isLessThan(kitty.id() + 100);
  }

  @Test
  default void putAll_staleCatAsItIsPut_isRefused() {
    Cat tom = store().add(TOM);
    store().edit(tom.ref(), CatEdit.price(500));

    assertThat(refused(List.of(new BulkPut(tom.ref(), TOM, 1)), BulkOptions.NONE).refusals())
        .hasSize(1);
  }

  @Test
  default void putAll_manyStaleCats_namesTheFirstTwentyAndCountsTheRest() {
    store().addAll(Samples.cats(50));
    List<Cat> before = Samples.all(store());
    var puts = new ArrayList<BulkPut>();
    for (int i = 0; i < 50; i++) {
      puts.add(new BulkPut(CatRef.of(before.get(49 - i).id(), 2), TOM, 100 + 2 * i));
    }

    BulkRefusedException refused = refused(puts, BulkOptions.NONE);

    assertThat(refused.refusals()).hasSize(BulkRefusedException.MAX_REFUSALS);
    assertThat(refused.refusals().stream().map(Refusal::id))
        .isEqualTo(puts.subList(0, 20).stream().map(put -> put.which().id()).toList());
    assertThat(refused.refusals().stream().map(Refusal::position))
        .isEqualTo(puts.subList(0, 20).stream().map(BulkPut::position).toList());
    assertThat(refused.more()).isEqualTo(30);
    assertThat(Samples.all(store())).isEqualTo(before);
  }

  @Test
  default void putAll_sameIdTwice_isRefusedNamingBothPositions() {
    Cat tom = store().add(TOM);

    BulkRefusedException refused =
        refused(
            List.of(
                new BulkPut(CatRef.of(900), TOM, 2),
                new BulkPut(tom.ref(), KITTY, 4),
                new BulkPut(CatRef.of(900), TOM, 6),
                new BulkPut(CatRef.of(tom.id()), KITTY, 7),
                new BulkPut(CatRef.of(900), KITTY, 9)),
            BulkOptions.NONE);

    assertThat(refused.refusals())
        .containsExactly(
            new Refusal(6, 900, Reason.REPEATED, OptionalLong.of(2)),
            new Refusal(7, tom.id(), Reason.REPEATED, OptionalLong.of(4)),
            new Refusal(9, 900, Reason.REPEATED, OptionalLong.of(2)));
    assertThat(refused.more()).isZero();
    assertThat(Samples.all(store())).containsExactly(tom);
  }

  @Test
  default void putAll_dryRun_countsAndDoesNothing() {
    Cat changed = store().add(TOM);
    Cat unchanged = store().add(TOM);
    List<BulkPut> puts =
        List.of(
            new BulkPut(CatRef.of(unchanged.id() + 1000), TOM, 1),
            new BulkPut(changed.ref(), KITTY, 2),
            new BulkPut(unchanged.ref(), TOM, 3));

    assertThat(store().putAll(puts.iterator(), BulkOptions.DRY_RUN))
        .isEqualTo(new BulkCounts(1, 1, 1));
    assertThat(Samples.all(store())).containsExactly(changed, unchanged);
    assertThat(store().add(TOM).id()).isLessThan(unchanged.id() + 1000);
    assertThat(store().putAll(puts.iterator(), BulkOptions.NONE))
        .isEqualTo(new BulkCounts(1, 1, 1));
  }

  @Test
  default void putAll_dryRunOfWhatWouldBeRefused_isRefused() {
    Cat tom = store().add(TOM);

    assertThat(
            refused(List.of(new BulkPut(CatRef.of(tom.id(), 2), TOM, 1)), BulkOptions.DRY_RUN)
                .refusals())
        .hasSize(1);
    assertThat(
            refused(
                    List.of(new BulkPut(tom.ref(), TOM, 1), new BulkPut(tom.ref(), TOM, 2)),
                    BulkOptions.DRY_RUN)
                .refusals())
        .hasSize(1);
  }

  @Test
  default void putAll_iteratorThrows_comesOutUnchangedAndNothingStays() {
    long id = newId();
    for (int at : new int[] {0, 1, 2_500}) {
      for (Throwable failure : ThrownOnPurpose.at(at)) {
        var puts =
            RecordingIterator.failingAt(
                at, failure, pull -> new BulkPut(CatRef.of(id + pull), TOM, pull), 5_000);

        assertThat(catchThrowable(() -> store().putAll(puts, BulkOptions.NONE))).isSameAs(failure);
        puts.close();
        assertThat(store().count(CatFilter.ALL)).isZero();
        assertThat(puts.pulls).isEqualTo(at + 1);
        assertThat(puts.pullsAfterClose).isZero();
      }
    }
    assertThat(store().add(TOM).id()).isLessThan(id);
  }

  @Test
  default void putAll_refused_leavesTheStoreAtWork() {
    Cat tom = store().add(TOM);
    for (int i = 0; i < 30; i++) {
      refused(List.of(new BulkPut(CatRef.of(tom.id(), 2), KITTY, 1)), BulkOptions.NONE);
    }

    assertThat(put(new BulkPut(tom.ref(), KITTY, 1))).isEqualTo(new BulkCounts(0, 1, 0));
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  default void putAll_null_isRefusedAndNothingStays() {
    assertThatNullPointerException().isThrownBy(() -> store().putAll(null, BulkOptions.NONE));
    assertThatNullPointerException()
        .isThrownBy(() -> store().putAll(List.<BulkPut>of().iterator(), null));
    List<BulkPut> puts = Arrays.asList(new BulkPut(CatRef.of(1), TOM, 1), null);
    assertThatNullPointerException()
        .isThrownBy(() -> store().putAll(puts.iterator(), BulkOptions.NONE));
    assertThat(Samples.all(store())).isEmpty();
  }
}
