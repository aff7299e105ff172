package dev.catstore.persistence.jooq;

import static dev.catstore.persistence.jooq.generated.Sequences.CATS_ID_SEQ;
import static dev.catstore.persistence.jooq.generated.Tables.CATS;
import static dev.catstore.persistence.jooq.generated.Tables.CATS_IDEMPOTENCY_KEYS;
import static java.util.Objects.requireNonNull;
import static org.jooq.Records.mapping;
import static org.jooq.impl.DSL.any;
import static org.jooq.impl.DSL.currentOffsetDateTime;
import static org.jooq.impl.DSL.insertInto;
import static org.jooq.impl.DSL.lower;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.val;
import static org.jooq.impl.SQLDataType.BIGINT;

import dev.catstore.domain.BreedSummary;
import dev.catstore.domain.BreedVisitor;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatSort;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.CatVisitor;
import dev.catstore.domain.Cursor;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.KeyReusedException;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.NoSuchCatException;
import dev.catstore.domain.Page;
import dev.catstore.domain.PageRequest;
import dev.catstore.domain.StaleRevisionException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jooq.CommonTableExpression;
import org.jooq.Condition;
import org.jooq.Configuration;
import org.jooq.Field;
import org.jooq.Record1;
import org.jooq.Record5;
import org.jooq.RecordMapper;
import org.jooq.ResultQuery;
import org.jooq.Row2;
import org.jooq.SQLDialect;
import org.jooq.SelectConditionStep;
import org.jooq.SortField;
import org.jooq.SortOrder;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultConfiguration;
import org.jooq.types.DayToSecond;
import org.jspecify.annotations.Nullable;

/**
 * Cats in a PostgreSQL database, 15 or newer, whose schema {@link CatSchema} has brought up to
 * date.
 *
 * <p>Can be shared between threads if what it was made with can: a pool can, a single connection
 * cannot.
 */
public final class JooqCatStore implements CatStore {
  /** How long an add waits for another one under the same key, in seconds. */
  private static final int KEY_WAIT_SECONDS = 10;

  /** How long keys are promised to be kept. */
  private static final Duration MIN_KEY_AGE = Duration.ofHours(24);

  private static final int DELETE_BATCH_SIZE = 1000;

  /** How many rows of a long answer are in memory at once. */
  private static final int FETCH_SIZE = 1000;

  /** PostgreSQL counts in 64 bits, jOOQ in 32. */
  private static final Field<Long> COUNT = DSL.count().coerce(BIGINT);

  private static final RecordMapper<Record5<Long, String, Integer, String, Long>, Cat> TO_CAT =
      mapping(Cat::new);

  private final Configuration configuration;
  private final Configuration streams;

  private JooqCatStore(Configuration configuration, Configuration streams) {
    this.configuration = configuration;
    this.streams = streams;
  }

  /**
   * A store in transactions of its own.
   *
   * @param dataSource best a pool; its connections are set to commit by themselves
   */
  public static JooqCatStore on(DataSource dataSource) {
    return on(dataSource, dataSource);
  }

  /**
   * A store in transactions of its own, whose long calls leave the short ones their connections.
   *
   * @param dataSource for calls that are short
   * @param streams for {@link #each}, {@link #eachBreed} and {@link #addAll}, which hold a
   *     connection as long as the caller takes; of the same database
   */
  public static JooqCatStore on(DataSource dataSource, DataSource streams) {
    return new JooqCatStore(configuration(dataSource), configuration(streams));
  }

  private static Configuration configuration(DataSource dataSource) {
    return new DefaultConfiguration()
        .set(SQLDialect.POSTGRES)
        .set(new Settings().withExecuteLogging(false)) // at DEBUG it costs each row a table
        .set(new AutoCommitConnectionProvider(requireNonNull(dataSource)));
  }

  /**
   * A store that works where the configuration does, with its settings and listeners. In a
   * transaction of the caller's it begins and ends none of its own: what it writes is there once
   * the caller commits, and a failure leaves the transaction to the caller. PostgreSQL itself takes
   * nothing more in a transaction in which a statement failed; that {@link NoSuchCatException},
   * {@link StaleRevisionException} or {@link KeyReusedException} was thrown does not count as such.
   *
   * <p>While cats are added by {@link #addAll} the connection takes no other statement: there the
   * iterator must not use the same transaction.
   *
   * @param configuration of the dialect POSTGRES
   */
  public static JooqCatStore within(Configuration configuration) {
    return new JooqCatStore(requireNonNull(configuration), configuration);
  }

