package dev.catstore.http.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.catstore.support.CommandProcess.End;
import dev.catstore.support.ServerDataFolder;
import dev.catstore.support.ServerProcess;
import dev.catstore.support.TestClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged server on machines that are set up in another way. */
class SurroundingsIT {
  private static final String PATH = System.getenv("PATH");

  @TempDir private Path folder;
  private ServerDataFolder data;

  @BeforeEach
  void initialize() throws Exception {
    data = ServerDataFolder.initialize(folder);
  }

  @ParameterizedTest
  @CsvSource({"fa, IR", "ar, EG", "bn, BD", "tr, TR"})
  void start_underALocaleWithOtherDigits_writesTheseOfEverybody(String language, String country)
      throws Exception {
    try (ServerProcess server =
        ServerProcess.start(
            data.settings(), "-Duser.language=" + language, "-Duser.country=" + country)) {
      var answer =
          new TestClient(server.address()).post("/cats", "text/csv", "name,price,breed\nTom");
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("must have 3 fields");
      assertThat(server.terminate()).isIn(0, 143);
      assertThat(server.output()).startsWith("Cats listens on http://127.0.0.1:").isASCII();
      assertThat(server.errors()).isEmpty();
    }
  }

  /** Java knows these, and PostgreSQL does not know the first, nor some builds the second. */
  @ParameterizedTest
  @ValueSource(strings = {"ACT", "Asia/Calcutta", "SystemV/PST8PDT"})
  void start_inAnotherZone_works(String zone) throws Exception {
    try (ServerProcess server = ServerProcess.start(data.settings(), "-Duser.timezone=" + zone)) {
      assertThat(server.send("GET", "/cats", "").statusCode()).isEqualTo(200);
    }
  }

  /** Containers and Kubernetes ask for health as if there were no path. */
  @Test
  void start_belowAPath_servesThere() throws Exception {
    Map<String, String> settings = data.settings();
    settings.put("CATS_BASE_PATH", "/shop");
    try (ServerProcess server = ServerProcess.start(settings)) {
      assertThat(server.address()).hasPath("/shop");
      assertThat(server.send("GET", "/cats", "").statusCode()).isEqualTo(200);
      var prober = new TestClient(server.address().resolve("/"));
      assertThat(prober.get("health/ready").statusCode()).isEqualTo(200);
      TestClient.assertProblem(prober.get("cats"), 404, "/shop", "not-found");
    }
  }

  @Test
  void arguments_thatTheLocaleDoesNotHave_areRefused() throws Exception {
    String command = "LC_ALL=C exec \"$@\" export --breed=\"$(printf '\\303\\204gyptisch')\"";
    End end = run(PATH, concat(List.of("sh", "-c", command, "sh"), java(jar())));
    assertThat(end.errors()).contains("cats: the command line has characters").hasLineCount(1);
    assertThat(end.exitCode()).isEqualTo(2);
  }

  @Test
  void arguments_withAQuestionMark_areTakenInEveryLocale() throws Exception {
    String command = "LC_ALL=C exec \"$@\" export --breed=what? --data-dir=\"$0\"";
    End end = run(PATH, concat(List.of("sh", "-c", command, folder.toString()), java(jar())));
    assertThat(end.errors()).contains("xported 0 cats").hasLineCount(1);
    assertThat(end.exitCode()).isZero();
  }

  @Test
  void variable_thatTheLocaleDoesNotHave_isRefusedByItsName() throws Exception {
    String command =
        "LC_ALL=C POSTGRES_PASSWORD=\"$(printf 'the-s\\303\\274cret')\" exec \"$@\" migrate";
    End end = run(PATH, concat(List.of("sh", "-c", command, "sh"), java(jar())));
    assertThat(end.errors())
        .startsWith("cats: wrong settings: ")
        .contains("POSTGRES_PASSWORD has characters that the locale does not have")
        .hasLineCount(1)
        .doesNotContain("the-s");
    assertThat(end.exitCode()).isEqualTo(1);
  }

  /** As containers have it whose user is any number. */
  @Test
  void start_asAUserWithoutAName_works() throws Exception {
    End end = migrateAsNobodyKnown(PATH);
    assertThat(end.errors()).isEmpty();
    assertThat(end.output()).startsWith("The schema is up to date in PostgreSQL");
    assertThat(end.exitCode()).isZero();
  }

  @Test
  void start_asAUserWithoutANameOrUnshare_saysWhatToDo() throws Exception {
    assertRefused(migrateAsNobodyKnown("/nowhere"), "add the user to /etc/passwd");
  }

