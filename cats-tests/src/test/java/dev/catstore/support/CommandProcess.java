package dev.catstore.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.pty4j.PtyProcessBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A command of the packaged jar in a process of its own. */
public final class CommandProcess implements AutoCloseable {
  private static final int TIMEOUT_SECONDS = 120;

  private final Process process;
  private final CompletableFuture<String> output;
  private final CompletableFuture<String> errors;

  private CommandProcess(Process process, boolean readsOutput) {
    this.process = process;
    this.output =
        readsOutput
            ? readAll(process.getInputStream())
            : CompletableFuture.failedFuture(new IllegalStateException("left to the test"));
    this.errors = readAll(process.getErrorStream());
  }

  /** How a command ended. */
  public record End(int exitCode, String output, String errors) {}

  /** Runs a command to its end, with only these settings and no input. */
  public static End run(Map<String, String> settings, Path folder, String... arguments)
      throws Exception {
    try (CommandProcess command = start(settings, folder, arguments)) {
      command.input().close();
      return command.end();
    }
  }

  /** Starts a command, which reads what is {@linkplain #write written} to it. */
  public static CommandProcess start(Map<String, String> settings, Path folder, String... arguments)
      throws IOException {
    return new CommandProcess(builder(settings, folder, jar(List.of(arguments))).start(), true);
  }

  /** Starts a command whose {@linkplain #outputStream output} is left to the caller to read. */
  public static CommandProcess startUnread(
      Map<String, String> settings, Path folder, String... arguments) throws IOException {
    return new CommandProcess(builder(settings, folder, jar(List.of(arguments))).start(), false);
  }

  /** Runs a command in a shell with this redirection, for example {@code 2> errors}. */
  public static End runInShell(
      Map<String, String> settings, Path folder, String redirection, String... arguments)
      throws Exception {
    var builder = builder(settings, folder, inShell(redirection, arguments));
    try (var command = new CommandProcess(builder.start(), true)) {
      command.input().close();
      return command.end();
    }
  }

  /**
   * Starts a command on a terminal, with this redirection. The test is skipped where the platform
   * has no terminals.
   */
  public static CommandProcess startOnTerminal(
      Map<String, String> settings, Path folder, String redirection, String... arguments)
      throws IOException {
    try {
      return new CommandProcess(
          new PtyProcessBuilder(inShell(redirection, arguments).toArray(String[]::new))
              .setEnvironment(environment(settings))
              .setDirectory(folder.toString())
              .setInitialColumns(100)
              .setInitialRows(25)
              .setRedirectErrorStream(true)
              .start(),
          true);
    } catch (LinkageError e) {
      return Assumptions.abort("no terminals on this platform: " + e);
    }
  }

  private static List<String> jar(List<String> arguments) {
    return PackagedJar.command(List.of("-Xmx64m"), arguments);
  }

  private static List<String> inShell(String redirection, String... arguments) {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" " + redirection, "sh"));
    command.addAll(jar(List.of(arguments)));
    return command;
  }

  private static ProcessBuilder builder(
      Map<String, String> settings, Path folder, List<String> command) {
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment(settings));
    return builder;
  }

  private static Map<String, String> environment(Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.keySet().removeIf(it -> it.startsWith("CATS_") || it.startsWith("POSTGRES_"));
    environment.put("TERM", "xterm");
    environment.putAll(settings);
    return environment;
  }

  private OutputStream input() {
    return process.getOutputStream();
  }

  /** The output of a command that was {@linkplain #startUnread started unread}. */
  public InputStream outputStream() {
    return process.getInputStream();
  }

  public void write(String text) throws IOException {
    input().write(text.getBytes(UTF_8));
    input().flush();
  }

  /** Sends SIGTERM, as an operator does. */
  public void requestStop() {
    ProcessHandle.of(process.pid()).orElseThrow().destroy();
  }

  public boolean endsWithin(long millis) throws InterruptedException {
    return process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  public End end() throws InterruptedException {
    return new End(exitCode(), text(output), errors());
  }

  public int exitCode() throws InterruptedException {
    assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  public String errors() {
    return text(errors);
  }

  @Override
  public void close() {
    ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
  }

  private static String text(CompletableFuture<String> text) {
    return text.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
  }

  private static CompletableFuture<String> readAll(InputStream stream) {
    return Background.call(() -> new String(stream.readAllBytes(), UTF_8));
  }
}
