package dev.catstore.http.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.catstore.support.CommandProcess;
import dev.catstore.support.ServerDataFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the image runs besides the server. */
@Timeout(300)
class ContainerScriptsIT {
  private static final Path SCRIPTS = Path.of("../docker").toAbsolutePath().normalize();
  private static final Path BASH = Path.of("/bin/bash");

  @TempDir private Path folder;

  @BeforeEach
  void requireBash() {
    assumeThat(BASH).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "::"})
  void ready_whereverOptionsSayThatTheServerListens_findsIt(String host) throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    Map<String, String> settings = ServerDataFolder.initialize(data).settings();
    Path address = folder.resolve("address");
    settings.put("CATS_ADDRESS_FILE", address.toString());
    settings.put("CATS_ALLOW_ANONYMOUS", "true");
    settings.put("CATS_BASE_PATH", "/shop");
    // What the option takes precedence over.
    settings.put("CATS_PORT", "1");
    assertThat(run("ready", address)).isNotZero();
    try (var server =
        CommandProcess.start(settings, folder, "serve", "--host=" + host, "--port=0")) {
      while (!Files.exists(address) || Files.size(address) == 0) {
        assertThat(server.endsWithin(50)).isFalse();
      }
      assertThat(run("ready", address)).isZero();
      server.requestStop();
      assertThat(server.end().errors()).isEmpty();
    }
    assertThat(address).doesNotExist();
  }

  @Test
  void serve_withAnAddressFileThatCannotBeWritten_isRefused() throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    Map<String, String> settings = ServerDataFolder.initialize(data).settings();
    settings.put("CATS_ADDRESS_FILE", folder.resolve("none/address").toString());
    CommandProcess.End end = CommandProcess.run(settings, folder, "serve");
    assertThat(end.errors())
        .isEqualTo("cats: CATS_ADDRESS_FILE cannot be written: there is no such file or folder\n");
    assertThat(end.exitCode()).isEqualTo(1);
  }

  @Test
  void shareClasses_ofTheJar_makesAnArchive() throws Exception {
    Path archive = folder.resolve("classes.jsa");
    int end =
        run("share-classes", folder, System.getProperty("cats.server.jar"), archive.toString());
    assertThat(end).isZero();
    assertThat(archive).exists();
  }

  private static int run(String script, Path address, String... arguments) throws Exception {
    var builder = new ProcessBuilder(BASH.toString(), SCRIPTS.resolve(script).toString());
    builder.command().addAll(List.of(arguments));
    builder.environment().keySet().removeIf(it -> it.matches("(CATS|POSTGRES)_.*"));
    builder.environment().put("CATS_ADDRESS_FILE", address.toString());
    builder.environment().merge("PATH", SCRIPTS.toString(), (a, b) -> b + ":" + a);
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isNotNull();
    return process.waitFor();
  }
}
