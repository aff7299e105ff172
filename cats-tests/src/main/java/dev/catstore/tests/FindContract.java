package dev.catstore.tests;

import static dev.catstore.tests.Samples.KITTY;
import static dev.catstore.tests.Samples.TOM;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Finding one cat. */
public interface FindContract extends StoreSubject {
  @Test
  default void find_idOfACat_returnsThatCatAndNoOther() {
    Cat tom = store().add(TOM);
    Cat kitty = store().add(KITTY);

    assertThat(store().find(tom.id())).contains(tom);
    assertThat(store().find(kitty.id())).contains(kitty);
  }

  @Test
  default void find_idThatNoCatHas_isEmpty() {
    Cat tom = store().add(TOM);

    for (long id :
        new long[] {
          tom.id() + 1_000_000_000L,
          tom.id() + (1L << 32), // the same in the low 32 bits
          Integer.MAX_VALUE + 1L,
          Long.MAX_VALUE
        }) {
      assertThat(store().find(id)).isEmpty();
    }
  }

  @Test
  default void find_idThatIsNotPositive_isEmpty() {
    Cat tom = store().add(TOM);

    for (long id : new long[] {0, -1, -tom.id(), Integer.MIN_VALUE, Long.MIN_VALUE}) {
      assertThat(store().find(id)).isEmpty();
    }
  }

  @Test
  default void find_editedCat_returnsItAsItIsNow() {
    Cat tom = store().add(TOM);
    Cat edited = store().edit(tom.ref(), CatEdit.price(7));

    assertThat(store().find(tom.id())).contains(edited);
    assertThat(tom).isEqualTo(TOM.withId(tom.id()));
  }

  @Test
  default void find_removedCat_isEmpty() {
    Cat tom = store().add(TOM);
    store().remove(tom.ref());

    assertThat(store().find(tom.id())).isEmpty();
  }

  @Test
  default void find_emptyStore_isEmpty() {
    for (long id : List.of(1L, 2L, 1000L)) {
      assertThat(store().find(id)).isEmpty();
    }
  }
}
