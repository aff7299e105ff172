package dev.catstore.persistence.jooq;

import static dev.catstore.persistence.jooq.generated.Sequences.CATS_ID_SEQ;
import static dev.catstore.persistence.jooq.generated.Tables.CATS;
import static dev.catstore.persistence.jooq.generated.Tables.CATS_IDEMPOTENCY_KEYS;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.currentOffsetDateTime;
import static org.jooq.impl.DSL.insertInto;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectFrom;
import static org.jooq.impl.DSL.val;

import dev.catstore.domain.BulkCounts;
import dev.catstore.domain.Cat;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.KeyReusedException;
import dev.catstore.domain.NewCat;
import java.time.Duration;
import java.util.Optional;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Insert;
import org.jooq.InsertResultStep;
import org.jooq.Record1;
import org.jooq.Record4;
import org.jooq.Table;
import org.jooq.types.DayToSecond;

/** What was done under idempotency keys, and the expiry of the keys. */
final class IdempotentWrites {
  private static final int DELETE_BATCH_SIZE = 1000;

  private IdempotentWrites() {}

  static Cat add(StoreSession session, NewCat cat, IdempotencyKey key) {
    return add(
        session,
        cat,
        key,
        () ->
            addOnce(
                    session.dsl(),
                    val(key.value()),
                    val(cat.name()),
                    val(cat.price()),
                    val(cat.breed()))
                .queryTimeout(StoreSession.WAIT_SECONDS)
                .fetchOptional(id -> cat.withId(id.value1())));
  }

  /**
   * @param once runs the statement {@link #addOnce}: the added cat, or empty if the key exists
   */
  static Cat add(
      StoreSession session, NewCat cat, IdempotencyKey key, StoreSession.Sql<Optional<Cat>> once) {
    while (true) {
      Optional<Cat> added = session.write(once);
      if (added.isPresent()) {
        return added.get();
      }
      Optional<FirstAnswer> first = firstAnswer(session, key);
      if (first.isPresent()) {
        return answer(first.get().cat().orElseThrow(() -> new KeyReusedException(key)), cat, key);
      }
      // The key existed a moment ago and has just expired.
    }
  }

  /** The first answer under a key, if it is the answer to the same cat. */
  static Cat answer(Cat first, NewCat cat, IdempotencyKey key) {
    if (!first.equals(cat.withId(first.id()))) {
      throw new KeyReusedException(key);
    }
    return first;
  }

  /**
   * Writes the key and the cat in one statement; no row if the key exists. PostgreSQL lets the
   * statement wait until another one that has written the same key commits or fails.
   */
  static InsertResultStep<Record1<Long>> addOnce(
      DSLContext dsl,
      Field<String> key,
      Field<String> catName,
      Field<Integer> price,
      Field<String> breed) {
    Field<Long> catId = CATS_IDEMPOTENCY_KEYS.CAT_ID;
    CommonTableExpression<Record1<Long>> newKey =
        name("new_key")
            .fields(catId.getUnqualifiedName())
            .as(
                insertInto(
                        CATS_IDEMPOTENCY_KEYS,
                        CATS_IDEMPOTENCY_KEYS.KEY,
                        catId,
                        CATS_IDEMPOTENCY_KEYS.NAME,
                        CATS_IDEMPOTENCY_KEYS.PRICE,
                        CATS_IDEMPOTENCY_KEYS.BREED)
                    .values(key, CATS_ID_SEQ.nextval(), catName, price, breed)
                    .onConflict(CATS_IDEMPOTENCY_KEYS.KEY)
                    .doNothing()
                    .returningResult(catId));
    return dsl.with(newKey)
        .insertInto(CATS, CATS.ID, CATS.NAME, CATS.PRICE, CATS.BREED)
        .select(select(newKey.field(catId), catName, price, breed).from(newKey))
        .returningResult(CATS.ID);
  }

  /** As {@link #addOnce} does, but for all requests of a table, and without a result. */
  static Insert<?> addSeveralOnce(
      DSLContext dsl,
      Field<String> key,
      Field<String> catName,
      Field<Integer> price,
      Field<String> breed,
      Table<?> requests) {
    CommonTableExpression<Record4<Long, String, Integer, String>> newKeys =
        name("new_keys")
            .fields("cat_id", "name", "price", "breed")
            .as(
                insertInto(
                        CATS_IDEMPOTENCY_KEYS,
                        CATS_IDEMPOTENCY_KEYS.KEY,
                        CATS_IDEMPOTENCY_KEYS.CAT_ID,
                        CATS_IDEMPOTENCY_KEYS.NAME,
                        CATS_IDEMPOTENCY_KEYS.PRICE,
                        CATS_IDEMPOTENCY_KEYS.BREED)
                    .select(
                        select(key, CATS_ID_SEQ.nextval(), catName, price, breed).from(requests))
                    .onConflict(CATS_IDEMPOTENCY_KEYS.KEY)
                    .doNothing()
                    .returningResult(
                        CATS_IDEMPOTENCY_KEYS.CAT_ID,
                        CATS_IDEMPOTENCY_KEYS.NAME,
                        CATS_IDEMPOTENCY_KEYS.PRICE,
                        CATS_IDEMPOTENCY_KEYS.BREED));
    return dsl.with(newKeys)
        .insertInto(CATS, CATS.ID, CATS.NAME, CATS.PRICE, CATS.BREED)
        .select(selectFrom(newKeys));
  }