  /**
   * This store, but it logs each statement that takes at least so long, as a warning: its SQL
   * without the values, and the time. The time is that until the database answers with the first
   * rows, or fails; what the caller does with them is not in it, and neither is {@link #addAll},
   * which takes as long as its caller.
   *
   * @throws IllegalArgumentException if the threshold is not above zero
   */
  public JooqCatStore loggingSlowStatements(Duration threshold) {
    var slow = new SlowStatements(threshold);
    return new JooqCatStore(slow.listenIn(configuration), slow.listenIn(streams));
  }

  @Override
  public Cat add(NewCat cat) {
    requireNonNull(cat);
    try (StoreSession session = StoreSession.open(configuration)) {
      return session.write(
          () ->
              session
                  .dsl()
                  .insertInto(CATS, CATS.NAME, CATS.PRICE, CATS.BREED)
                  .values(cat.name(), cat.price(), cat.breed())
                  .returningResult(CATS.ID)
                  .fetchSingle(id -> cat.withId(id.value1())));
    }
  }

  @Override
  public Cat add(NewCat cat, IdempotencyKey key) {
    requireNonNull(cat);
    requireNonNull(key);
    try (StoreSession session = StoreSession.open(configuration)) {
      while (true) {
        Optional<Cat> added = session.write(() -> addOnce(session, cat, key));
        if (added.isPresent()) {
          return added.get();
        }
        Optional<Cat> first = session.run(() -> firstAnswer(session, key));
        if (first.isPresent()) {
          if (!first.get().equals(cat.withId(first.get().id()))) {
            throw new KeyReusedException(key);
          }
          return first.get();
        }
        // The key was there a moment ago and is not any more: it has just been cleared away.
      }
    }
  }

