package dev.catstore.http.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.CatVisitor;
import dev.catstore.domain.NewCat;
import dev.catstore.http.server.auth.Role;
import dev.catstore.http.server.auth.Tokens;
import dev.catstore.persistence.jooq.CatSchema;
import dev.catstore.persistence.jooq.JooqCatStore;
import dev.catstore.support.CommandProcess;
import dev.catstore.support.ExternalDatabase;
import dev.catstore.support.ServerProcess;
import dev.catstore.support.TestPostgres;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Import and export as an operator runs them. */
@Timeout(300)
class CommandLineIT {
  private static final List<NewCat> CATS =
      List.of(
          new NewCat("Tom", 0, "manx"),
          new NewCat("a \"quoted\", name", Integer.MAX_VALUE, "\uD83D\uDC31 \u20AC"),
          new NewCat("tomcat", 7, "manx"));
  private static final String HEADER = "name,price,breed\n";
  private static final String EXPORT_HEADER = "id,name,price,breed,revision\r\n";

  @TempDir private Path folder;
  private final DataSource postgres = TestPostgres.newDatabase();

  @ParameterizedTest
  @ValueSource(strings = {"cats.csv", "cats.csv.gz", "cats.ndjson", "cats.jsonl.gz"})
  void export_importedIntoAnEmptyDatabase_isTheSameCats(String file) throws Exception {
    store(postgres).addAll(CATS.iterator());
    assertDone(run(postgres, "export", file), "exported 3 cats in ");
    DataSource empty = TestPostgres.newDatabase();
    assertDone(run(empty, "import", file), "added 3 cats in ");
    assertThat(cats(store(empty))).isEqualTo(CATS);

    try (var in = Files.newInputStream(folder.resolve(file))) {
      InputStream text = file.endsWith(".gz") ? new GZIPInputStream(in) : in;
      assertThat(text.readAllBytes())
          .asString(UTF_8)
          .startsWith(file.contains("csv") ? EXPORT_HEADER : "{\"id\":1,\"name\":\"Tom\"");
    }
    assertThat(folder.toFile().list()).containsExactly(file);
  }

  @Test
  void export_withoutAFile_writesCsvAndNothingElseToStandardOutput() throws Exception {
    store(postgres).addAll(CATS.iterator());
    var end = run(postgres, "export", "--breed=manx", "--name=TOM", "--price-min=0");
    assertThat(end.output()).isEqualTo(EXPORT_HEADER + "1,Tom,0,manx,1\r\n3,tomcat,7,manx,1\r\n");
    assertThat(end.errors()).startsWith("exported 2 cats in ").hasLineCount(1);
    assertThat(run(postgres, "export", "-", "--format=ndjson", "--price-max=0", "-q"))
        .isEqualTo(
            new CommandProcess.End(
                0,
                "{\"id\":1,\"name\":\"Tom\",\"price\":0,\"breed\":\"manx\",\"revision\":1}\n",
                ""));
  }

  @Test
  void importAndExport_ofAMillionCats_runInASmallHeap() throws Exception {
    try (BufferedWriter text = Files.newBufferedWriter(folder.resolve("cats.csv"))) {
      text.write(HEADER);
      for (int i = 0; i < 1_000_000; i++) {
        text.write("cat " + i + "," + i + ",breed " + i % 50 + "\n");
      }
    }
    var end = run(postgres, "import", "cats.csv");
    assertThat(end.exitCode()).isZero();
    assertThat(end.errors()).contains("added 1,000,000 cats in ");
    var exported = run(postgres, "export", "cats.ndjson");
    assertThat(exported.errors()).contains("exported 1,000,000 cats in ");
    try (Stream<String> lines = Files.lines(folder.resolve("cats.ndjson"))) {
      assertThat(lines.count()).isEqualTo(1_000_000);
    }
  }

