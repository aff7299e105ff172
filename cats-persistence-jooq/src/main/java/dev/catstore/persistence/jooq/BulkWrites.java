package dev.catstore.persistence.jooq;

import static dev.catstore.persistence.jooq.generated.Tables.CATS;
import static java.util.Objects.requireNonNull;

import dev.catstore.domain.BulkCounts;
import dev.catstore.domain.BulkDigest;
import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.BulkPut;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.KeyReusedException;
import dev.catstore.domain.NewCat;
import dev.catstore.persistence.jooq.IdempotentWrites.FirstAnswer;
import java.sql.Savepoint;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jooq.Configuration;

/**
 * Adds, puts and edits many cats, all or none. Puts and edits are staged first, so that the cats
 * are locked no longer than PostgreSQL takes, however slowly the caller gives them.
 */
final class BulkWrites {
  private BulkWrites() {}

  static BulkCounts add(Configuration configuration, Iterator<NewCat> cats, BulkOptions options) {
    return write(configuration, cats, options, BulkDigest::adds, BulkWrites::add);
  }

  static BulkCounts put(Configuration configuration, Iterator<BulkPut> puts, BulkOptions options) {
    return write(configuration, puts, options, BulkDigest::puts, BulkWrites::put);
  }

  static BulkCounts edit(
      Configuration configuration, Iterator<BulkEdit> edits, BulkOptions options) {
    return write(configuration, edits, options, BulkDigest::edits, BulkWrites::edit);
  }

  /** Writes all items in the session's transaction, or checks them only. */
  @FunctionalInterface
  private interface Work<T> {
    BulkCounts run(StoreSession session, Iterator<T> items, boolean dryRun);
  }

  private static <T> BulkCounts write(
      Configuration configuration,
      Iterator<T> items,
      BulkOptions options,
      BiFunction<BulkDigest, Iterator<T>, Iterator<T>> noting,
      Work<T> work) {
    requireNonNull(items);
    requireNonNull(options);
    try (StoreSession session = StoreSession.open(configuration)) {
      session.begin();
      BulkCounts counts;
      try {
        counts =
            options.key().isPresent()
                ? writeOnce(session, items, options, noting, work)
                : work.run(session, items, options.dryRun());
      } catch (Throwable failure) {
        session.rollback(failure);
        throw failure;
      }
      session.commit();
      return counts;
    }
  }

  private static <T> BulkCounts writeOnce(
      StoreSession session,
      Iterator<T> items,
      BulkOptions options,
      BiFunction<BulkDigest, Iterator<T>, Iterator<T>> noting,
      Work<T> work) {
    IdempotencyKey key = options.key().orElseThrow();
    var digest = new BulkDigest();
    Iterator<T> noted = noting.apply(digest, items);
    Optional<FirstAnswer> first =
        options.dryRun()
            ? IdempotentWrites.firstAnswer(session, key)
            : IdempotentWrites.begin(session, key);
    if (first.isPresent()) {
      noted.forEachRemaining(item -> {});
      if (!first.get().digest().equals(digest.value())) {
        throw new KeyReusedException(key);
      }
      return first.get().counts();
    }
    BulkCounts counts = work.run(session, noted, options.dryRun());
    if (!options.dryRun()) {
      IdempotentWrites.complete(session, key, digest.value(), counts);
    }
    return counts;
  }

  private static BulkCounts add(StoreSession session, Iterator<NewCat> cats, boolean dryRun) {
    long added = 0;
    if (dryRun) {
      for (; cats.hasNext(); added++) {
        requireNonNull(cats.next());
      }
    } else {
      added =
          CopyRows.copy(
              session,
              CATS,
              List.of(CATS.NAME, CATS.PRICE, CATS.BREED),
              cats,
              (row, cat) -> row.text(cat.name()).number(cat.price()).text(cat.breed()));
    }
    return new BulkCounts(added, 0, 0);
  }

  private static BulkCounts put(StoreSession session, Iterator<BulkPut> puts, boolean dryRun) {
    StagedCats staged = StagedCats.ofPuts(session, puts);
    staged.refuseRepeated();
    if (!dryRun) {
      lock(session);
    }
    StagedCats.Comparison found = staged.comparePuts();
    long added = dryRun ? found.missing() : 0;
    long changed = dryRun ? found.differing() : 0;
    if (!dryRun && found.missing() > 0) {
      staged.reserveIds();
    }
    // Others may edit and remove single cats meanwhile; what this has written, they cannot.
    while (!dryRun && (found.missing() > 0 || found.differing() > 0)) {
      added += staged.addMissing();
      changed += staged.replaceDiffering();
      found = staged.comparePutsAgain();
    }
    staged.drop();
    return new BulkCounts(added, changed, staged.size() - added - changed);
  }

  private static BulkCounts edit(StoreSession session, Iterator<BulkEdit> edits, boolean dryRun) {
    StagedCats staged = StagedCats.ofEdits(session, edits);
    staged.refuseRepeated();
    if (!dryRun) {
      lock(session);
    }
    staged.checkEdits();
    if (!dryRun) {
      Savepoint before = session.run(session.connection()::setSavepoint);
      while (staged.edit() < staged.size()) {
        // Somebody else has edited or removed one of the cats since they were checked.
        session.rollbackTo(before);
        staged.checkEdits();
      }
    }
    staged.drop();
    return new BulkCounts(0, staged.size(), 0);
  }

  /**
   * Lets one call write at a time, to the end of its transaction: several could lock the same cats
   * in different orders, or add the same id.
   */
  private static void lock(StoreSession session) {
    session.run(
        () ->
            session
                .dsl()
                .query(
                    "select pg_advisory_xact_lock(hashtextextended(current_schema() || '.cats', 0))")
                .queryTimeout(StoreSession.WAIT_SECONDS)
                .execute());
  }
}