  @Test
  void start_asRootWithoutUnshare_saysWhatToDo() throws Exception {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");
    End end = run("/nowhere", java(jar(), folder.resolve("new")));
    assertRefused(end, "start as another user");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "noexec    | Permission denied",
        "noexec    | is it mounted noexec?",
        "ro        | Read-only file system",
        "size=40m  | No space left on device",
        "size=75m  | the disk of the data folder is full"
      })
  void start_onAFileSystemThatCannotBeUsed_hasTheReason(String options, String says)
      throws Exception {
    String mount = "mount -t tmpfs -o %s tmpfs \"$0\"".formatted(options);
    List<String> namespace = List.of("unshare", "-Urm", "sh", "-c");
    String at = Files.createDirectory(folder.resolve("mounted")).toString();
    assumeThat(run(PATH, concat(namespace, List.of(mount, at))).exitCode()).isZero();
    List<String> shell = concat(namespace, List.of(mount + " && exec \"$@\"", at));
    List<String> command = concat(shell, java(jar(), Path.of(at, "new")));
    assertRefused(run(PATH, command), says);
  }

  /** As `docker run -v ./tokens:/etc/cats/tokens` does. */
  @Test
  void start_withSecretsThatAreMountedByThemselves_warns() throws Exception {
    Path tokens = Files.writeString(folder.resolve("the tokens"), "");
    Path password = Files.writeString(folder.resolve("db password"), "the-secret");
    Path beside = Files.writeString(folder.resolve("beside"), "the-secret");
    String mount = "mount --bind \"$0\" \"$0\" && mount --bind \"$1\" \"$1\"";
    List<String> shell = shell(mount, tokens, password);
    assumeThat(run(PATH, shell).exitCode()).isZero();
    shell = shell(mount + " && shift && exec \"$@\"", tokens, password);
    String warning =
        " is mounted by itself, and keeps its old content when it is replaced outside: mount its folder instead";
    assertThat(run(PATH, concat(shell, serve(tokens, password))).errors())
        .contains("CATS_TOKENS_FILE" + warning, "POSTGRES_PASSWORD_FILE" + warning);
    assertThat(run(PATH, concat(shell, serve(tokens, beside))).errors())
        .contains("CATS_TOKENS_FILE" + warning)
        .doesNotContain("POSTGRES_PASSWORD_FILE" + warning);
  }

  @Test
  void start_withAMisspeltVariable_tellsTheLikelyOne() throws Exception {
    Path tokens = Files.writeString(folder.resolve("tokens"), "");
    Path password = Files.writeString(folder.resolve("password of another"), "the-secret");
    List<String> command = concat(List.of("env", "CATS_PROT=1"), serve(tokens, password));
    String told = "CATS_PROT is not a setting; did you mean CATS_PORT?";
    assertThat(run(PATH, command).errors()).contains(told).contains("127.0.0.1:1 has not answered");
    assertRefused(
        run(PATH, concat(command, List.of("--strict-settings=true"))), "wrong settings: " + told);
  }

  private static List<String> shell(String script, Path first, Path second) {
    return List.of("unshare", "-Urm", "sh", "-c", script, first.toString(), second.toString());
  }

  /** Ends at once: nobody is there as its database. */
  private static List<String> serve(Path tokens, Path password) {
    return concat(
        java(jar()),
        List.of(
            "serve",
            "--tokens-file=" + tokens,
            "--postgres-password-file=" + password,
            "--postgres-host=127.0.0.1",
            "--postgres-port=1",
            "--postgres-user=cats",
            "--postgres-db=cats",
            "--database-wait=0s"));
  }

  private End migrateAsNobodyKnown(String path) throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> another =
        List.of("/usr/bin/setpriv", "--reuid=12345", "--regid=12345", "--clear-groups");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    assumeThat(Path.of(another.get(0))).exists();
    assumeThat(run(PATH, concat(another, List.of(java, "-version"))).exitCode()).isZero();
    Path jar = Files.copy(jar(), folder.resolve("copy.jar"));
    Path own = Files.createDirectory(folder.resolve("own"));
    Files.setAttribute(own, "unix:uid", 12345);
    return run(path, concat(another, java(jar, own.resolve("new"))));
  }

  private static Path jar() {
    return Path.of(System.getProperty("cats.server.jar"));
  }

  private static List<String> java(Path jar) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return List.of(java, "-jar", jar.toString());
  }

  private static List<String> java(Path jar, Path data) {
    return concat(java(jar), List.of("migrate", "--data-dir", data.toString()));
  }

  private static List<String> concat(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  private End run(String path, List<String> command) throws Exception {
    var builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(it -> it.matches("(CATS|POSTGRES)_.*"));
    builder.environment().put("PATH", path);
    builder.redirectError(folder.resolve("errors").toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new End(process.waitFor(), output, Files.readString(folder.resolve("errors")));
  }

  private static void assertRefused(End end, String says) {
    assertThat(end.errors()).startsWith("cats: ").contains(says).hasLineCount(1);
    assertThat(end.output()).isEmpty();
    assertThat(end.exitCode()).isEqualTo(1);
  }
}