  @Test
  void import_withWrongLines_namesTheFirstTwentyAndAddsNothing() throws Exception {
    Files.writeString(
        folder.resolve("cats.csv"), HEADER + "Tom,1,manx\n,x,manx\n" + "Tom,-1,manx\n".repeat(30));
    var end = run(postgres, "import", "cats.csv");
    assertThat(end.exitCode()).isEqualTo(1);
    assertThat(end.errors().lines())
        .hasSize(22)
        .startsWith(
            "cats: cats.csv is wrong, and no cat was added:",
            "  line 3: name must have 1 to 100 characters",
            "  line 3: price must be a whole number from 0 to 2147483647",
            "  line 4: price must be a whole number from 0 to 2147483647")
        .endsWith("  and 12 more");
    assertThat(cats(store(postgres))).isEmpty();
  }

  @Test
  void import_ofWhatCannotBeRead_saysWhy() throws Exception {
    byte[] gzip = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 1, 2};
    Files.write(folder.resolve("cut.csv.gz"), gzip);
    Files.writeString(folder.resolve("plain.csv.gz"), HEADER);
    Files.writeString(folder.resolve("cats.ndjson"), "\n{\n");
    assertRefused(1, run(postgres, "import", "nope.csv"), "nope.csv cannot be read");
    assertRefused(
        1, run(postgres, "import", "cut.csv.gz"), "cut.csv.gz cannot be read, and no cat");
    assertRefused(1, run(postgres, "import", "plain.csv.gz"), "plain.csv.gz cannot be read");
    assertRefused(1, run(postgres, "import", ".", "--format=csv"), ". cannot be read");
    assertThat(run(postgres, "import", "cats.ndjson").errors()).contains("\n  line 2: the record ");
    assertThat(cats(store(postgres))).isEmpty();
  }

  @Test
  void import_ofNothing_isWrongAsCsvAndAddsNothingAsNdjson() throws Exception {
    var csv = run(postgres, "import", "-", "--format", "csv");
    assertThat(csv.exitCode()).isEqualTo(1);
    assertThat(csv.errors())
        .startsWith("cats: standard input is wrong, and no cat was added:")
        .contains("line 1: the record must be a header line");
    assertDone(run(postgres, "import", "-", "--format", "ndjson"), "added 0 cats in ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "import | Missing required parameter: 'FILE'",
        "import a.csv b.csv | there is an argument too many",
        "import cats.txt | the name must end in .csv, .ndjson or .jsonl",
        "import - | - needs --format",
        "import - --format=xml | --format must be csv or ndjson",
        "import a.csv --tokenn=the-secret | no such option: --tokenn",
        "import a.csv --token-file=x | --token-file is for --url alone",
        "import a.csv --url=ftp://x | --url must be an http or https address",
        "import a.csv --url=http://u:the-secret@x | --url must be an http or https address",
        "export --url=http://x --data-dir=x | --url and --data-dir exclude each other",
        "export cats | the name must end in .csv",
        "export --price-min=x --breed= | --price-min must be a whole number from 0 to 2147483647;"
            + " --breed must have 1 to 100 characters",
        "export --price-min=2 --price-max=1 | --price-min must not be above the highest price"
      })
  void commandLine_thatIsWrong_isRefused(String arguments, String says) throws Exception {
    var end = run(postgres, arguments.split(" ", -1));
    assertThat(end.exitCode()).isEqualTo(2);
    assertThat(end.output()).isEmpty();
    assertThat(end.errors())
        .startsWith("cats: " + says)
        .contains("See cats " + arguments.split(" ", 2)[0] + " --help.")
        .hasLineCount(2)
        .doesNotContain("the-secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "serve", "migrate", "import", "export", "token"})
  void help_ofEachCommand_endsWithZeroAndShowsNoSecret(String command) throws Exception {
    Map<String, String> settings = ExternalDatabase.settings(postgres);
    settings.put("CATS_TOKEN", "the-secret");
    String[] arguments =
        command.startsWith("-") ? new String[] {command} : new String[] {command, "--help"};
    var end = CommandProcess.run(settings, folder, arguments);
    assertThat(end.exitCode()).isZero();
    assertThat(end.errors()).isEmpty();
    assertThat(end.output()).startsWith("Usage: cats").doesNotContain("the-secret");
  }

  // Files

  @Test
  void export_toAFileThatIsThere_isRefusedUnlessForced() throws Exception {
    store(postgres).addAll(CATS.iterator());
    Path file = Files.writeString(folder.resolve("cats.csv"), "before");
    assertRefused(
        1,
        run(postgres, "export", "cats.csv"),
        "cats.csv cannot be written: it is there already; --force overwrites it");
    assertThat(file).hasContent("before");
    assertDone(run(postgres, "export", "cats.csv", "--force"), "exported 3 cats in ");
    assertThat(file).content().startsWith(EXPORT_HEADER);
  }

  @Test
  void export_thatFails_leavesNoFile() throws Exception {
    assertRefused(
        1, run(postgres, "export", "nope/cats.csv"), "cannot be written: there is no such file");
    String nobody = nobody();
    assertRefused(
        1,
        run(postgres, "export", "cats.csv", "--url", nobody),
        "not all cats were written: the server cannot be reached (" + nobody + ")");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void export_toAFullDisk_saysSo() throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/full")), "there is no /dev/full here");
    store(postgres).addAll(CATS.iterator());
    assertRefused(
        1,
        CommandProcess.runInShell(
            ExternalDatabase.settings(postgres), folder, "> /dev/full", "export"),
        "standard output cannot be written: ");
  }

  @Test
  void export_whoseReaderGoesAway_endsQuietlyWithOne() throws Exception {
    store(postgres).addAll(Stream.generate(() -> CATS.get(0)).limit(100_000).iterator());
    try (CommandProcess export =
        CommandProcess.startUnread(ExternalDatabase.settings(postgres), folder, "export")) {
      assertThat(export.outputStream().readNBytes(10)).hasSize(10);
      export.outputStream().close();
      assertThat(export.exitCode()).isEqualTo(1);
      assertThat(export.errors()).isEmpty();
    }
  }

  // A server that runs

  @Test
  void importAndExport_byAServer_needItsToken() throws Exception {
    String writer = Tokens.generate();
    String reader = Tokens.generate();
    Path tokens =
        Files.writeString(
            folder.resolve("tokens"),
            Tokens.line(Role.WRITE, writer, Optional.empty())
                + "\n"
                + Tokens.line(Role.READ, reader, Optional.empty()));
    Files.writeString(folder.resolve("writer"), writer + "\n");
    Files.writeString(folder.resolve("cats.csv"), HEADER + "Tom,1,manx\n");
    CatStore store = new InMemoryCatStore();
    try (TestServer server =
        TestServer.start(store, Map.of("CATS_TOKENS_FILE", tokens.toString()))) {
      String url = server.uri().toString();
      assertRefused(
          1,
          CommandProcess.run(Map.of(), folder, "import", "cats.csv", "--url", url),
          "no cat was added: POST " + url + "/cats was answered with 401");
      assertRefused(
          1,
          CommandProcess.run(
              Map.of("CATS_TOKEN", reader), folder, "import", "cats.csv", "--url", url),
          "was answered with 403");
      assertThat(cats(store)).isEmpty();
      assertDone(
          CommandProcess.run(
              Map.of("CATS_TOKEN", reader),
              folder,
              "import",
              "cats.csv",
              "--url",
              url,
              "--token-file",
              "writer"),
          "added 1 cat in ");
      var end =
          CommandProcess.run(
              Map.of("CATS_TOKEN", reader), folder, "export", "--breed=manx", "--url", url);
      assertThat(end.output()).isEqualTo(EXPORT_HEADER + "1,Tom,1,manx,1\r\n");
    }
  }

  @Test
  void export_terminated_leavesNoFile() throws Exception {
    var shown = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    CatStore slow =
        (CatStore)
            Proxy.newProxyInstance(
                CommandLineIT.class.getClassLoader(),
                new Class<?>[] {CatStore.class},
                (proxy, method, arguments) -> {
                  assertThat(method.getName()).isEqualTo("each");
                  ((CatVisitor<?>) arguments[1]).visit(CATS.get(0).withId(1));
                  shown.countDown();
                  assertThat(end.await(60, SECONDS)).isTrue();
                  return null;
                });
    try (TestServer server = TestServer.start(slow);
        CommandProcess command =
            CommandProcess.start(
                Map.of(), folder, "export", "cats.csv", "--url", server.uri().toString())) {
      assertThat(shown.await(60, SECONDS)).isTrue();
      assertThat(folder.toFile().list()).hasSize(1).doesNotContain("cats.csv");
      command.requestStop();
      assertThat(command.end())
          .isEqualTo(new CommandProcess.End(143, "", "cats: stopped; nothing was exported\n"));
      end.countDown();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://cats.example", "http://192.0.2.1:5000", "http://127.0.0.1.example"})
  void token_forAnotherHostWithoutHttps_isNotSent(String url) throws Exception {
    assertRefused(
        1,
        CommandProcess.run(Map.of("CATS_TOKEN", "the-secret"), folder, "export", "--url", url),
        "the token is not sent to ");
  }

  @Test
  void token_thatIsNone_isRefusedWithoutShowingIt() throws Exception {
    String url = nobody();
    assertRefused(
        1,
        CommandProcess.run(Map.of("CATS_TOKEN", "the secret"), folder, "export", "--url", url),
        "the token of CATS_TOKEN is none");
    assertRefused(
        1,
        CommandProcess.run(Map.of(), folder, "export", "--url", url, "--token-file", "nope"),
        "--token-file must be a file that can be read");
  }

  // A database of its own

  @Test
  void importAndExport_onADataFolderInUse_areRefused() throws Exception {
    Files.writeString(folder.resolve("cats.csv"), HEADER + "Tom,1,manx\n");
    var settings = Map.of("CATS_DATA_DIR", "data", "CATS_PORT", "0");
    assertRefused(1, CommandProcess.run(settings, folder, "export"), "there is no data folder ");
    assertThat(folder.resolve("data")).doesNotExist();
    assertDone(CommandProcess.run(settings, folder, "import", "cats.csv"), "added 1 cat in ");
    try (ServerProcess server =
        ServerProcess.start(
            Map.of("CATS_DATA_DIR", folder.resolve("data").toString(), "CATS_PORT", "0"))) {
      assertThat(server.send("GET", "/", "").body()).contains("\"Tom\"");
      for (String[] command : new String[][] {{"import", "cats.csv"}, {"export"}}) {
        assertRefused(
            1,
            CommandProcess.run(settings, folder, command),
            "is in use by another server, process");
      }
    }
  }

  @Test
  void import_terminated_addsNothingAndStopsItsDatabase() throws Exception {
    Map<String, String> settings = Map.of("CATS_DATA_DIR", "data");
    try (CommandProcess command =
        CommandProcess.start(settings, folder, "import", "-", "--format", "csv")) {
      command.write(HEADER + "Tom,1,manx\n");
      awaitImport(command);
      command.requestStop();
      assertThat(command.end())
          .isEqualTo(new CommandProcess.End(143, "", "cats: stopped; no cat was added\n"));
    }
    assertStoppedWithoutCats(settings);
  }

  @Test
  void import_interruptedOnATerminal_addsNothingAndStopsItsDatabase() throws Exception {
    Map<String, String> settings = Map.of("CATS_DATA_DIR", "data");
    try (CommandProcess command =
        CommandProcess.startOnTerminal(settings, folder, "", "import", "-", "--format", "csv")) {
      command.write(HEADER + "Tom,1,manx\n");
      awaitImport(command);
      command.write("\u0003");
      var end = command.end();
      assertThat(end.exitCode()).isEqualTo(130);
      assertThat(end.output()).endsWith("\r\ncats: stopped; no cat was added\r\n");
    }
    assertStoppedWithoutCats(settings);
  }

  // Progress

  @Test
  void importAndExport_onATerminal_showABarOnStandardErrorAlone() throws Exception {
    Files.writeString(folder.resolve("cats.csv"), HEADER + "Tom,1,manx\n".repeat(5000));
    Map<String, String> settings = ExternalDatabase.settings(postgres);
    try (CommandProcess command =
        CommandProcess.startOnTerminal(settings, folder, "", "import", "cats.csv")) {
      var end = command.end();
      assertThat(end.exitCode()).isZero();
      assertThat(end.output())
          .matches("(?s).*\rimport 100% \\[=+] [^\r]*5,000 cats *\r\nadded 5,000 cats in .*\r\n");
    }
    try (CommandProcess command =
        CommandProcess.startOnTerminal(settings, folder, "> out", "export")) {
      var end = command.end();
      assertThat(end.exitCode()).isZero();
      assertThat(end.output())
          .matches("(?s).*\rexport 100% \\[=+] 5000/5000 .*\r\nexported 5,000 cats in .*\r\n");
    }
    assertThat(Files.readAllLines(folder.resolve("out"))).hasSize(5001);
    try (CommandProcess command =
        CommandProcess.startOnTerminal(settings, folder, "", "import", "cats.csv", "--quiet")) {
      assertThat(command.end().output()).isEmpty();
    }
  }

  @Test
  void export_withStandardErrorElsewhere_showsNoBar() throws Exception {
    store(postgres).addAll(CATS.iterator());
    try (CommandProcess command =
        CommandProcess.startOnTerminal(
            ExternalDatabase.settings(postgres), folder, "2> err", "export")) {
      assertThat(command.end().output().lines().filter(not(String::isBlank)))
          .hasSize(4)
          .noneMatch(line -> line.contains("%"));
    }
    assertThat(Files.readString(folder.resolve("err")))
        .startsWith("exported 3 cats in ")
        .hasLineCount(1);
  }

  /** An address of this machine where nobody listens. */
  private static String nobody() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "http://127.0.0.1:" + socket.getLocalPort();
    }
  }

  private CommandProcess.End run(DataSource database, String... arguments) throws Exception {
    return CommandProcess.run(
        List.of(arguments).contains("--url") ? Map.of() : ExternalDatabase.settings(database),
        folder,
        arguments);
  }

  private static CatStore store(DataSource database) {
    CatSchema.migrate(database);
    return JooqCatStore.on(database);
  }

  private static List<NewCat> cats(CatStore store) {
    List<NewCat> cats = new ArrayList<>();
    store.each(CatFilter.ALL, cat -> cats.add(new NewCat(cat.name(), cat.price(), cat.breed())));
    return cats;
  }

  /** Until the import is at work in its own database. */
  private void awaitImport(CommandProcess command) throws Exception {
    while (!copies()) {
      assertThat(command.endsWithin(50)).isFalse();
    }
  }

  private boolean copies() throws IOException {
    Path pidFile = folder.resolve("data/data/postmaster.pid");
    List<String> pid = Files.exists(pidFile) ? Files.readAllLines(pidFile) : List.of();
    if (pid.size() < 4) {
      return false;
    }
    try (var connection =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + pid.get(3) + "/postgres",
                "cats",
                Files.readString(folder.resolve("data/password")));
        var statement = connection.createStatement();
        var found =
            statement.executeQuery(
                "select from pg_stat_activity where query ilike 'copy %' and state = 'active'")) {
      return found.next();
    } catch (SQLException e) {
      return false; // not up yet
    }
  }

  private void assertStoppedWithoutCats(Map<String, String> settings) throws Exception {
    assertThat(folder.resolve("data/data/postmaster.pid")).doesNotExist();
    assertThat(CommandProcess.run(settings, folder, "export").output()).isEqualTo(EXPORT_HEADER);
  }

  private static void assertDone(CommandProcess.End end, String says) {
    assertThat(end.errors()).startsWith(says).hasLineCount(1);
    assertThat(end.output()).isEmpty();
    assertThat(end.exitCode()).isZero();
  }

  /** It ends with this code, and says why in one line, without a secret. */
  private static void assertRefused(int exitCode, CommandProcess.End end, String says) {
    assertThat(end.errors())
        .startsWith("cats: ")
        .contains(says)
        .hasLineCount(1)
        .doesNotContain("the-secret", "the secret", "cats_");
    assertThat(end.exitCode()).isEqualTo(exitCode);
  }
}
