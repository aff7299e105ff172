package dev.catstore.persistence.jooq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.domain.Cat;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.KeyReusedException;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.support.MigratedDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExpiredKeyDeletionTest {
  private static final Duration DAY = Duration.ofHours(24);
  private static final IdempotencyKey KEY = new IdempotencyKey("key");
  private static final NewCat TOM = new NewCat("Tom", 100, "manx");
  private static final NewCat FELIX = new NewCat("Felix", 200, "bengal");

  private final MigratedDatabase database = new MigratedDatabase();
  private final JooqCatStore store = database.store();

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void forgetKeys_ofTheirAge_areForgottenAndTheCatStays() throws Exception {
    Cat tom = store.add(TOM, KEY);
    age("24 hours 1 second");

    assertThat(store.deleteExpiredKeys(DAY)).isEqualTo(1);

    assertThat(store.find(tom.id())).contains(tom);
    assertThat(store.add(FELIX, KEY).name()).isEqualTo("Felix");
  }

  @Test
  void forgetKeys_younger_areKept() throws Exception {
    Cat tom = store.add(TOM, KEY);
    age("23 hours 59 minutes");

    assertThat(store.deleteExpiredKeys(DAY)).isZero();

    assertThat(store.add(TOM, KEY)).isEqualTo(tom);
    assertThatThrownBy(() -> store.add(FELIX, KEY)).isInstanceOf(KeyReusedException.class);
  }

  @Test
  void forgetKeys_ofManyPortions_forgetsAll() throws Exception {
    database.execute(
        "insert into cats_idempotency_keys (key, cat_id, name, price, breed, added_at)"
            + " select 'old ' || i, i, 'Tom', 1, 'manx', now() - interval '2 days'"
            + " from generate_series(1, 2500) i");
    store.add(TOM, KEY);

    assertThat(store.deleteExpiredKeys(DAY)).isEqualTo(2500);

    assertThat(database.query("select key from cats_idempotency_keys")).isEqualTo("key");
  }

  @Test
  void forgetKeys_aPortionThatFails_leavesThoseBeforeForgotten() throws Exception {
    database.execute(
        "insert into cats_idempotency_keys (key, cat_id, name, price, breed, added_at)"
            + " select 'old ' || i, i, 'Tom', 1, 'manx', now() - interval '2 days' + i * interval '1 s'"
            + " from generate_series(1, 1500) i");
    try (Connection other = database.connection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("select from cats_idempotency_keys where key = 'old 1200' for key share");
      try (Connection impatient = database.connection()) {
        impatient.createStatement().execute("set lock_timeout = '100ms'");
        var within = JooqCatStore.within(DSL.using(impatient, SQLDialect.POSTGRES).configuration());
        assertThatThrownBy(() -> within.deleteExpiredKeys(DAY))
            .isInstanceOf(StoreUnavailableException.class);
      }
    }
    assertThat(database.query("select count(*) from cats_idempotency_keys")).isEqualTo("500");
  }

  @Test
  void forgetKeys_withinTheDay_isRefused() {
    assertThatThrownBy(() -> store.deleteExpiredKeys(DAY.minusNanos(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("keys are kept for at least 24 hours, not for PT23H59M59.999999999S");
  }

  private void age(String interval) throws Exception {
    database.execute(
        "update cats_idempotency_keys set added_at = added_at - interval '" + interval + "'");
  }
}
