package dev.catstore.persistence.jooq;

import static dev.catstore.persistence.jooq.generated.Tables.CATS;
import static java.util.Objects.requireNonNull;
import static org.jooq.Records.mapping;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.min;
import static org.jooq.impl.DSL.row;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.val;

import dev.catstore.domain.BreedSummary;
import dev.catstore.domain.BreedVisitor;
import dev.catstore.domain.BulkCounts;
import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.BulkPut;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatSort;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.CatVisitor;
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
import org.jooq.Condition;
import org.jooq.Configuration;
import org.jooq.DSLContext;
import org.jooq.RecordMapper;
import org.jooq.ResultQuery;
import org.jooq.SQLDialect;
import org.jooq.SortField;
import org.jooq.conf.Settings;
import org.jooq.impl.DefaultConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * Cats in a PostgreSQL database, 15 or newer, whose schema {@link CatSchema} has brought up to
 * date.
 *
 * <p>Can be shared between threads if what it was made with can: a pool can, a single connection
 * cannot.
 */
public final class JooqCatStore implements CatStore {
  /** How long keys are promised to be kept. */
  private static final Duration MIN_KEY_AGE = Duration.ofHours(24);

  /** How many rows of a long result are in memory at once. */
  private static final int FETCH_SIZE = 1000;

  private final Configuration configuration;
  private final Configuration streams;

  /** For the calls about one cat; empty where they must go through the caller's jOOQ. */
  private final Optional<SingleCats> singles;

  private JooqCatStore(
      Configuration configuration, Configuration streams, Optional<SingleCats> singles) {
    this.configuration = configuration;
    this.streams = streams;
    this.singles = singles;
  }

  /**
   * A store with its own transactions.
   *
   * @param dataSource best a pool; its connections are set to auto-commit
   */
  public static JooqCatStore on(DataSource dataSource) {
    return on(dataSource, dataSource);
  }

  /**
   * A store with its own transactions, whose long calls leave the short ones their connections.
   *
   * @param dataSource for short calls
   * @param streams for what holds a connection as long as the caller takes: {@link #each}, {@link
   *     #eachBreed}, {@link #addAll}, {@link #putAll} and {@link #editAll}; of the same database
   */
  public static JooqCatStore on(DataSource dataSource, DataSource streams) {
    Configuration configuration = configuration(dataSource);
    return new JooqCatStore(
        configuration, configuration(streams), Optional.of(SingleCats.on(configuration)));
  }

  private static Configuration configuration(DataSource dataSource) {
    return new DefaultConfiguration()
        .set(SQLDialect.POSTGRES)
        .set(new Settings().withExecuteLogging(false)) // at DEBUG it renders every row
        .set(new AutoCommitConnectionProvider(requireNonNull(dataSource)));
  }

  /**
   * A store that works where the configuration does, with its settings and listeners. Within the
   * caller's transaction it begins and ends none of its own: what it writes is visible once the
   * caller commits, and a failure leaves the transaction to the caller. PostgreSQL accepts no more
   * statements in a transaction in which one failed; a {@link NoSuchCatException}, {@link
   * StaleRevisionException} or {@link KeyReusedException} is no such failure.
   *
   * <p>During {@link #addAll}, {@link #putAll} and {@link #editAll} the connection accepts no other
   * statement: the iterator must not use the same transaction.
   *
   * @param configuration of the dialect POSTGRES
   */
  public static JooqCatStore within(Configuration configuration) {
    return new JooqCatStore(requireNonNull(configuration), configuration, Optional.empty());
  }

  /**
   * This store, but it logs a warning for each statement that takes at least this long: its SQL
   * without the values, and the time until the first rows arrive or it fails. What the caller does
   * with the rows is not counted, and neither are the cats that {@link #addAll}, {@link #putAll}
   * and {@link #editAll} are given, which take as long as their caller.
   *
   * @throws IllegalArgumentException if the threshold is not above zero
   */
  public JooqCatStore loggingSlowStatements(Duration threshold) {
    var slow = new SlowStatements(threshold);
    return new JooqCatStore(
        slow.listenIn(configuration), slow.listenIn(streams), singles.map(it -> it.loggedBy(slow)));
  }

