package dev.catstore.persistence.jooq;

import static java.util.Collections.nCopies;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.persistence.jooq.CatStatements.Edit;
import dev.catstore.persistence.jooq.CatStatements.KeyedCat;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jooq.Configuration;

/**
 * The calls about one cat, on connections that auto-commit. Those that meet others in progress can
 * share a statement with them.
 */
final class SingleCats {
  /** More do not help: a batch waits for PostgreSQL's CPU and disk, and for little else. */
  private static final int SLOTS = 2;

  /** Two statements that edit several cats can deadlock. */
  private static final int EDIT_SLOTS = 1;

  private final Configuration configuration;
  private final Optional<SlowStatements> slow;
  private final boolean coalescing;
  private final Duration patience;
  private final CatStatements statements;
  private final Calls<Long, Optional<Cat>> finds;
  private final Calls<NewCat, Cat> adds;
  private final Calls<KeyedCat, Cat> keyedAdds;
  private final Calls<Edit, Cat> edits;

  private SingleCats(
      Configuration configuration,
      Optional<SlowStatements> slow,
      boolean coalescing,
      Duration patience) {
    this.configuration = configuration;
    this.slow = slow;
    this.coalescing = coalescing;
    this.patience = patience;
    this.statements = new CatStatements(new PreparedSql(slow));
    this.finds = calls(new Finds(), SLOTS);
    this.adds = calls(new Adds(), SLOTS);
    this.keyedAdds = calls(new KeyedAdds(), SLOTS);
    this.edits = calls(new Edits(), EDIT_SLOTS);
  }

  static SingleCats on(Configuration configuration) {
    return on(configuration, CatStatements.LOCK_TIMEOUT);
  }

  /**
   * @param patience from when on one that is in progress no longer holds up others
   */
  static SingleCats on(Configuration configuration, Duration patience) {
    return new SingleCats(configuration, Optional.empty(), true, patience);
  }

  /** The same, but their slow statements are logged. */
  SingleCats loggedBy(SlowStatements slow) {
    return new SingleCats(slow.listenIn(configuration), Optional.of(slow), coalescing, patience);
  }

  /** The same, but each sends a statement of its own. */
  SingleCats withoutCoalescing() {
    return new SingleCats(configuration, slow, false, patience);
  }

  Optional<Cat> find(long id) {
    return call(finds, id);
  }

  Cat add(NewCat cat) {
    return call(adds, cat);
  }

  Cat add(NewCat cat, IdempotencyKey key) {
    return call(keyedAdds, new KeyedCat(cat, key));
  }

  Cat edit(CatRef which, CatEdit edit) {
    return call(edits, new Edit(which, edit));
  }

  /** Requests of one kind, on their way to the database. */
  @FunctionalInterface
  private interface Calls<T, R> {
    R call(T request) throws InterruptedException;
  }

  private <T, R> Calls<T, R> calls(Combiner.Work<T, R> work, int slots) {
    return coalescing ? new Combiner<>(work, slots, patience)::call : work::alone;
  }

