package dev.catstore.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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
 * The packaged server as a process of its own. Whatever it writes is searched for the secrets that
 * it was given; {@link #close} fails if one is there.
 */
public final class ServerProcess implements AutoCloseable {
  private static final Pattern BANNER = Pattern.compile("Cats listens on (http://\\S+), with .*");
  private static final int PATIENCE_SECONDS = 120;

  private final Process process;
  private final Map<String, String> settings;
  private final List<String> secrets = new ArrayList<>();
  private final CompletableFuture<URI> address = new CompletableFuture<>();
  private final CompletableFuture<String> output;
  private final CompletableFuture<String> errors;

  private ServerProcess(Process process, Map<String, String> settings) {
    this.process = process;
    this.settings = Map.copyOf(settings);
    this.errors = readAll(process.getErrorStream());
    this.output =
        readAll(process.getInputStream())
            .whenComplete(
                (text, failure) ->
                    address.completeExceptionally(
                        new IllegalStateException("no banner: " + text + errors.join())));
  }

  /** Starts a server with these settings alone. */
  public static ServerProcess start(Map<String, String> settings, String... jvmOptions)
      throws IOException {
    return start(settings, PackagedJar.command(List.of(jvmOptions), List.of()));
  }

  static ServerProcess start(Map<String, String> settings, List<String> command)
      throws IOException {
    var builder = new ProcessBuilder(command);
    builder
        .environment()
        .keySet()
        .removeIf(it -> it.startsWith("CATS_") || it.startsWith("POSTGRES_"));
    builder.environment().putAll(settings);
    return new ServerProcess(builder.start(), settings);
  }

  /** Also these are secrets: tokens, which the server's own file does not tell. */
  public ServerProcess keeping(String... more) {
    secrets.addAll(List.of(more));
    return this;
  }

  /** Where it listens, once it does. */
  public URI address() {
    return address.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  public HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address().resolve(path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }

  /**
   * Asks it to stop, as an operator does; by its handle, for the process itself closes its output.
   */
  public void askToStop() {
    process.toHandle().destroy();
  }

  /** Asks it to stop; returns its exit code. */
  public int terminate() throws InterruptedException {
    askToStop();
    return exitCode();
  }

  /** Ends it as a crash would. */
  public void kill() throws InterruptedException {
    process.toHandle().destroyForcibly();
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  public int exitCode() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  /** All that it wrote to standard error; known once it has ended. */
  public String errors() {
    return errors.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  /** All that it wrote to standard output; known once it has ended. */
  public String output() {
    return output.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    askToStop();
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    String written = output() + errors();
    assertThat(secrets()).as("secrets, in: %s", written).noneMatch(written::contains);
  }

  /** The passwords and tokens, and the hashes of those that it knows. */
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

  /** The file as a line, if there is one. */
  private static Optional<String> read(@Nullable String file) {
    try {
      return file != null && Files.isRegularFile(Path.of(file))
          ? Optional.of(Files.readString(Path.of(file)).strip())
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads in a thread of its own: the common pool has too few for reads that last. */
  private CompletableFuture<String> readAll(InputStream stream) {
    var text = new CompletableFuture<String>();
    var reader =
        new Thread(
            () -> {
              try {
                text.complete(read(stream));
              } catch (UncheckedIOException e) {
                text.completeExceptionally(e);
              }
            },
            "output of a server");
    reader.setDaemon(true);
    reader.start();
    return text;
  }

  private String read(InputStream stream) {
    var text = new StringBuilder();
    try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        text.append(line).append('\n');
        Matcher banner = BANNER.matcher(line);
        if (banner.matches()) {
          address.complete(URI.create(banner.group(1)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
