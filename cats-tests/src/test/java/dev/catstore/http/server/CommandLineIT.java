package dev.catstore.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.CatStore;
import dev.catstore.http.server.auth.Role;
import dev.catstore.http.server.auth.Tokens;
import dev.catstore.support.CommandProcess;
import dev.catstore.support.ExternalDatabase;
import dev.catstore.support.ServerProcess;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line of the packaged jar. */
@Timeout(300)
class CommandLineIT extends CommandLineTestCase {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "import | Missing required parameter: 'FILE'",
        "import a.csv b.csv | there is an unexpected argument",
        "import cats.txt | the name must end in .csv, .ndjson, .jsonl or .json",
        "import - | - needs --format",
        "import - --format=xml | --format must be csv, ndjson or json",
        "import a.csv --mode=PUT | --mode must be add, put or edit",
        "import a.csv --key= | --key must have 1 to 255 visible ASCII characters",
        "import a.csv --tokenn=the-secret | no such option: --tokenn",
        "import a.csv --token-file=x | --token-file is only for --url",
        "import a.csv --url=ftp://x | --url must be an http or https address",
        "import a.csv --url=http://u:the-secret@x | --url must be an http or https address",
        "export --url=http://x --data-dir=x | --url and --data-dir exclude each other",
        "export cats | the name must end in .csv",
        "export --sort=colour | --sort must be id, name, price or breed, or one of these after",
        "export --bom cats.json | --bom is only for CSV",
        "export --bom --format=ndjson | --bom is only for CSV",
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
        TestServer.startWithTokens(store, tokens, Map.of("CATS_BASE_PATH", "/shop"))) {
      String url = server.uri().toString();
      assertThat(url).endsWith("/shop");
      assertRefused(
          1,
          CommandProcess.run(Map.of(), folder, "import", "cats.csv", "-q", "--url", url),
          "nothing was done: POST " + url + "/cats was answered with 401");
      assertRefused(
          1,
          CommandProcess.run(
              Map.of("CATS_TOKEN", reader), folder, "import", "cats.csv", "-q", "--url", url),
          "was answered with 403");
      assertThat(cats(store)).isEmpty();
      assertDone(
          CommandProcess.run(
              Map.of("CATS_TOKEN", reader),
              folder,
              "import",
              "cats.csv",
              "--key=monday",
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
        "the token of CATS_TOKEN is not valid");
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
}
