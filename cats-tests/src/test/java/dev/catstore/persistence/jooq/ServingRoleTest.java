package dev.catstore.persistence.jooq;

import static dev.catstore.persistence.jooq.CatSchemaAdoptionTest.execute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.BulkPut;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.PageRequest;
import dev.catstore.support.Slow;
import dev.catstore.support.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * One role owns the schema and migrates it; another one serves, with the rights that
 * docs/production.md grants.
 */
@Slow
class ServingRoleTest {
  private static final NewCat TOM = new NewCat("Tom", 500, "manx");
  private static final AtomicInteger ROLES = new AtomicInteger();

  private final DataSource owner = TestPostgres.newDatabase();
  private final String role = "serving_" + ROLES.incrementAndGet();

  ServingRoleTest() {
    execute(owner, "create role " + role + " login");
  }

  @Test
  void store_ofTheServingRole_doesEverything() throws IOException {
    CatSchema.migrate(owner);
    grant();

    CatSchema.migrate(serving());
    assertThat(CatSchema.missingRights(serving())).isEmpty();
    JooqCatStore store = JooqCatStore.on(serving());

    Cat cat = store.add(TOM);
    Cat keyed = store.add(TOM, new IdempotencyKey("one"));
    assertThat(store.add(TOM, new IdempotencyKey("one"))).isEqualTo(keyed);
    assertThat(store.addAll(List.of(TOM, TOM).iterator())).isEqualTo(2);
    assertThat(store.edit(cat.ref(), CatEdit.price(7)).revision()).isEqualTo(2);
    assertThat(store.remove(keyed.ref())).isTrue();
    assertThat(store.find(cat.id())).isPresent();
    assertThat(store.page(PageRequest.FIRST).cats()).hasSize(3);
    assertThat(store.count(CatFilter.ALL.withNamePart("TO"))).isEqualTo(3);
    var shown = new AtomicInteger();
    store.each(CatFilter.ALL, it -> shown.incrementAndGet());
    store.eachBreed(it -> shown.incrementAndGet());
    assertThat(shown).hasValue(4);
    var put = new BulkPut(CatRef.of(cat.id() + 1_000), TOM, 1);
    assertThat(store.putAll(List.of(put).iterator(), BulkOptions.NONE).added()).isOne();
    var edit = new BulkEdit(put.which(), CatEdit.price(7), 1);
    var key = BulkOptions.under(new IdempotencyKey("two"));
    assertThat(store.editAll(List.of(edit).iterator(), key).changed()).isOne();
    assertThat(store.estimateCount(CatFilter.ALL)).isNotNegative();
    assertThat(store.deleteExpiredKeys(Duration.ofDays(1))).isZero();
  }

  @Test
  void migrate_byTheServingRoleWhereSomethingIsToBeDone_saysWhoseWorkItIs() {
    DataSource serving = serving();

    assertThatThrownBy(() -> CatSchema.migrate(serving))
        .isInstanceOf(SchemaException.class)
        .hasMessageEndingWith(
            "use the role that owns the schema, or grant this one the rights of one that serves");
  }

  @Test
  void missingRights_ofARoleWithoutSomeOfThem_areNamed() throws IOException {
    CatSchema.migrate(owner);
    grant();
    execute(
        owner,
        "revoke delete on cats from %1$s; revoke update on cats_id_seq from %1$s".formatted(role));

    assertThat(CatSchema.missingRights(serving()))
        .containsExactlyInAnyOrder("delete on cats", "update on sequence cats_id_seq");
  }

  /** As docs/production.md tells the owner to. */
  private void grant() throws IOException {
    List<String> grants =
        Files.readString(Path.of("../docs/production.md"))
            .lines()
            .filter(line -> line.startsWith("    grant "))
            .toList();
    assertThat(grants).hasSize(3);
    execute(owner, String.join("", grants).replace("cats_app", role));
  }

  private DataSource serving() {
    var serving = new PGSimpleDataSource();
    serving.setUrl(((PGSimpleDataSource) owner).getUrl());
    serving.setUser(role);
    return serving;
  }
}
