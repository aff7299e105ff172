package dev.catstore.tests;

import static dev.catstore.tests.Samples.KITTY;
import static dev.catstore.tests.Samples.TOM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.catstore.domain.BulkCounts;
import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.BulkRefusedException;
import dev.catstore.domain.BulkRefusedException.Reason;
import dev.catstore.domain.BulkRefusedException.Refusal;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatRef;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Changing many cats by their ids. */
public interface EditAllContract extends StoreSubject {
  private BulkCounts edit(BulkEdit... edits) {
    return store().editAll(List.of(edits).iterator(), BulkOptions.NONE);
  }

  private BulkRefusedException refused(List<BulkEdit> edits, BulkOptions options) {
    return (BulkRefusedException) catchThrowable(() -> store().editAll(edits.iterator(), options));
  }

  @Test
  default void editAll_anyFields_changesThemAlone() {
    List<CatEdit> edits =
        List.of(
            CatEdit.name("Tim"),
            CatEdit.price(0),
            CatEdit.breed("manx"),
            new CatEdit(Optional.of("Tim"), OptionalInt.of(1), Optional.empty()),
            new CatEdit(Optional.empty(), OptionalInt.of(Integer.MAX_VALUE), Optional.of("manx")),
            CatEdit.replacement(KITTY));
    var given = new ArrayList<BulkEdit>();
    var expected = new ArrayList<Cat>();
    for (CatEdit edit : edits) {
      Cat cat = store().add(TOM);
      given.add(new BulkEdit(CatRef.of(cat.id()), edit, given.size()));
      expected.add(cat.edited(edit));
    }
    Cat other = store().add(TOM);
    expected.add(other);

    assertThat(store().editAll(given.iterator(), BulkOptions.NONE))
        .isEqualTo(new BulkCounts(0, 6, 0));
    assertThat(Samples.all(store())).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  default void editAll_anyText_isKeptCodePointByCodePoint() {
    var edits = new ArrayList<BulkEdit>();
    var expected = new ArrayList<Cat>();
    for (var text : Samples.catsOfTexts()) {
      Cat cat = store().add(TOM);
      edits.add(new BulkEdit(cat.ref(), CatEdit.replacement(text), 1));
      expected.add(text.withId(cat.id(), 2));
    }
    store().editAll(edits.iterator(), BulkOptions.NONE);

    assertThat(Samples.all(store())).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  default void editAll_whatIsThereAlready_getsItsNextRevision() {
    Cat tom = store().add(TOM);

    assertThat(edit(new BulkEdit(tom.ref(), CatEdit.price(500), 1)))
        .isEqualTo(new BulkCounts(0, 1, 0));
    assertThat(store().find(tom.id())).contains(TOM.withId(tom.id(), 2));
  }

  @Test
  default void editAll_fiveThousand_areAllChanged() {
    store().addAll(Samples.cats(5_000));
    List<Cat> before = Samples.all(store());

    assertThat(
            store()
                .editAll(
                    before.stream()
                        .map(it -> new BulkEdit(it.ref(), CatEdit.price(it.price() + 1), it.id()))
                        .iterator(),
                    BulkOptions.NONE))
        .isEqualTo(new BulkCounts(0, 5_000, 0));
    assertThat(Samples.all(store()))
        .isEqualTo(before.stream().map(it -> it.edited(CatEdit.price(it.price() + 1))).toList());
  }

  @Test
  default void editAll_none_countsNothing() {
    assertThat(edit()).isEqualTo(new BulkCounts(0, 0, 0));
  }

  @Test
  default void editAll_missingAndStale_areRefusedTogetherAndNothingIsDone() {
    Cat tom = store().add(TOM);
    Cat kitty = store().edit(store().add(KITTY).ref(), CatEdit.price(1));
    Cat gone = store().add(TOM);
    store().remove(gone.ref());
    List<Cat> before = Samples.all(store());

    BulkRefusedException refused =
        refused(
            List.of(
                new BulkEdit(tom.ref(), CatEdit.price(2), 11),
                new BulkEdit(gone.ref(), CatEdit.price(2), 12),
                new BulkEdit(CatRef.of(kitty.id(), 1), CatEdit.price(2), 13),
                new BulkEdit(CatRef.of(Long.MAX_VALUE), CatEdit.price(2), Long.MAX_VALUE)),
            BulkOptions.NONE);

    assertThat(refused.refusals())
        .containsExactly(
            new Refusal(12, gone.id(), Reason.NO_SUCH_CAT, OptionalLong.empty()),
            new Refusal(13, kitty.id(), Reason.STALE, OptionalLong.empty()),
            new Refusal(Long.MAX_VALUE, Long.MAX_VALUE, Reason.NO_SUCH_CAT, OptionalLong.empty()));
    assertThat(refused.more()).isZero();
    assertThat(Samples.all(store())).isEqualTo(before);
  }

  @Test
  default void editAll_manyMissing_namesTheFirstTwentyAndCountsTheRest() {
    var edits = new ArrayList<BulkEdit>();
    for (int i = 0; i < 25; i++) {
      edits.add(new BulkEdit(CatRef.of(1_000 - i), CatEdit.price(1), 5L * i));
    }

    BulkRefusedException refused = refused(edits, BulkOptions.NONE);

    assertThat(refused.refusals().stream().map(Refusal::position))
        .isEqualTo(edits.subList(0, 20).stream().map(BulkEdit::position).toList());
    assertThat(refused.more()).isEqualTo(5);
  }

  @Test
  default void editAll_sameIdTwice_isRefusedNamingBothPositions() {
    Cat tom = store().add(TOM);

    BulkRefusedException refused =
        refused(
            List.of(
                new BulkEdit(tom.ref(), CatEdit.price(1), 2),
                new BulkEdit(CatRef.of(tom.id()), CatEdit.name("Tim"), 3)),
            BulkOptions.NONE);

    assertThat(refused.refusals())
        .containsExactly(new Refusal(3, tom.id(), Reason.REPEATED, OptionalLong.of(2)));
    assertThat(store().find(tom.id())).contains(tom);
  }

  @Test
  default void editAll_dryRun_countsAndDoesNothing() {
    Cat tom = store().add(TOM);
    BulkEdit edit = new BulkEdit(tom.ref(), CatEdit.price(1), 1);

    assertThat(store().editAll(List.of(edit).iterator(), BulkOptions.DRY_RUN))
        .isEqualTo(new BulkCounts(0, 1, 0));
    assertThat(Samples.all(store())).containsExactly(tom);
    assertThat(
            refused(
                    List.of(new BulkEdit(CatRef.of(tom.id() + 1), CatEdit.price(1), 1)),
                    BulkOptions.DRY_RUN)
                .refusals())
        .hasSize(1);
  }

  @Test
  default void editAll_iteratorThrows_comesOutUnchangedAndNothingStays() {
    store().addAll(Samples.cats(2_600));
    List<Cat> before = Samples.all(store());
    for (int at : new int[] {0, 1, 2_500}) {
      for (Throwable failure : ThrownOnPurpose.at(at)) {
        var edits =
            RecordingIterator.failingAt(
                at,
                failure,
                pull -> new BulkEdit(before.get(pull).ref(), CatEdit.price(1), pull),
                2_600);

        assertThat(catchThrowable(() -> store().editAll(edits, BulkOptions.NONE)))
            .isSameAs(failure);
        edits.close();
        assertThat(edits.pullsAfterClose).isZero();
      }
    }
    assertThat(Samples.all(store())).isEqualTo(before);
  }

  @Test
  @SuppressWarnings("NullAway") // on purpose
  default void editAll_null_isRefusedAndNothingStays() {
    Cat tom = store().add(TOM);
    assertThatNullPointerException().isThrownBy(() -> store().editAll(null, BulkOptions.NONE));
    assertThatNullPointerException()
        .isThrownBy(() -> store().editAll(List.<BulkEdit>of().iterator(), null));
    List<BulkEdit> edits = Arrays.asList(new BulkEdit(tom.ref(), CatEdit.price(1), 1), null);
    assertThatNullPointerException()
        .isThrownBy(() -> store().editAll(edits.iterator(), BulkOptions.NONE));
    assertThat(Samples.all(store())).containsExactly(tom);
  }
}
