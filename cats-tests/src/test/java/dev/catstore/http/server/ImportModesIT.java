package dev.catstore.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.BulkCounts;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.OutcomeUnknownException;
import dev.catstore.support.CommandProcess;
import dev.catstore.support.ForwardingCatStore;
import dev.catstore.support.TestPostgres;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Imports of the packaged jar that put and edit, are tried first, and are sent again. */
@Timeout(300)
class ImportModesIT extends CommandLineTestCase {
  private static final String TRIED_FIRST = "; checked in ";

  /** A store that does what it is asked, and then is lost for so many calls. */
  private static final class LosingStore extends ForwardingCatStore {
    private final AtomicInteger losses;

    LosingStore(int losses) {
      super(new InMemoryCatStore());
      this.losses = new AtomicInteger(losses);
    }

    @Override
    public BulkCounts addAll(Iterator<NewCat> cats, BulkOptions options) {
      BulkCounts counts = super.addAll(cats, options);
      if (losses.getAndDecrement() > 0) {
        throw new OutcomeUnknownException("lost", null);
      }
      return counts;
    }
  }

  // Put

  @Test
  void put_ofAnExportIntoAnEmptyDatabase_isTheSameExport() throws Exception {
    CatStore store = store(postgres);
    store.addAll(CATS.iterator());
    store.edit(CatRef.of(2), CatEdit.price(5));
    store.remove(CatRef.of(1));
    assertDone(run(postgres, "export", "cats.csv"), "exported 2 cats in ");
    DataSource empty = TestPostgres.newDatabase();
    assertDone(
        run(empty, "import", "--mode", "put", "cats.csv"), "added 2, changed 0, unchanged 0 in ");
    assertThat(run(empty, "export", "-q").output())
        .isEqualTo(Files.readString(folder.resolve("cats.csv")));
    assertThat(store(empty).add(CATS.get(0)).id()).isGreaterThan(3);
  }

  @Test
  void put_ofAnEditedExport_countsWhatItDid() throws Exception {
    CatStore store = store(postgres);
    store.addAll(CATS.iterator());
    write(
        "cats.csv",
        "id,name,price,breed,revision\n1,Tom,1,manx,1\n3,tomcat,7,manx,1\n7,Mia,2,x,\n");
    assertDone(
        run(postgres, "import", "--mode=put", "--dry-run", "cats.csv"),
        "would add 1, change 1 and leave 1 unchanged" + TRIED_FIRST);
    assertThat(cats(store)).isEqualTo(CATS);
    assertDone(
        run(postgres, "import", "--mode=put", "cats.csv"), "added 1, changed 1, unchanged 1 in ");
    assertThat(store.find(1)).hasValueSatisfying(cat -> assertThat(cat.revision()).isEqualTo(2));
  }

  @Test
  void put_ofCatsThatOthersChanged_namesTheFirstTwentyAndDoesNothing() throws Exception {
    CatStore store = store(postgres);
    store.addAll(Collections.nCopies(25, CATS.get(0)).iterator());
    assertDone(run(postgres, "export", "cats.json"), "exported 25 cats in ");
    for (int id = 2; id <= 25; id++) {
      store.edit(CatRef.of(id), CatEdit.price(id));
    }
    var end = run(postgres, "import", "--mode=put", "cats.json");
    assertThat(end.exitCode()).isEqualTo(1);
    assertThat(end.errors().lines())
        .hasSize(22)
        .startsWith(
            "cats: cats.json is refused, and nothing was done:",
            "  index 1: cat 2 is at another revision")
        .endsWith("  and 4 more");
  }

  // Edit

  @Test
  void edit_ofPrices_changesThemAlone() throws Exception {
    CatStore store = store(postgres);
    store.addAll(CATS.iterator());
    write("prices.csv", "id,price\n1,70\n3,71\n");
    assertDone(
        run(postgres, "import", "--mode=edit", "--dry-run", "prices.csv"),
        "would change 2 cats" + TRIED_FIRST);
    assertThat(cats(store)).isEqualTo(CATS);
    assertDone(run(postgres, "import", "--mode=edit", "prices.csv"), "changed 2 cats in ");
    assertThat(cats(store))
        .containsExactly(
            new NewCat("Tom", 70, "manx"), CATS.get(1), new NewCat("tomcat", 71, "manx"));
  }

  @Test
  void edit_byAServer_namesTheLinesOfWhatIsRefused() throws Exception {
    var store = new InMemoryCatStore();
    store.addAll(CATS.iterator());
    write("gone.csv", "id,price\n\n1,70\n\n9,71\n");
    write("twice.csv", "id,price\n\n1,70\n2,71\n1,72\n");
    try (TestServer server = TestServer.start(store)) {
      assertThat(edit("gone.csv", server))
          .isEqualTo(refused("gone.csv", "line 5: there is no cat 9"));
      assertThat(edit("twice.csv", server))
          .isEqualTo(refused("twice.csv", "line 5: id 1 comes again, after line 3"));
    }
    assertThat(cats(store)).isEqualTo(CATS);
  }