  /**
   * This store, but every call sends a statement of its own. Otherwise calls for single cats that
   * come while others are in progress may share one, which changes nothing but their speed.
   */
  public JooqCatStore withoutCoalescing() {
    return new JooqCatStore(configuration, streams, singles.map(SingleCats::withoutCoalescing));
  }

  @Override
  public Cat add(NewCat cat) {
    requireNonNull(cat);
    if (singles.isPresent()) {
      return singles.get().add(cat);
    }
    try (StoreSession session = StoreSession.open(configuration)) {
      return session.write(
          () ->
              CatSql.addCat(session.dsl(), val(cat.name()), val(cat.price()), val(cat.breed()))
                  .fetchSingle(id -> cat.withId(id.value1())));
    }
  }

  @Override
  public Cat add(NewCat cat, IdempotencyKey key) {
    requireNonNull(cat);
    requireNonNull(key);
    if (singles.isPresent()) {
      return singles.get().add(cat, key);
    }
    try (StoreSession session = StoreSession.open(configuration)) {
      return IdempotentWrites.add(session, cat, key);
    }
  }

  /**
   * Deletes the idempotency keys that are older than this, by the database's clock. It deletes in
   * batches that commit one by one, so that nobody waits long; if one fails, those before it stay
   * deleted. Servers that do this at the same time can deadlock, which one of them reports as
   * unavailable.
   *
   * @param age at least 24 hours: for so long keys are promised to be kept
   * @return how many keys were deleted
   * @throws IllegalArgumentException if the age is below 24 hours
   * @throws dev.catstore.domain.StoreUnavailableException if the database is away or too busy
   * @throws dev.catstore.domain.OutcomeUnknownException if the connection was lost at a batch's
   *     commit
   */
  public long deleteExpiredKeys(Duration age) {
    if (age.compareTo(MIN_KEY_AGE) < 0) {
      throw new IllegalArgumentException("keys are kept for at least 24 hours, not for " + age);
    }
    try (StoreSession session = StoreSession.open(configuration)) {
      return IdempotentWrites.deleteOlderThan(session, age);
    }
  }

  @Override
  public BulkCounts addAll(Iterator<NewCat> cats, BulkOptions options) {
    return BulkWrites.add(streams, cats, options);
  }

  @Override
  public BulkCounts putAll(Iterator<BulkPut> puts, BulkOptions options) {
    return BulkWrites.put(streams, puts, options);
  }

  @Override
  public BulkCounts editAll(Iterator<BulkEdit> edits, BulkOptions options) {
    return BulkWrites.edit(streams, edits, options);
  }

  @Override
  public Optional<Cat> find(long id) {
    if (singles.isPresent()) {
      return singles.get().find(id);
    }
    try (StoreSession session = StoreSession.open(configuration)) {
      return session.query(
          () -> CatSql.selectCats(session.dsl(), CATS.ID.eq(id)).fetchOptional(CatSql.TO_CAT));
    }
  }

  @Override
  public Page page(PageRequest request) {
    Condition condition = CatSql.matches(request.filter());
    CatSort sort = request.sort();
    if (request.after().isPresent()) {
      condition = condition.and(CatSql.isAfter(request.after().get()));
    }
    Condition wanted = condition;
    try (StoreSession session = StoreSession.open(configuration)) {
      List<Cat> found =
          session.query(
              () ->
                  CatSql.selectCats(session.dsl(), wanted)
                      .orderBy(CatSql.orderBy(sort))
                      .limit(request.limit() + 1)
                      .fetch(CatSql.TO_CAT));
      return Page.of(found, request);
    }
  }

  @Override
  public <X extends Exception> void each(CatFilter filter, CatSort sort, CatVisitor<X> visitor)
      throws X {
    requireNonNull(visitor);
    Condition wanted = CatSql.matches(filter);
    List<SortField<?>> order = CatSql.orderBy(sort);
    visitRows(
        session -> CatSql.selectCats(session.dsl(), wanted).orderBy(order),
        CatSql.TO_CAT,
        visitor::visit);
  }

