package dev.catstore.persistence.jooq;

import static dev.catstore.persistence.jooq.generated.Tables.CATS;
import static org.jooq.Records.mapping;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.lower;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.SQLDataType.BIGINT;

import dev.catstore.domain.Cat;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatSort;
import dev.catstore.domain.Cursor;
import dev.catstore.domain.NoSuchCatException;
import dev.catstore.domain.StaleRevisionException;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.InsertResultStep;
import org.jooq.Record;
import org.jooq.Record1;
import org.jooq.Record5;
import org.jooq.RecordMapper;
import org.jooq.Row2;
import org.jooq.SelectConditionStep;
import org.jooq.SortField;
import org.jooq.SortOrder;
import org.jooq.Table;
import org.jooq.UpdateConditionStep;
import org.jooq.UpdateResultStep;
import org.jooq.impl.DSL;

/** The domain's references, filters, sorts and cursors in SQL. */
final class CatSql {
  /** PostgreSQL counts in 64 bits, jOOQ in 32. */
  static final Field<Long> COUNT = DSL.count().coerce(BIGINT);

  static final RecordMapper<Record5<Long, String, Integer, String, Long>, Cat> TO_CAT =
      mapping(Cat::new);

  private CatSql() {}

  static SelectConditionStep<Record5<Long, String, Integer, String, Long>> selectCats(
      DSLContext dsl, Condition condition) {
    return dsl.select(CATS.ID, CATS.NAME, CATS.PRICE, CATS.BREED, CATS.REVISION)
        .from(CATS)
        .where(condition);
  }

  static InsertResultStep<Record1<Long>> addCat(
      DSLContext dsl, Field<String> name, Field<Integer> price, Field<String> breed) {
    return dsl.insertInto(CATS, CATS.NAME, CATS.PRICE, CATS.BREED)
        .values(name, price, breed)
        .returningResult(CATS.ID);
  }

  /** As {@link #editCats}, with the cats as they are then. */
  static UpdateResultStep<Record5<Long, String, Integer, String, Long>> editCat(
      DSLContext dsl,
      Field<String> name,
      Field<Integer> price,
      Field<String> breed,
      Field<Long> id,
      Field<Long> revision,
      Table<?>... from) {
    return editCats(dsl, name, price, breed, id, revision, from)
        .returningResult(CATS.ID, CATS.NAME, CATS.PRICE, CATS.BREED, CATS.REVISION);
  }

  /**
   * A null stands for what is not changed, and for whatever revision.
   *
   * @param from where the values come from, if not from parameters
   */
  static UpdateConditionStep<Record> editCats(
      DSLContext dsl,
      Field<String> name,
      Field<Integer> price,
      Field<String> breed,
      Field<Long> id,
      Field<Long> revision,
      Table<?>... from) {
    return dsl.update(CATS)
        .set(CATS.NAME, coalesce(name, CATS.NAME))
        .set(CATS.PRICE, coalesce(price, CATS.PRICE))
        .set(CATS.BREED, coalesce(breed, CATS.BREED))
        .set(CATS.REVISION, CATS.REVISION.plus(inline(1L)))
        .from(from)
        .where(CATS.ID.eq(id))
        .and(CATS.REVISION.eq(coalesce(revision, CATS.REVISION)));
  }

  /** Distinguishes a cat at another revision from one that does not exist. */
  static void refuseIfStale(StoreSession session, CatRef which) {
    if (which.revision().isPresent()
        && session.run(() -> session.dsl().fetchExists(CATS, CATS.ID.eq(which.id())))) {
      throw new StaleRevisionException(which);
    }
  }

  /** Why this cat was not there to be edited. */
  static NoSuchCatException refusal(StoreSession session, CatRef which) {
    refuseIfStale(session, which);
    return new NoSuchCatException(which.id());
  }

  static Condition is(CatRef which) {
    Condition condition = CATS.ID.eq(which.id());
    return which.revision().isPresent()
        ? condition.and(CATS.REVISION.eq(which.revision().getAsLong()))
        : condition;
  }

  static Condition matches(CatFilter filter) {
    Condition condition = noCondition();
    if (filter.breed().isPresent()) {
      condition = condition.and(CATS.BREED.eq(filter.breed().get()));
    }
    if (filter.namePart().isPresent()) {
      // Under the column's collation "C", lower() changes the ASCII letters alone.
      String part = CatFilter.asciiLower(filter.namePart().get());
      condition = condition.and(lower(CATS.NAME).contains(part));
    }
    if (filter.minPrice().isPresent()) {
      condition = condition.and(CATS.PRICE.ge(filter.minPrice().getAsInt()));
    }
    if (filter.maxPrice().isPresent()) {
      condition = condition.and(CATS.PRICE.le(filter.maxPrice().getAsInt()));
    }
    return condition;
  }

  /** A comparison of rows, which PostgreSQL answers from the index of the sort. */
  static Condition isAfter(Cursor cursor) {
    boolean descending = cursor.sort().descending();
    return switch (cursor.sort().field()) {
      case ID -> descending ? CATS.ID.lt(cursor.id()) : CATS.ID.gt(cursor.id());
      case NAME -> isAfter(row(CATS.NAME, CATS.ID), row(cursor.key(), cursor.id()), descending);
      case PRICE -> isAfter(row(CATS.PRICE, CATS.ID), row(cursor.price(), cursor.id()), descending);
      case BREED -> isAfter(row(CATS.BREED, CATS.ID), row(cursor.key(), cursor.id()), descending);
    };
  }

  static <T> Condition isAfter(Row2<T, Long> cat, Row2<T, Long> cursor, boolean descending) {
    return descending ? cat.lt(cursor) : cat.gt(cursor);
  }

  static List<SortField<?>> orderBy(CatSort sort) {
    List<Field<?>> fields =
        switch (sort.field()) {
          case ID -> List.of(CATS.ID);
          case NAME -> List.of(CATS.NAME, CATS.ID);
          case PRICE -> List.of(CATS.PRICE, CATS.ID);
          case BREED -> List.of(CATS.BREED, CATS.ID);
        };
    SortOrder order = sort.descending() ? SortOrder.DESC : SortOrder.ASC;
    return fields.stream().<SortField<?>>map(field -> field.sort(order)).toList();
  }
}
