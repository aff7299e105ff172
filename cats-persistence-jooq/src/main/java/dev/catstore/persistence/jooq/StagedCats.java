package dev.catstore.persistence.jooq;

import static dev.catstore.persistence.jooq.generated.Sequences.CATS_ID_SEQ;
import static dev.catstore.persistence.jooq.generated.Tables.CATS;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.rowNumber;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.SQLDataType.BIGINT;

import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkPut;
import dev.catstore.domain.BulkRefusedException;
import dev.catstore.domain.BulkRefusedException.Reason;
import dev.catstore.domain.BulkRefusedException.Refusal;
import dev.catstore.domain.CatRef;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.Name;
import org.jooq.Record;
import org.jooq.Record4;
import org.jooq.RecordMapper;
import org.jooq.Table;

/**
 * Puts or edits in a temporary table, from which set-based statements write them to the cats. The
 * table lasts until the transaction ends or it is dropped.
 */
final class StagedCats {
  private static final Name TABLE = name("pg_temp", "cats_staged");
  private static final Table<Record> STAGED = table(TABLE).as("staged");
  private static final Field<Long> POSITION = field(name("staged", "position"), BIGINT);
  private static final Field<Long> ID = staged(CATS.ID);
  private static final Field<Long> REVISION = staged(CATS.REVISION);
  private static final Field<String> NAME = staged(CATS.NAME);
  private static final Field<Integer> PRICE = staged(CATS.PRICE);
  private static final Field<String> BREED = staged(CATS.BREED);

  /** Each staged row, with the cat that has its id, if there is one. */
  private static final Table<Record> JOINED = STAGED.leftJoin(CATS).on(CATS.ID.eq(ID));

  private static final Condition IS_MISSING = CATS.ID.isNull();
  private static final Condition IS_STALE = REVISION.ne(CATS.REVISION);
  private static final Condition DIFFERS =
      row(NAME, PRICE, BREED).ne(row(CATS.NAME, CATS.PRICE, CATS.BREED));

  private final StoreSession session;
  private final long size;

  private StagedCats(StoreSession session, long size) {
    this.session = session;
    this.size = size;
  }

  /**
   * How the staged rows compare with the cats.
   *
   * @param missing of how many there is no cat
   * @param differing how many cats have another name, price or breed
   */
  record Comparison(long missing, long differing) {}

  static StagedCats ofPuts(StoreSession session, Iterator<BulkPut> puts) {
    return stage(
        session,
        puts,
        (row, put) -> {
          key(row, put.which(), put.position());
          row.text(put.cat().name()).number(put.cat().price()).text(put.cat().breed());
        });
  }

  static StagedCats ofEdits(StoreSession session, Iterator<BulkEdit> edits) {
    return stage(
        session,
        edits,
        (row, it) -> {
          key(row, it.which(), it.position());
          it.edit().name().ifPresentOrElse(row::text, row::none);
          it.edit().price().ifPresentOrElse(row::number, row::none);
          it.edit().breed().ifPresentOrElse(row::text, row::none);
        });
  }

  private static void key(CopyRows row, CatRef which, long position) {
    row.number(position).number(which.id());
    which.revision().ifPresentOrElse(row::number, row::none);
  }

  /** The columns have the types and collations of the cats, but none of their constraints. */
  private static <T> StagedCats stage(
      StoreSession session, Iterator<T> items, CopyRows.RowWriter<T> writer) {
    session.run(
        () ->
            session
                .dsl()
                .createTemporaryTable(TABLE)
                .as(
                    select(
                            inline(0L).cast(BIGINT).as("position"),
                            CATS.ID,
                            CATS.REVISION,
                            CATS.NAME,
                            CATS.PRICE,
                            CATS.BREED)
                        .from(CATS))
                .withNoData()
                .onCommitDrop()
                .execute());
    long size =
        CopyRows.copy(
            session,
            table(TABLE),
            List.of(POSITION, ID, REVISION, NAME, PRICE, BREED),
            items,
            writer);
    session.run(() -> session.dsl().execute("analyze {0}", table(TABLE)));
    return new StagedCats(session, size);
  }

  long size() {
    return size;
  }

  /**
   * Refuses ids that come twice.
   *
   * @throws BulkRefusedException naming the first
   */
  void refuseRepeated() {
    boolean repeated =
        session.run(
            () ->
                session
                    .dsl()
                    .fetchExists(select(ID).from(STAGED).groupBy(ID).having(count().gt(1))));
    if (repeated) {
      Field<Long> first = min(POSITION).over().partitionBy(ID).as("first_position");
      Field<Integer> occurrence =
          rowNumber().over().partitionBy(ID).orderBy(POSITION).as("occurrence");
      Table<?> all = select(POSITION, ID, first, occurrence).from(STAGED).asTable("occurrences");
      refuse(
          all,
          all.field(POSITION),
          all.field(ID),
          all.field(first),
          all.field(occurrence).gt(1),
          it ->
              new Refusal(it.value1(), it.value2(), Reason.REPEATED, OptionalLong.of(it.value3())));
    }
  }