  @Override
  public Cat edit(CatRef which, CatEdit edit) {
    requireNonNull(edit);
    if (singles.isPresent()) {
      return singles.get().edit(requireNonNull(which), edit);
    }
    try (StoreSession session = StoreSession.open(configuration)) {
      Optional<Cat> edited =
          session.write(
              () ->
                  CatSql.editCat(
                          session.dsl(),
                          val(edit.name().orElse(null), CATS.NAME),
                          val(edit.price().stream().boxed().findAny().orElse(null), CATS.PRICE),
                          val(edit.breed().orElse(null), CATS.BREED),
                          val(which.id()),
                          val(
                              which.revision().stream().boxed().findAny().orElse(null),
                              CATS.REVISION))
                      .fetchOptional(CatSql.TO_CAT));
      return edited.orElseThrow(() -> CatSql.refusal(session, which));
    }
  }

  @Override
  public boolean remove(CatRef which) {
    Condition condition = CatSql.is(which);
    try (StoreSession session = StoreSession.open(configuration)) {
      int removed = session.write(() -> session.dsl().deleteFrom(CATS).where(condition).execute());
      if (removed == 0) {
        CatSql.refuseIfStale(session, which);
      }
      return removed == 1;
    }
  }

  @Override
  public long count(CatFilter filter) {
    Condition condition = CatSql.matches(filter);
    try (StoreSession session = StoreSession.open(configuration)) {
      return session.query(
          () ->
              session
                  .dsl()
                  .select(CatSql.COUNT)
                  .from(CATS)
                  .where(condition)
                  .fetchSingle(count -> count.value1()));
    }
  }

  /** PostgreSQL's own estimate for the plan of the filter, from its statistics of the table. */
  @Override
  public long estimateCount(CatFilter filter) {
    Condition condition = CatSql.matches(filter);
    try (StoreSession session = StoreSession.open(configuration)) {
      return session.query(
          () -> {
            DSLContext dsl = session.dsl();
            return Math.round(dsl.explain(dsl.selectOne().from(CATS).where(condition)).rows());
          });
    }
  }

  @Override
  public <X extends Exception> void eachBreed(BreedVisitor<X> visitor) throws X {
    requireNonNull(visitor);
    visitRows(
        session ->
            session
                .dsl()
                .select(CATS.BREED, CatSql.COUNT, min(CATS.PRICE), sum(CATS.PRICE), max(CATS.PRICE))
                .from(CATS)
                .groupBy(CATS.BREED)
                .orderBy(CATS.BREED),
        mapping(
            (breed, count, min, sum, max) ->
                BreedSummary.of(breed, count, min, sum.longValueExact(), max)),
        visitor::visit);
  }

  /** Receives the rows of a result. */
  @FunctionalInterface
  private interface RowVisitor<E, X extends Exception> {
    void visit(E row) throws X;
  }

  /**
   * Shows the rows of a result one by one. In a transaction the driver fetches them in batches, and
   * all come from the snapshot that the one statement had when it began.
   */
  private <R extends org.jooq.Record, E, X extends Exception> void visitRows(
      Function<StoreSession, ResultQuery<R>> query,
      RecordMapper<? super R, E> mapper,
      RowVisitor<E, X> visitor)
      throws X {
    try (StoreSession session = StoreSession.open(streams)) {
      session.beginReading();
      try (org.jooq.Cursor<R> rows =
          session.query(() -> query.apply(session).fetchSize(FETCH_SIZE).fetchLazy())) {
        for (E row = next(session, rows, mapper); row != null; row = next(session, rows, mapper)) {
          visitor.visit(row);
        }
      }
    }
  }

  private static <R extends org.jooq.Record, E> @Nullable E next(
      StoreSession session, org.jooq.Cursor<R> rows, RecordMapper<? super R, E> mapper) {
    return session.query(() -> rows.fetchNext(mapper));
  }
}