  private static <T, R> R call(Calls<T, R> calls, T request) {
    try {
      return calls.call(request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreUnavailableException("interrupted before the database was asked", e);
    }
  }

  /** One kind of requests: what they have in common. */
  private abstract class Statements<T, R> implements Combiner.Work<T, R> {
    /** Sends one statement for several requests, and answers them. */
    abstract List<Optional<Supplier<R>>> send(Connection connection, List<T> requests)
        throws SQLException;

    /** Whether nothing was done, and each of several requests may do better alone. */
    boolean canBeSentAlone(SQLException failure) {
      return SqlStates.isOfOneRequest(failure);
    }

    RuntimeException failure(SQLException failure) {
      return SqlStates.ofCommit(failure);
    }

    @Override
    public final List<Optional<Supplier<R>>> together(List<T> requests) {
      try (StoreSession session = StoreSession.open(configuration)) {
        return session.runForSeveral(() -> send(session.connection(), requests));
      } catch (StoreUnavailableException e) {
        // Only this thread may have been interrupted while it waited for a connection.
        return Thread.currentThread().isInterrupted()
            ? nCopies(requests.size(), Optional.empty())
            : answerAll(requests, () -> SqlStates.ofConnecting(e));
      } catch (SQLException e) {
        return canBeSentAlone(e)
            ? nCopies(requests.size(), Optional.empty())
            : answerAll(requests, () -> failure(e));
      }
    }

    final <S> List<Optional<Supplier<R>>> answers(List<S> of, Function<S, Supplier<R>> answer) {
      return of.stream().map(answer).map(Optional::of).toList();
    }

    private List<Optional<Supplier<R>>> answerAll(
        List<T> requests, Supplier<RuntimeException> failure) {
      return nCopies(
          requests.size(),
          Optional.of(
              () -> {
                throw failure.get();
              }));
    }
  }

  private final class Finds extends Statements<Long, Optional<Cat>> {
    @Override
    public Optional<Cat> alone(Long id) {
      try (StoreSession session = StoreSession.open(configuration)) {
        return session.query(() -> statements.find(session.connection(), id));
      }
    }

    @Override
    List<Optional<Supplier<Optional<Cat>>>> send(Connection connection, List<Long> ids)
        throws SQLException {
      Map<Long, Cat> found = statements.find(connection, ids);
      return answers(ids, id -> () -> Optional.ofNullable(found.get(id)));
    }

    /** What only reads can be sent again, unless it took too long. */
    @Override
    boolean canBeSentAlone(SQLException failure) {
      return SqlStates.isOfOneRequest(failure) || SqlStates.isOfConnection(failure);
    }

    @Override
    RuntimeException failure(SQLException failure) {
      return SqlStates.ofQuery(failure);
    }
  }

  private final class Adds extends Statements<NewCat, Cat> {
    @Override
    public Cat alone(NewCat cat) {
      try (StoreSession session = StoreSession.open(configuration)) {
        return session.write(() -> statements.add(session.connection(), cat));
      }
    }

    @Override
    List<Optional<Supplier<Cat>>> send(Connection connection, List<NewCat> cats)
        throws SQLException {
      return answers(statements.add(connection, cats), cat -> () -> cat);
    }
  }

  private final class KeyedAdds extends Statements<KeyedCat, Cat> {
    @Override
    public Optional<Object> claim(KeyedCat cat) {
      return Optional.of(cat.key());
    }

    @Override
    public Cat alone(KeyedCat cat) {
      try (StoreSession session = StoreSession.open(configuration)) {
        return IdempotentWrites.add(
            session,
            cat.cat(),
            cat.key(),
            () -> statements.add(session.connection(), cat.cat(), cat.key()));
      }
    }

    /** A key without an answer was used for many cats, or has just expired. */
    @Override
    List<Optional<Supplier<Cat>>> send(Connection connection, List<KeyedCat> cats)
        throws SQLException {
      Map<String, Cat> first = statements.addOnce(connection, cats);
      return cats.stream()
          .map(
              cat ->
                  Optional.ofNullable(first.get(cat.key().value()))
                      .<Supplier<Cat>>map(
                          answer -> () -> IdempotentWrites.answer(answer, cat.cat(), cat.key())))
          .toList();
    }
  }

  private final class Edits extends Statements<Edit, Cat> {
    @Override
    public Optional<Object> claim(Edit edit) {
      return Optional.of(edit.which().id());
    }

    @Override
    public Cat alone(Edit edit) {
      try (StoreSession session = StoreSession.open(configuration)) {
        return session
            .write(() -> statements.edit(session.connection(), edit))
            .orElseThrow(() -> CatSql.refusal(session, edit.which()));
      }
    }

    @Override
    List<Optional<Supplier<Cat>>> send(Connection connection, List<Edit> edits)
        throws SQLException {
      Map<Long, Cat> edited = statements.edit(connection, edits);
      return answers(edits, edit -> () -> answer(edit, edited));
    }

    private Cat answer(Edit edit, Map<Long, Cat> edited) {
      Cat cat = edited.get(edit.which().id());
      if (cat != null) {
        return cat;
      }
      try (StoreSession session = StoreSession.open(configuration)) {
        throw CatSql.refusal(session, edit.which());
      }
    }
  }
}