  /**
   * Writes the key and the cat in one statement; empty if the key is there. PostgreSQL lets the
   * statement wait until another one that has written the same key commits or fails.
   */
  private static Optional<Cat> addOnce(StoreSession session, NewCat cat, IdempotencyKey key) {
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
                    .values(
                        val(key.value()),
                        CATS_ID_SEQ.nextval(),
                        val(cat.name()),
                        val(cat.price()),
                        val(cat.breed()))
                    .onConflict(CATS_IDEMPOTENCY_KEYS.KEY)
                    .doNothing()
                    .returningResult(catId));
    return session
        .dsl()
        .with(newKey)
        .insertInto(CATS, CATS.ID, CATS.NAME, CATS.PRICE, CATS.BREED)
        .select(
            select(newKey.field(catId), val(cat.name()), val(cat.price()), val(cat.breed()))
                .from(newKey))
        .returningResult(CATS.ID)
        .queryTimeout(KEY_WAIT_SECONDS)
        .fetchOptional(id -> cat.withId(id.value1()));
  }

  private static Optional<Cat> firstAnswer(StoreSession session, IdempotencyKey key) {
    return session
        .dsl()
        .select(
            CATS_IDEMPOTENCY_KEYS.NAME,
            CATS_IDEMPOTENCY_KEYS.PRICE,
            CATS_IDEMPOTENCY_KEYS.BREED,
            CATS_IDEMPOTENCY_KEYS.CAT_ID)
        .from(CATS_IDEMPOTENCY_KEYS)
        .where(CATS_IDEMPOTENCY_KEYS.KEY.eq(key.value()))
        .fetchOptional(
            first ->
                new NewCat(first.value1(), first.value2(), first.value3()).withId(first.value4()));
  }

  /**
   * Forgets the idempotency keys that are older than this, by the database's clock. It goes in
   * portions that commit one by one, so that nobody waits for it long; those that are forgotten
   * when one fails stay so. Servers that do this at the same time can meet in a deadlock, which one
   * of them gives up as unavailable.
   *
   * @param age at least 24 hours: for so long keys are promised to be kept
   * @return how many keys were forgotten
   * @throws IllegalArgumentException if the age is below 24 hours
   * @throws dev.catstore.domain.StoreUnavailableException if the database is away or too busy
   * @throws dev.catstore.domain.OutcomeUnknownException if the connection was lost at a portion's
   *     commit
   */
  public long deleteExpiredKeys(Duration age) {
    if (age.compareTo(MIN_KEY_AGE) < 0) {
      throw new IllegalArgumentException("keys are kept for 24 hours at least, not for " + age);
    }
    Condition old =
        CATS_IDEMPOTENCY_KEYS.ADDED_AT.lt(
            currentOffsetDateTime().sub(val(DayToSecond.valueOf(age))));
    long forgotten = 0;
    try (StoreSession session = StoreSession.open(configuration)) {
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
        // Of age still: another server may have forgotten a key, and it may be in use again.
        forgotten +=
            session.write(
                () ->
                    session
                        .dsl()
                        .deleteFrom(CATS_IDEMPOTENCY_KEYS)
                        .where(CATS_IDEMPOTENCY_KEYS.KEY.eq(any(keys)).and(old))
                        .execute());
        if (keys.length < DELETE_BATCH_SIZE) {
          return forgotten;
        }
      }
    }
  }

  @Override
  public long addAll(Iterator<NewCat> cats) {
    requireNonNull(cats);
    try (StoreSession session = StoreSession.open(streams)) {
      session.begin();
      long added;
      try {
        added = copyIn(session, cats);
      } catch (Throwable failure) {
        session.rollback(failure);
        throw failure;
      }
      session.commit();
      return added;
    }
  }

  private static long copyIn(StoreSession session, Iterator<NewCat> cats) {
    CopyRows rows = CopyRows.begin(session);
    try {
      while (cats.hasNext()) {
        rows.add(cats.next());
      }
      return rows.end();
    } catch (Throwable failure) {
      rows.cancel(failure);
      throw failure;
    }
  }

  @Override
  public Optional<Cat> find(long id) {
    try (StoreSession session = StoreSession.open(configuration)) {
      return session.run(() -> selectCats(session, CATS.ID.eq(id)).fetchOptional(TO_CAT));
    }
  }

  @Override
  public Page page(PageRequest request) {
    Condition condition = matches(request.filter());
    CatSort sort = request.sort();
    if (request.after().isPresent()) {
      condition = condition.and(isAfter(request.after().get()));
    }
    Condition wanted = condition;
    try (StoreSession session = StoreSession.open(configuration)) {
      List<Cat> found =
          session.run(
              () ->
                  selectCats(session, wanted)
                      .orderBy(orderBy(sort))
                      .limit(request.limit() + 1)
                      .fetch(TO_CAT));
      return Page.of(found, request);
    }
  }

  @Override
  public <X extends Exception> void each(CatFilter filter, CatVisitor<X> visitor) throws X {
    requireNonNull(visitor);
    Condition wanted = matches(filter);
    visitRows(session -> selectCats(session, wanted).orderBy(CATS.ID), TO_CAT, visitor::visit);
  }

  @Override
  public Cat edit(CatRef which, CatEdit edit) {
    requireNonNull(edit);
    try (StoreSession session = StoreSession.open(configuration)) {
      Optional<Cat> edited =
          session.write(
              () -> {
                var update = session.dsl().update(CATS).set(CATS.REVISION, CATS.REVISION.plus(1));
                if (edit.name().isPresent()) {
                  update = update.set(CATS.NAME, edit.name().get());
                }
                if (edit.price().isPresent()) {
                  update = update.set(CATS.PRICE, edit.price().getAsInt());
                }
                if (edit.breed().isPresent()) {
                  update = update.set(CATS.BREED, edit.breed().get());
                }
                return update
                    .where(is(which))
                    .returningResult(CATS.ID, CATS.NAME, CATS.PRICE, CATS.BREED, CATS.REVISION)
                    .fetchOptional(TO_CAT);
              });
      if (edited.isEmpty()) {
        refuseIfStale(session, which);
        throw new NoSuchCatException(which.id());
      }
      return edited.get();
    }
  }

  @Override
  public boolean remove(CatRef which) {
    Condition condition = is(which);
    try (StoreSession session = StoreSession.open(configuration)) {
      int removed = session.write(() -> session.dsl().deleteFrom(CATS).where(condition).execute());
      if (removed == 0) {
        refuseIfStale(session, which);
      }
      return removed == 1;
    }
  }

  /** Tells a cat that is at another revision from one that is not there. */
  private static void refuseIfStale(StoreSession session, CatRef which) {
    if (which.revision().isPresent()
        && session.run(() -> session.dsl().fetchExists(CATS, CATS.ID.eq(which.id())))) {
      throw new StaleRevisionException(which);
    }
  }

  @Override
  public long count(CatFilter filter) {
    Condition condition = matches(filter);
    try (StoreSession session = StoreSession.open(configuration)) {
      return session.run(
          () ->
              session
                  .dsl()
                  .select(COUNT)
                  .from(CATS)
                  .where(condition)
                  .fetchSingle(count -> count.value1()));
    }
  }

  @Override
  public <X extends Exception> void eachBreed(BreedVisitor<X> visitor) throws X {
    requireNonNull(visitor);
    visitRows(
        session ->
            session
                .dsl()
                .select(CATS.BREED, COUNT, min(CATS.PRICE), sum(CATS.PRICE), max(CATS.PRICE))
                .from(CATS)
                .groupBy(CATS.BREED)
                .orderBy(CATS.BREED),
        mapping(
            (breed, count, min, sum, max) ->
                BreedSummary.of(breed, count, min, sum.longValueExact(), max)),
        visitor::visit);
  }

  /** What the rows of an answer are shown to. */
  @FunctionalInterface
  private interface RowVisitor<E, X extends Exception> {
    void visit(E row) throws X;
  }

  /**
   * Shows the rows of an answer one by one. In a transaction the driver fetches them in portions,
   * and all come from the snapshot that the one statement had when it began.
   */
  private <R extends org.jooq.Record, E, X extends Exception> void visitRows(
      Function<StoreSession, ResultQuery<R>> query,
      RecordMapper<? super R, E> mapper,
      RowVisitor<E, X> visitor)
      throws X {
    try (StoreSession session = StoreSession.open(streams)) {
      session.beginReading();
      try (org.jooq.Cursor<R> rows =
          session.run(() -> query.apply(session).fetchSize(FETCH_SIZE).fetchLazy())) {
        for (E row = next(session, rows, mapper); row != null; row = next(session, rows, mapper)) {
          visitor.visit(row);
        }
      }
    }
  }

  private static SelectConditionStep<Record5<Long, String, Integer, String, Long>> selectCats(
      StoreSession session, Condition condition) {
    return session
        .dsl()
        .select(CATS.ID, CATS.NAME, CATS.PRICE, CATS.BREED, CATS.REVISION)
        .from(CATS)
        .where(condition);
  }

  private static Condition is(CatRef which) {
    Condition condition = CATS.ID.eq(which.id());
    return which.revision().isPresent()
        ? condition.and(CATS.REVISION.eq(which.revision().getAsLong()))
        : condition;
  }

  private static Condition matches(CatFilter filter) {
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
  private static Condition isAfter(Cursor cursor) {
    boolean descending = cursor.sort().descending();
    return switch (cursor.sort().field()) {
      case ID -> descending ? CATS.ID.lt(cursor.id()) : CATS.ID.gt(cursor.id());
      case NAME -> isAfter(row(CATS.NAME, CATS.ID), row(cursor.key(), cursor.id()), descending);
      case PRICE -> isAfter(row(CATS.PRICE, CATS.ID), row(cursor.price(), cursor.id()), descending);
      case BREED -> isAfter(row(CATS.BREED, CATS.ID), row(cursor.key(), cursor.id()), descending);
    };
  }

  private static <T> Condition isAfter(
      Row2<T, Long> cat, Row2<T, Long> cursor, boolean descending) {
    return descending ? cat.lt(cursor) : cat.gt(cursor);
  }

  private static List<SortField<?>> orderBy(CatSort sort) {
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

  private static <R extends org.jooq.Record, E> @Nullable E next(
      StoreSession session, org.jooq.Cursor<R> rows, RecordMapper<? super R, E> mapper) {
    return session.run(() -> rows.fetchNext(mapper));
  }
}
