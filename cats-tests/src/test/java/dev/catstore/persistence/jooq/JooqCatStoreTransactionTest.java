package dev.catstore.persistence.jooq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.NoSuchCatException;
import dev.catstore.support.MigratedDatabase;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jooq.ExecuteContext;
import org.jooq.ExecuteListener;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jooq.impl.DefaultExecuteListenerProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A store in its caller's transaction. */
class JooqCatStoreTransactionTest {
  private static final NewCat TOM = new NewCat("Tom", 100, "bengal");

  private final MigratedDatabase database = new MigratedDatabase();
  private final CatStore outside = database.store();

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void everyWrite_inATransactionOfJooq_isThereOnceItCommits() {
    DSL.using(database.pool(), SQLDialect.POSTGRES)
        .transaction(
            configuration -> {
              CatStore store = JooqCatStore.within(configuration);
              Cat cat = store.add(TOM);
              store.edit(cat.ref(), CatEdit.price(5));
              store.add(TOM, new IdempotencyKey("k"));
              assertThat(store.addAll(List.of(TOM, TOM).iterator())).isEqualTo(2);
              assertThat(store.count(CatFilter.ALL)).isEqualTo(4);
              assertThat(outside.count(CatFilter.ALL)).isZero();
            });
    assertThat(outside.count(CatFilter.ALL)).isEqualTo(4);
  }

  @Test
  void everyWrite_inATransactionThatIsRolledBack_isGone() {
    assertThatThrownBy(
            () ->
                DSL.using(database.pool(), SQLDialect.POSTGRES)
                    .transaction(
                        configuration -> {
                          CatStore store = JooqCatStore.within(configuration);
                          store.add(TOM);
                          store.addAll(List.of(TOM).iterator());
                          store.add(TOM, new IdempotencyKey("k"));
                          throw new IllegalStateException("rolled back");
                        }))
        .hasMessage("rolled back");
    assertThat(outside.count(CatFilter.ALL)).isZero();
  }

  @Test
  void aFailure_onAConnectionOfTheCallers_leavesItsTransactionToIt() throws Exception {
    try (Connection connection = database.connection()) {
      connection.setAutoCommit(false);
      CatStore store =
          JooqCatStore.within(DSL.using(connection, SQLDialect.POSTGRES).configuration());
      store.add(TOM);
      assertThatThrownBy(() -> store.edit(CatRef.of(Long.MAX_VALUE), CatEdit.price(1)))
          .isInstanceOf(NoSuchCatException.class);
      assertThatThrownBy(() -> store.addAll(failingAfter(3))).hasMessage("broken");
      assertThat(store.count(CatFilter.ALL)).isOne();
      assertThatThrownBy(
              () ->
                  store.each(
                      CatFilter.ALL,
                      cat -> {
                        store.edit(cat.ref(), CatEdit.price(9));
                        throw new IllegalStateException("enough");
                      }))
          .hasMessage("enough");
      assertThat(connection.getAutoCommit()).isFalse();
      connection.commit();
    }
    List<Integer> prices = new ArrayList<>();
    outside.each(CatFilter.ALL, cat -> prices.add(cat.price()));
    assertThat(prices).containsExactly(9);
  }

  @Test
  void everyStatement_goesThroughTheListenersOfTheConfiguration() {
    var statements = new AtomicInteger();
    var configuration =
        DSL.using(database.pool(), SQLDialect.POSTGRES)
            .configuration()
            .derive(
                new DefaultExecuteListenerProvider(
                    new ExecuteListener() {
                      @Override
                      public void executeStart(ExecuteContext context) {
                        statements.incrementAndGet();
                      }
                    }));
    CatStore store = JooqCatStore.within(configuration);
    store.find(store.add(TOM).id());
    assertThat(statements).hasValue(2);
  }

  @Test
  void aPool_whoseConnectionsDoNotCommitByThemselves_losesNothing() throws Exception {
    var config = new HikariConfig();
    config.setDataSource(database.pool());
    config.setAutoCommit(false);
    try (var pool = new HikariDataSource(config)) {
      JooqCatStore.on(pool).add(TOM);
      assertThat(outside.count(CatFilter.ALL)).isOne();
      try (Connection connection = pool.getConnection()) {
        assertThat(connection.getAutoCommit()).isFalse();
      }
    }
  }

  private static Iterator<NewCat> failingAfter(int cats) {
    return new Iterator<>() {
      private int pulled;

      @Override
      public boolean hasNext() {
        return true;
      }

      @Override
      public NewCat next() {
        if (pulled++ == cats) {
          throw new IllegalStateException("broken");
        }
        return TOM;
      }
    };
  }
}
