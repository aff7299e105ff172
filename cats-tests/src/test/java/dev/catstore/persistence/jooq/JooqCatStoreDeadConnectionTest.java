package dev.catstore.persistence.jooq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.PageRequest;
import dev.catstore.domain.QueryTimeoutException;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.support.MigratedDatabase;
import dev.catstore.support.Slow;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections of a pool that can no longer be used. */
@Slow
@Timeout(120)
class JooqCatStoreDeadConnectionTest {
  private static final NewCat TOM = new NewCat("Tom", 100, "bengal");

  private final MigratedDatabase database = new MigratedDatabase(1);
  private final HikariDataSource pool = database.pool();
  private final JooqCatStore store = database.store();

  @AfterEach
  void close() {
    database.close();
  }

  private void terminate() {
    execute(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()");
  }

  private void execute(String sql) {
    try {
      database.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Of the pool's only connection. */
  private void set(String sql) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void imports_whoseConnectionDiedIdle_failAtMostOnce() {
    store.add(TOM);
    for (int i = 0; i < 3; i++) {
      terminate();
      try {
        assertThat(store.addAll(List.of(TOM).iterator())).isOne();
      } catch (StoreUnavailableException e) {
        assertThat(store.addAll(List.of(TOM).iterator())).isOne();
      }
    }
    assertThat(store.count(CatFilter.ALL)).isEqualTo(4);
  }

  @Test
  void add_onAServerThatHasBecomeReadOnly_isUnavailableAndTheConnectionLeaves() throws Exception {
    set("set default_transaction_read_only = on");

    assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> store.add(TOM));
    assertThat(store.add(TOM).revision()).isEqualTo(1);

    set("set default_transaction_read_only = on");
    assertThatExceptionOfType(StoreUnavailableException.class)
        .isThrownBy(() -> store.addAll(List.of(TOM).iterator()));
    assertThat(store.addAll(List.of(TOM).iterator())).isOne();
  }

  @Test
  void each_afterTheTableWasAltered_isUnavailableAtMostOnce() throws Exception {
    store.add(TOM);
    for (int i = 0; i < 10; i++) {
      store.each(CatFilter.ALL, cat -> {});
    }
    database.execute("alter table cats alter column price type bigint");
    try {
      store.each(CatFilter.ALL, cat -> {});
    } catch (StoreUnavailableException e) {
      assertThat(e).hasStackTraceContaining("cached plan");
    }
    store.each(CatFilter.ALL, cat -> assertThat(cat.name()).isEqualTo("Tom"));
  }

  @Test
  void reads_thatTakeTooLong_areToldAsThat() throws Exception {
    set("set statement_timeout = 200");
    try (Connection other = database.connection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("lock table cats in access exclusive mode");

      assertThatExceptionOfType(QueryTimeoutException.class)
          .isThrownBy(() -> store.page(PageRequest.FIRST));
      assertThatExceptionOfType(QueryTimeoutException.class)
          .isThrownBy(() -> store.count(CatFilter.ALL));
      assertThatExceptionOfType(QueryTimeoutException.class)
          .isThrownBy(() -> store.each(CatFilter.ALL, cat -> {}));
      assertThatExceptionOfType(StoreUnavailableException.class).isThrownBy(() -> store.add(TOM));
    }
  }
}
