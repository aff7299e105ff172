package dev.catstore.persistence.jooq;

import dev.catstore.support.Slow;
import dev.catstore.support.SmallHeap;
import dev.catstore.support.TestPostgres;
import java.sql.DriverManager;
import javax.sql.DataSource;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A million cats in and out, as many breeds, and some puts and edits, by a process with a heap of
 * 64 MB.
 */
@Slow
class SmallHeapTest {
  private static final int CATS = 1_000_000;

  @Test
  void manyCats_inAndOut_runInASmallHeap() throws Exception {
    DataSource database = TestPostgres.newDatabase();
    CatSchema.migrate(database);
    SmallHeap.run(
        "64m", SmallHeapTest.class, CATS, database.unwrap(PGSimpleDataSource.class).getURL());
  }

  /** Runs in the process with the small heap. */
  public static void main(String[] arguments) throws Exception {
    try (var connection = DriverManager.getConnection(arguments[0], "postgres", "postgres")) {
      SmallHeap.exercise(
          JooqCatStore.within(DSL.using(connection, SQLDialect.POSTGRES).configuration()), CATS);
    }
  }
}
