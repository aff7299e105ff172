package dev.catstore.http.server;

import static java.util.concurrent.TimeUnit.SECONDS;
import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.CatStore;
import dev.catstore.domain.CatVisitor;
import dev.catstore.support.CommandProcess;
import dev.catstore.support.ExternalDatabase;
import dev.catstore.support.TestServer;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Imports and exports that a signal stops, and how far they are on a terminal. */
@Timeout(300)
class StoppedCommandIT extends CommandLineTestCase {
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
                  ((CatVisitor<?>) arguments[2]).visit(CATS.get(0).withId(1));
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

  @Test
  void import_terminated_addsNothingAndStopsItsDatabase() throws Exception {
    Map<String, String> settings = Map.of("CATS_DATA_DIR", "data");
    try (CommandProcess command =
        CommandProcess.start(settings, folder, "import", "-", "--format", "csv")) {
      command.write(HEADER + "Tom,1,manx\n");
      awaitImport(command);
      command.requestStop();
      assertThat(command.end())
          .isEqualTo(new CommandProcess.End(143, "", "cats: stopped; nothing was done\n"));
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
      assertThat(end.output()).endsWith("\r\ncats: stopped; nothing was done\r\n");
    }
    assertStoppedWithoutCats(settings);
  }

  @Test
  void import_interruptedUnderABar_saysSoOnALineOfItsOwn() throws Exception {
    Map<String, String> settings = Map.of("CATS_DATA_DIR", "data");
    Files.writeString(folder.resolve("cats.csv"), HEADER + "Tom,1,manx\n".repeat(2_000_000));
    try (CommandProcess command =
        CommandProcess.startOnTerminal(settings, folder, "", "import", "cats.csv")) {
      awaitImport(command);
      command.write("\u0003");
      var end = command.end();
      assertThat(end.exitCode()).isEqualTo(130);
      assertThat(end.output())
          .contains("import   ")
          .endsWith("\r\ncats: stopped; nothing was done\r\n");
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
}