  /**
   * Writes the key of a call with many cats, before its work is done in the same transaction; waits
   * until another one that has written the same key commits or fails.
   *
   * @return empty if the call is the first; otherwise what the first one did
   */
  static Optional<FirstAnswer> begin(StoreSession session, IdempotencyKey key) {
    while (true) {
      int written =
          session.run(
              () ->
                  session
                      .dsl()
                      .insertInto(
                          CATS_IDEMPOTENCY_KEYS,
                          CATS_IDEMPOTENCY_KEYS.KEY,
                          CATS_IDEMPOTENCY_KEYS.DIGEST,
                          CATS_IDEMPOTENCY_KEYS.ADDED,
                          CATS_IDEMPOTENCY_KEYS.CHANGED,
                          CATS_IDEMPOTENCY_KEYS.UNCHANGED)
                      .values(key.value(), "", 0L, 0L, 0L)
                      .onConflict(CATS_IDEMPOTENCY_KEYS.KEY)
                      .doNothing()
                      .queryTimeout(StoreSession.WAIT_SECONDS)
                      .execute());
      Optional<FirstAnswer> first = written == 1 ? Optional.empty() : firstAnswer(session, key);
      if (written == 1 || first.isPresent()) {
        return first;
      }
      // The key existed a moment ago and has just expired.
    }
  }

  /** Keeps what was done under the key that was begun. */
  static void complete(StoreSession session, IdempotencyKey key, String digest, BulkCounts counts) {
    session.run(
        () ->
            session
                .dsl()
                .update(CATS_IDEMPOTENCY_KEYS)
                .set(CATS_IDEMPOTENCY_KEYS.DIGEST, digest)
                .set(CATS_IDEMPOTENCY_KEYS.ADDED, counts.added())
                .set(CATS_IDEMPOTENCY_KEYS.CHANGED, counts.changed())
                .set(CATS_IDEMPOTENCY_KEYS.UNCHANGED, counts.unchanged())
                .where(CATS_IDEMPOTENCY_KEYS.KEY.eq(key.value()))
                .execute());
  }

  /** What was done under this key. */
  static Optional<FirstAnswer> firstAnswer(StoreSession session, IdempotencyKey key) {
    return session.run(
        () ->
            session
                .dsl()
                .selectFrom(CATS_IDEMPOTENCY_KEYS)
                .where(CATS_IDEMPOTENCY_KEYS.KEY.eq(key.value()))
                .fetchOptional(FirstAnswer::of));
  }

  /** What was done under a key: one cat added, or many written. */
  record FirstAnswer(Optional<Cat> cat, String digest, BulkCounts counts) {
    private static final BulkCounts NONE = new BulkCounts(0, 0, 0);

    static FirstAnswer of(org.jooq.Record row) {
      return row.get(CATS_IDEMPOTENCY_KEYS.DIGEST) == null
          ? new FirstAnswer(
              Optional.of(
                  new NewCat(
                          row.get(CATS_IDEMPOTENCY_KEYS.NAME),
                          row.get(CATS_IDEMPOTENCY_KEYS.PRICE),
                          row.get(CATS_IDEMPOTENCY_KEYS.BREED))
                      .withId(row.get(CATS_IDEMPOTENCY_KEYS.CAT_ID))),
              "",
              NONE)
          : new FirstAnswer(
              Optional.empty(),
              row.get(CATS_IDEMPOTENCY_KEYS.DIGEST),
              new BulkCounts(
                  row.get(CATS_IDEMPOTENCY_KEYS.ADDED),
                  row.get(CATS_IDEMPOTENCY_KEYS.CHANGED),
                  row.get(CATS_IDEMPOTENCY_KEYS.UNCHANGED)));
    }
  }

  /** Deletes the keys older than this, in batches; returns how many there were. */
  static long deleteOlderThan(StoreSession session, Duration age) {
    Condition old =
        CATS_IDEMPOTENCY_KEYS.ADDED_AT.lt(
            currentOffsetDateTime().sub(val(DayToSecond.valueOf(age))));
    long deleted = 0;
    while (true) {
      String[] keys =
          session.run(
              () ->
                  session
                      .dsl()
                      .select(CATS_IDEMPOTENCY_KEYS.KEY)
                      .from(CATS_IDEMPOTENCY_KEYS)
                      .where(old)
                      .orderBy(CATS_IDEMPOTENCY_KEYS.ADDED_AT)
                      .limit(DELETE_BATCH_SIZE)
                      .fetchArray(CATS_IDEMPOTENCY_KEYS.KEY));
      // Checks the age again: another server may have deleted a key, and it may be in use again.
      deleted +=
          session.write(
              () ->
                  session
                      .dsl()
                      .deleteFrom(CATS_IDEMPOTENCY_KEYS)
                      .where(CATS_IDEMPOTENCY_KEYS.KEY.eq(any(keys)).and(old))
                      .execute());
      if (keys.length < DELETE_BATCH_SIZE) {
        return deleted;
      }
    }
  }
}
