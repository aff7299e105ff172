package dev.catstore.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The packaged server in a process of its own. {@link #close} fails if anything that it wrote
 * contains one of its secrets.
 */
public final class ServerProcess implements AutoCloseable {
  private static final Pattern BANNER = Pattern.compile("Cats listens on (http://\\S+), with ");
  private static final int TIMEOUT_SECONDS = 120;

  private final Process process;
  private final Map<String, String> settings;
  private final List<String> secrets = new ArrayList<>();
  private final CompletableFuture<URI> address = new CompletableFuture<>();
  private final CompletableFuture<String> output;
  private final CompletableFuture<String> errors;

  private ServerProcess(Process process, Map<String, String> settings) {
    this.process = process;
    this.settings = Map.copyOf(settings);
    this.errors = Background.call(() -> readLines(process.getErrorStream()));
    this.output =
        Background.call(() -> readLines(process.getInputStream()))
            .whenComplete(
                (text, failure) ->
                    address.completeExceptionally(
                        new IllegalStateException("no banner: " + text + errors.join())));
  }

  /** Starts a server with only these settings. */
  public static ServerProcess start(Map<String, String> settings, String... jvmOptions)
      throws IOException {
    return start(settings, PackagedJar.command(List.of(jvmOptions), List.of()));
  }

  /** Runs this command as a server. */
  public static ServerProcess start(Map<String, String> settings, List<String> command)
      throws IOException {
    var builder = new ProcessBuilder(command);
    builder
        .environment()
        .keySet()
        .removeIf(it -> it.startsWith("CATS_") || it.startsWith("POSTGRES_"));
    builder.environment().putAll(settings);
    return new ServerProcess(builder.start(), settings);
  }

  /** Adds secrets that the server's files do not contain, such as tokens. */
  public ServerProcess withSecrets(String... more) {
    secrets.addAll(List.of(more));
    return this;
  }

  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** The address it listens on; waits for it. */
  public URI address() {
    return address.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
  }

  public HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    return new TestClient(address()).send(method, path, body);
  }

  /** Sends SIGTERM, as an operator does. {@link Process#destroy} would also close its output. */
  public void requestStop() {
    process.toHandle().destroy();
  }

  /** Stops it with SIGTERM; returns its exit code. */
  public int terminate() throws InterruptedException {
    requestStop();
    return exitCode();
  }

  /** Ends it as a crash would. */
  public void kill() throws InterruptedException {
    process.toHandle().destroyForcibly();
    assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  public int exitCode() throws InterruptedException {
    assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  /** Its standard error; waits for its end. */
  public String errors() {
    return errors.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Its standard output; waits for its end. */
  public String output() {
    return output.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    requestStop();
    try {
      assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    String written = output() + errors();
    assertThat(secrets()).as("secrets, in: %s", written).noneMatch(written::contains);
  }

  /** Its passwords and tokens, and the hashes in its token file. */
  private List<String> secrets() {
    List<String> all = new ArrayList<>(secrets);
    all.add(settings.getOrDefault("POSTGRES_PASSWORD", ""));
    read(settings.get("POSTGRES_PASSWORD_FILE")).ifPresent(all::add);
    @Nullable String folder = settings.get("CATS_DATA_DIR");
    read(folder == null ? null : folder + "/password").ifPresent(all::add);
    read(settings.get("CATS_TOKENS_FILE"))
        .map(it -> it.lines().flatMap(line -> Stream.of(line.split("\\s+", -1))))
        .ifPresent(it -> it.filter(word -> word.matches("[0-9a-f]{64}")).forEach(all::add));
    all.removeIf(String::isBlank);
    return all;
  }

  /** The content of the file, if there is one. */
  private static Optional<String> read(@Nullable String file) {
    try {
      return file != null && Files.isRegularFile(Path.of(file))
          ? Optional.of(Files.readString(Path.of(file)).strip())
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String readLines(InputStream stream) throws IOException {
    var text = new StringBuilder();
    try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        text.append(line).append('\n');
        Matcher banner = BANNER.matcher(line);
        if (banner.find()) {
          address.complete(URI.create(banner.group(1)));
        }
      }
    }
    return text.toString();
  }
}
