package dev.catstore.http.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.catstore.support.CommandProcess;
import dev.catstore.support.ExternalDatabase;
import dev.catstore.support.TestPostgres;
import java.io.BufferedWriter;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Imports and exports of the packaged jar. */
@Timeout(300)
class ImportExportIT extends CommandLineTestCase {
  @ParameterizedTest
  @ValueSource(strings = {"cats.csv", "cats.csv.gz", "cats.ndjson", "cats.jsonl.gz", "cats.json"})
  void export_importedIntoAnEmptyDatabase_isTheSameCats(String file) throws Exception {
    store(postgres).addAll(CATS.iterator());
    assertDone(run(postgres, "export", file), "exported 3 cats in ");
    DataSource empty = TestPostgres.newDatabase();
    assertDone(run(empty, "import", file), "added 3 cats in ");
    assertThat(cats(store(empty))).isEqualTo(CATS);

    try (var in = Files.newInputStream(folder.resolve(file))) {
      InputStream text = file.endsWith(".gz") ? new GZIPInputStream(in) : in;
      String json = "{\"id\":1,\"name\":\"Tom\"";
      assertThat(text.readAllBytes())
          .asString(UTF_8)
          .startsWith(
              file.contains("csv") ? EXPORT_HEADER : file.endsWith(".json") ? "[" + json : json);
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
  void export_inAnOrder_writesTheCatsInIt() throws Exception {
    store(postgres).addAll(CATS.iterator());
    assertThat(run(postgres, "export", "--sort", "-price", "--breed=manx", "-q").output())
        .isEqualTo(EXPORT_HEADER + "3,tomcat,7,manx,1\r\n1,Tom,0,manx,1\r\n");
  }

  @Test
  void export_withAMark_beginsWithIt() throws Exception {
    store(postgres).addAll(CATS.iterator());
    assertDone(run(postgres, "export", "--bom", "cats.csv"), "exported 3 cats in ");
    assertThat(folder.resolve("cats.csv")).content(UTF_8).startsWith("\uFEFF" + EXPORT_HEADER);
    assertDone(run(postgres, "import", "cats.csv"), "added 3 cats in ");
  }

  @Test
  void export_ofNothingAsJson_isAnEmptyArray() throws Exception {
    assertThat(run(postgres, "export", "--format=json", "-q"))
        .isEqualTo(new CommandProcess.End(0, "[]", ""));
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
            "cats: cats.csv is wrong, and nothing was done:",
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
        1, run(postgres, "import", "cut.csv.gz"), "cut.csv.gz cannot be read, and nothing was");
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
        .startsWith("cats: standard input is wrong, and nothing was done:")
        .contains("line 1: the record must be a header line");
    assertDone(run(postgres, "import", "-", "--format", "ndjson"), "added 0 cats in ");
  }

  // Files

  @Test
  void export_toAFileThatIsThere_isRefusedUnlessForced() throws Exception {
    store(postgres).addAll(CATS.iterator());
    Path file = Files.writeString(folder.resolve("cats.csv"), "before");
    assertRefused(
        1,
        run(postgres, "export", "cats.csv"),
        "cats.csv cannot be written: it exists; --force overwrites it");
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
}