  @Test
  void edit_withoutIds_isWrong() throws Exception {
    write("prices.csv", "name,price\nTom,70\n");
    var end = run(postgres, "import", "--mode=edit", "prices.csv");
    assertThat(end.exitCode()).isEqualTo(1);
    assertThat(end.errors())
        .startsWith("cats: prices.csv is wrong, and nothing was done:")
        .contains("line 1: ", "id");
  }

  // Add

  @Test
  void add_asADryRun_addsNothing() throws Exception {
    write("cats.csv", HEADER + "Tom,1,manx\n");
    assertDone(run(postgres, "import", "cats.csv", "--dry-run"), "would add 1 cat" + TRIED_FIRST);
    assertThat(cats(store(postgres))).isEmpty();
    CatStore store = new InMemoryCatStore();
    try (TestServer server = TestServer.start(store)) {
      assertDone(
          run(postgres, "import", "cats.csv", "--dry-run", "--url", url(server)),
          "would add 1 cat" + TRIED_FIRST);
    }
    assertThat(cats(store)).isEmpty();
  }

  @Test
  void add_underAKeyAgain_addsNothingMore() throws Exception {
    write("cats.csv", HEADER + "Tom,1,manx\n");
    write("others.csv", HEADER + "Mia,1,manx\n");
    assertDone(run(postgres, "import", "cats.csv", "--key", "monday"), "added 1 cat in ");
    assertDone(run(postgres, "import", "cats.csv", "--key", "monday"), "added 1 cat in ");
    assertRefused(
        1,
        run(postgres, "import", "others.csv", "--key", "monday"),
        "nothing was done: the idempotency key monday was used for something else");
    assertThat(cats(store(postgres))).containsExactly(new NewCat("Tom", 1, "manx"));
  }

  // Lost connections

  @Test
  void add_ofAFileToAServerThatIsLostOnce_isSentAgainUnderTheKeyThatItShows() throws Exception {
    write("cats.csv", HEADER + "Tom,1,manx\nMia,2,manx\n");
    CatStore store = new LosingStore(1);
    try (TestServer server = TestServer.start(store)) {
      var end = run(postgres, "import", "cats.csv", "--url", url(server));
      assertThat(end.errors())
          .matches(
              "cats: idempotency key ([0-9a-f-]{36}); after a lost connection repeat the same"
                  + " command with --key \\1\nadded 2 cats in .*\n");
      assertThat(end.exitCode()).isZero();
    }
    assertThat(cats(store)).hasSize(2);
  }

  @Test
  void add_ofAFileToAServerThatIsLost_namesTheKeyWithWhichToAsk() throws Exception {
    write("cats.csv", HEADER + "Tom,1,manx\n");
    CatStore store = new LosingStore(3);
    try (TestServer server = TestServer.start(store)) {
      var end = run(postgres, "import", "cats.csv", "-q", "--url", url(server));
      assertRefused(
          1,
          end,
          "it is unknown whether everything was done, or nothing: repeat the same command with"
              + " --key ");
      String key = end.errors().replaceFirst("(?s).*--key ([0-9a-f-]{36}),.*", "$1");
      assertDone(
          run(postgres, "import", "cats.csv", "--key", key, "--url", url(server)),
          "added 1 cat in ");
    }
    assertThat(cats(store)).hasSize(1);
  }

  @Test
  void add_ofStandardInputToAServerThatIsLost_isSentOnce() throws Exception {
    CatStore store = new LosingStore(1);
    String[] arguments = {"import", "-", "--format=ndjson", "--key=monday", "--url"};
    try (TestServer server = TestServer.start(store)) {
      assertRefused(
          1,
          runWithInput(url(server), arguments),
          "repeat the same command with --key monday, which does it only once");
      assertDone(runWithInput(url(server), arguments), "added 1 cat in ");
    }
    assertThat(cats(store)).hasSize(1);
  }

  private CommandProcess.End edit(String file, TestServer server) throws Exception {
    return run(postgres, "import", "--mode=edit", file, "-q", "--url", url(server));
  }

  private static CommandProcess.End refused(String file, String line) {
    return new CommandProcess.End(
        1, "", "cats: %s is refused, and nothing was done:\n  %s\n".formatted(file, line));
  }

  private CommandProcess.End runWithInput(String url, String... arguments) throws Exception {
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = url;
    write("input", "{\"name\":\"Tom\",\"price\":1,\"breed\":\"manx\"}\n");
    return CommandProcess.runInShell(Map.of(), folder, "< input", all);
  }

  private static String url(TestServer server) {
    return server.uri().toString();
  }

  private void write(String file, String text) throws Exception {
    Files.writeString(folder.resolve(file), text);
  }
}
