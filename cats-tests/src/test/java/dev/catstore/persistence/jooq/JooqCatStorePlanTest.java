package dev.catstore.persistence.jooq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatSort;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.Cursor;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.PageRequest;
import dev.catstore.support.MigratedDatabase;
import dev.catstore.support.Slow;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.Query;
import org.jooq.SQLDialect;
import org.jooq.conf.ParamType;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultExecuteListenerProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What PostgreSQL does for a page, on a table of a million cats. */
@Slow
@TestInstance(Lifecycle.PER_CLASS)
class JooqCatStorePlanTest {
  private static final int CATS = 1_000_000;
  private static final int LIMIT = 100;
  private static final Pattern BLOCKS = Pattern.compile("shared (?:hit=(\\d+))?(?: ?read=(\\d+))?");

  private final MigratedDatabase database = new MigratedDatabase();
  private final List<String> statements = new ArrayList<>();
  private final CatStore store = listeningStore();

  @BeforeAll
  void addCats() throws Exception {
    store.addAll(
        IntStream.range(0, CATS)
            .mapToObj(i -> new NewCat("cat " + (i * 7919L % CATS), i % 5000, "breed " + i % 50))
            .iterator());
    database.execute("vacuum analyze cats");
  }

  @AfterAll
  void close() {
    database.close();
  }

  static List<PageRequest> requests() {
    List<PageRequest> requests = new ArrayList<>();
    for (CatSort.Field field : CatSort.Field.values()) {
      requests.add(PageRequest.FIRST.withSort(CatSort.ascending(field)));
      requests.add(PageRequest.FIRST.withSort(CatSort.descending(field)));
    }
    requests.add(PageRequest.FIRST.withFilter(CatFilter.ALL.withBreed("breed 7")));
    return requests;
  }

  @ParameterizedTest
  @MethodSource("requests")
  void page_anywhere_readsItsOwnRowsFromTheIndexOfItsSort(PageRequest first) throws Exception {
    String firstPlan = planOf(first);
    var far = store.page(first.withLimit(1).withAfter(farCursor(first))).cats().get(0);
    String farPlan = planOf(first.withAfter(Cursor.after(far, first.sort())));

    for (String plan : List.of(firstPlan, farPlan)) {
      assertThat(plan).contains("Index").doesNotContain("Seq Scan").doesNotContain("Sort");
    }
    // A row of the table and one of the index each, at the most, and the way down the index.
    assertThat(blocks(farPlan)).isLessThan(3 * LIMIT);
  }

  @Test
  void page_ofAPartOfTheName_findsItByItsTrigrams() throws Exception {
    CatFilter filter = CatFilter.ALL.withNamePart("CAT 77777");
    statements.clear();
    assertThat(store.page(PageRequest.FIRST.withFilter(filter)).cats()).hasSize(11);
    String plan =
        database.query("explain (analyze, buffers, costs off, timing off) " + statements.get(0));

    assertThat(plan).contains("cats_name_trigrams_idx").doesNotContain("Seq Scan");
    assertThat(blocks(plan)).isLessThan(CATS / 100);
  }

  /** The place of the 900,000th cat. */
  private Cursor farCursor(PageRequest request) throws Exception {
    CatSort sort = request.sort();
    String direction = sort.descending() ? " desc" : "";
    String field = sort.toString().replace("-", "");
    String breed = request.filter().breed().map(it -> " where breed = '" + it + "'").orElse("");
    long offset = breed.isEmpty() ? CATS * 9L / 10 : CATS * 9L / 10 / 50;
    long id =
        Long.parseLong(
            database.query(
                "select id from cats%s order by %s%s, id%s offset %d limit 1"
                    .formatted(breed, field, direction, direction, offset)));
    return Cursor.after(store.find(id).orElseThrow(), sort);
  }

  private String planOf(PageRequest request) throws Exception {
    statements.clear();
    assertThat(store.page(request.withLimit(LIMIT)).cats()).hasSize(LIMIT);
    return database.query("explain (analyze, buffers, costs off, timing off) " + statements.get(0));
  }

  private static int blocks(String plan) {
    Matcher matcher = BLOCKS.matcher(plan);
    assertThat(matcher.find()).as(plan).isTrue();
    int blocks = 0;
    for (int group = 1; group <= 2; group++) {
      blocks += matcher.group(group) == null ? 0 : Integer.parseInt(matcher.group(group));
    }
    return blocks;
  }

  /** The store, with its statements written down as they go to the database. */
  private CatStore listeningStore() {
    var listener =
        new ExecuteListener() {
          @Override
          public void executeStart(ExecuteContext context) {
            Query query = context.query();
            if (query != null) {
              statements.add(query.getSQL(ParamType.INLINED));
            }
          }
        };
    return JooqCatStore.within(
        DSL.using(database.pool(), SQLDialect.POSTGRES)
            .configuration()
            .derive(new DefaultExecuteListenerProvider(listener)));
  }
}
