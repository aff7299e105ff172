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

/** A command of the packaged jar, in a process of its own, on a terminal or without one. */
public final class CommandProcess implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 120;

  private final Process process;
  private final CompletableFuture<String> output;
  private final CompletableFuture<String> errors;

  private CommandProcess(Process process, boolean readsOutput) {
    this.process = process;
    this.output =
        readsOutput
            ? readAll(process.getInputStream())
            : CompletableFuture.failedFuture(new IllegalStateException("read by the test"));
    this.errors = readAll(process.getErrorStream());
  }

  /** How a command ended. */
  public record End(int exitCode, String output, String errors) {}

  /** Runs a command to its end, with these settings alone and without input. */
  public static End run(Map<String, String> settings, Path folder, String... arguments)
      throws Exception {
    try (CommandProcess command = start(settings, folder, arguments)) {
      command.input().close();
      return command.end();
    }
  }

  /** Starts a command; it reads what is written to {@link #input()}. */
  public static CommandProcess start(Map<String, String> settings, Path folder, String... arguments)
      throws IOException {
    return new CommandProcess(builder(settings, folder, jar(List.of(arguments))).start(), true);
  }

  /** Starts a command whose output the caller reads, as much of it as it likes. */
  public static CommandProcess startUnread(
      Map<String, String> settings, Path folder, String... arguments) throws IOException {
    return new CommandProcess(builder(settings, folder, jar(List.of(arguments))).start(), false);
  }

  /** Runs a command in a shell, before this text: for where its output goes. */
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
   * Starts a command on a terminal, with its output in the terminal but for what is redirected. The
   * test is skipped where a terminal cannot be had.
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
      return Assumptions.abort("this platform has no terminals for tests: " + e);
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

  /** What the command reads. */
  OutputStream input() {
    return process.getOutputStream();
  }

  /** What the command writes, where it is {@link #startUnread not read already}. */
  public InputStream unreadOutput() {
    return process.getInputStream();
  }

  public void write(String text) throws IOException {
    input().write(text.getBytes(UTF_8));
    input().flush();
  }

  /** Asks it to stop, as an operator does. */
  public void askToStop() {
    ProcessHandle.of(process.pid()).orElseThrow().destroy();
  }

  public boolean endsWithin(long millis) throws InterruptedException {
    return process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  public End end() throws InterruptedException {
    return new End(exitCode(), text(output), errors());
  }

  public int exitCode() throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
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
    return text.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
  }

  private static CompletableFuture<String> readAll(InputStream stream) {
    var text = new CompletableFuture<String>();
    var reader =
        new Thread(
            () -> {
              try {
                text.complete(new String(stream.readAllBytes(), UTF_8));
              } catch (IOException e) {
                text.completeExceptionally(e);
              }
            },
            "output of a command");
    reader.setDaemon(true);
    reader.start();
    return text;
  }
}
