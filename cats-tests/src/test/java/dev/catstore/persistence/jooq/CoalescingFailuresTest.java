package dev.catstore.persistence.jooq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.OutcomeUnknownException;
import dev.catstore.domain.StoreUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of calls that share a statement when it fails. */
final class CoalescingFailuresTest extends CoalescingTestCase {
  @Test
  void add_thatTheDatabaseRefuses_failsAlone() throws Exception {
    database.execute("alter table cats add check (breed <> 'dog')");
    List<Callable<Cat>> adds = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      NewCat cat = i % 4 == 3 ? new NewCat("Rex", i, "dog") : cat(i);
      adds.add(() -> cats.add(cat));
    }
    List<Caller<Cat>> callers = together("share row exclusive", 2, adds);
    for (int i = 0; i < MANY; i++) {
      if (i % 4 == 3) {
        assertFails(callers.get(i), IllegalStateException.class).hasMessageContaining("23514");
      } else {
        assertThat(cats.find(callers.get(i).answer().id()).orElseThrow().price()).isEqualTo(i);
      }
    }
    assertThat(database.query("select count(*) from cats")).isEqualTo("8");
  }

  /** By its values, or by a lock; somebody else's may have brought it about. */
  @ParameterizedTest
  @ValueSource(strings = {"22001", "23514", "40001", "40P01", "55P03"})
  void edits_thatFailTogether_areSentAlone(String state) throws Exception {
    failTogether(state);
    List<Caller<Cat>> callers = editsTogether();
    for (Caller<Cat> caller : callers) {
      assertThat(caller.answer().revision()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"53100", "57014", "25006"})
  void edits_thatFailTogetherForAnotherReason_areUnavailable(String state) throws Exception {
    failTogether(state);
    List<Caller<Cat>> callers = editsTogether();
    assertThat(callers.get(0).answer().revision()).isEqualTo(2);
    List<Throwable> failures = new ArrayList<>();
    for (Caller<Cat> caller : callers.subList(1, MANY)) {
      assertFails(caller, StoreUnavailableException.class).satisfies(failures::add);
    }
    assertThat(failures).doesNotHaveDuplicates();
    assertThat(database.query("select count(*) from cats where revision > 1")).isEqualTo("1");
  }

  @Test
  void edits_whoseOutcomeIsUnknown_areNotSentAgain() throws Exception {
    failTogether("08007");
    List<Caller<Cat>> callers = editsTogether();
    assertThat(callers.get(0).answer().revision()).isEqualTo(2);
    for (Caller<Cat> caller : callers.subList(1, MANY)) {
      assertFails(caller, OutcomeUnknownException.class);
    }
    assertThat(database.query("select count(*) from cats where revision > 1")).isEqualTo("1");
  }

  @Test
  void adds_whoseConnectionIsLost_areOfUnknownOutcomeAndNotSentAgain() throws Exception {
    List<Callable<Cat>> adds = Collections.nCopies(MANY, () -> cats.add(TOM));
    try (Connection next = database.connection()) {
      List<Caller<Cat>> callers = startBefore(next, adds);
      while (!callers.stream().allMatch(Caller::isDone)) {
        terminateWaiting("");
      }
      for (Caller<Cat> caller : callers.subList(2, MANY)) {
        assertFails(caller, OutcomeUnknownException.class);
      }
    }
    assertThat(database.query("select count(*) from cats")).isEqualTo("2");
  }

  @Test
  void finds_whoseConnectionIsLost_areSentAgain() throws Exception {
    Cat tom = cats.add(TOM);
    List<Callable<Optional<Cat>>> finds = Collections.nCopies(MANY, () -> cats.find(tom.id()));
    try (Connection next = database.connection()) {
      List<Caller<Optional<Cat>>> callers = startBefore(next, finds);
      while (terminateWaiting("any") == 0) {
        Thread.onSpinWait();
      }
      next.rollback();
      for (Caller<Optional<Cat>> caller : callers) {
        assertThat(caller.answer()).contains(tom);
      }
    }
  }

  /** Starts calls of which all but the first two share a statement, which waits for a lock. */
  private <T> List<Caller<T>> startBefore(Connection next, List<Callable<T>> calls)
      throws Exception {
    try (Connection first = locking("access exclusive")) {
      List<Caller<T>> callers = start(calls, 2);
      var locking = new Caller<>(() -> lock(next, "access exclusive"));
      locking.start();
      awaitWaiting(3);
      first.rollback();
      assertThat(locking.answer()).isTrue();
      return callers;
    }
  }

  /** Ends the connections whose statement has this in it, and waits for a lock. */
  private int terminateWaiting(String part) throws SQLException {
    return Integer.parseInt(
        database.query(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                + " where datname = current_database() and wait_event_type = 'Lock'"
                + (" and query like '%" + part + "%'")));
  }

  /** Makes statements fail that change more than one row. */
  private void failTogether(String state) throws SQLException {
    database.execute(
        """
        create function fail() returns trigger language plpgsql as $$
        begin
          if (select count(*) > 1 from changed) then
            raise exception 'on purpose' using errcode = '%s';
          end if;
          return null;
        end $$;
        create trigger fail after update on cats referencing new table as changed
          for each statement execute function fail()
        """
            .formatted(state));
  }

  private List<Caller<Cat>> editsTogether() throws Exception {
    List<Callable<Cat>> edits = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      Cat cat = cats.add(TOM);
      edits.add(() -> cats.edit(cat.ref(), CatEdit.price(1)));
    }
    return together("share row exclusive", 1, edits);
  }
}