  /**
   * Compares the puts with the cats.
   *
   * @throws BulkRefusedException naming the first cats that are at another revision than the
   *     expected one
   */
  Comparison comparePuts() {
    return compare(IS_STALE);
  }

  /**
   * Compares the puts again after they were written: a cat that is as it is put may be at its next
   * revision.
   *
   * @throws BulkRefusedException naming the first cats that have got another revision meanwhile
   */
  Comparison comparePutsAgain() {
    return compare(IS_STALE.and(DIFFERS));
  }

  /**
   * Compares the edits with the cats.
   *
   * @throws BulkRefusedException naming the first that are not there, or are at another revision
   *     than the expected one
   */
  void checkEdits() {
    compare(IS_MISSING.or(IS_STALE));
  }

  private Comparison compare(Condition refused) {
    var counts =
        session.run(
            () ->
                session
                    .dsl()
                    .select(countWhere(refused), countWhere(IS_MISSING), countWhere(DIFFERS))
                    .from(JOINED)
                    .fetchSingle());
    if (counts.value1() == 0) {
      return new Comparison(counts.value2(), counts.value3());
    }
    refuse(
        JOINED,
        POSITION,
        ID,
        CATS.ID,
        refused,
        it ->
            new Refusal(
                it.value1(),
                it.value2(),
                it.value3() == null ? Reason.NO_SUCH_CAT : Reason.STALE,
                OptionalLong.empty()));
    return compare(refused);
  }

  /**
   * Names and counts the refused rows in one statement, since others may write between two. So it
   * returns where there are none to refuse any more.
   *
   * @param detail what the reason of a refusal is found by
   */
  private void refuse(
      Table<?> rows,
      Field<Long> position,
      Field<Long> id,
      Field<Long> detail,
      Condition refused,
      RecordMapper<Record4<Long, Long, Long, Long>, Refusal> toRefusal) {
    var first =
        session.run(
            () ->
                session
                    .dsl()
                    .select(position, id, detail, count().over().coerce(BIGINT))
                    .from(rows)
                    .where(refused)
                    .orderBy(position)
                    .limit(BulkRefusedException.MAX_REFUSALS)
                    .fetch());
    if (!first.isEmpty()) {
      throw new BulkRefusedException(first.map(toRefusal), first.get(0).value4() - first.size());
    }
  }

  /**
   * Lets the ids that are given later begin after the highest one that is staged. Whoever adds a
   * cat has its id before the cat is there, so nobody may be adding one at this moment.
   */
  void reserveIds() {
    long highest =
        session.run(
            () -> session.dsl().select(max(ID)).from(STAGED).fetchSingle(it -> it.value1()));
    // A sequence that has not been used yet has no last value.
    if (highest > lastGivenId()) {
      session.run(
          () ->
              session
                  .dsl()
                  .query("lock table {0} in share row exclusive mode", CATS)
                  .queryTimeout(StoreSession.WAIT_SECONDS)
                  .execute());
      session.run(
          () ->
              session
                  .dsl()
                  .fetchSingle(
                      "select setval({0}, greatest({1}, {2}))",
                      inline(CATS_ID_SEQ.getName()), val(highest), val(lastGivenId())));
    }
  }

  private long lastGivenId() {
    return session.run(
        () ->
            session
                .dsl()
                .fetchSingle(
                    "select coalesce(pg_sequence_last_value({0}::regclass), 0)",
                    inline(CATS_ID_SEQ.getName()))
                .get(0, Long.class));
  }

  /** Adds the cats that are not there, under their ids; returns how many. */
  long addMissing() {
    return session.run(
        () ->
            (long)
                session
                    .dsl()
                    .insertInto(CATS, CATS.ID, CATS.NAME, CATS.PRICE, CATS.BREED, CATS.REVISION)
                    .select(
                        select(ID, NAME, PRICE, BREED, coalesce(REVISION, inline(1L)))
                            .from(JOINED)
                            .where(IS_MISSING)
                            .orderBy(ID))
                    .execute());
  }

  /** Replaces the cats that differ, at the expected revisions; returns how many. */
  long replaceDiffering() {
    return update(DIFFERS);
  }

  /** Edits the cats that are at the expected revisions; returns how many. */
  long edit() {
    return update(noCondition());
  }

  /** What is not staged of a cat stays. */
  private long update(Condition condition) {
    return session.run(
        () ->
            (long)
                CatSql.editCats(session.dsl(), NAME, PRICE, BREED, ID, REVISION, STAGED)
                    .and(condition)
                    .execute());
  }

  void drop() {
    session.run(() -> session.dsl().dropTemporaryTable(TABLE).execute());
  }

  private static <T> Field<T> staged(Field<T> column) {
    return field(name("staged").append(column.getUnqualifiedName()), column.getDataType());
  }

  private static Field<Long> countWhere(Condition condition) {
    return count().filterWhere(condition).coerce(BIGINT);
  }
}
