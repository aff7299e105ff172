package dev.catstore.http.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.catstore.http.server.auth.Role;
import dev.catstore.http.server.auth.Tokens;
import dev.catstore.http.server.config.Setting;
import dev.catstore.http.server.config.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes a token. What it writes to standard output is the token alone, and nothing else has it. */
@Command(
    name = "token",
    description = {
      "Makes a token for a client, and writes it to standard output.",
      "",
      "It is kept nowhere: what the server needs is its hash, in a line that is added to the file"
          + " of tokens (a server that uses the file takes it up by itself), or written to standard"
          + " error where no file is given.%n"
    })
final class TokenCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--role",
      required = true,
      paramLabel = "read|write",
      description = "what it allows; write allows to read too")
  private String role;

  @Option(names = "--name", paramLabel = "<name>", description = "whose it is, for the log")
  private @Nullable String name;

  @Override
  public Integer call() throws StartupException {
    Role wanted = Role.of(role).orElseThrow(() -> refused("--role must be read or write"));
    if (name != null && !Tokens.isName(name)) {
      throw refused("--name must be 1 to 64 letters, digits, dots, hyphens and underscores");
    }
    String token = Tokens.generate();
    String line = Tokens.line(wanted, token, Optional.ofNullable(name));
    Optional<String> file =
        SettingOptions.valuesOf(spec.commandLine().getParseResult(), System.getenv())
            .text(Setting.CATS_TOKENS_FILE);
    if (file.isPresent()) {
      add(line, file.get());
    } else {
      spec.commandLine()
          .getErr()
          .println("Put this line into the file of tokens (CATS_TOKENS_FILE):\n" + line);
    }
    spec.commandLine().getOut().println(token);
    return 0;
  }

  private ParameterException refused(String rule) {
    return new ParameterException(spec.commandLine(), rule);
  }

  /** Adds a line in one write, to a file that is the owner's alone if it is new. */
  private static void add(String line, String name) throws StartupException {
    try {
      Path file = Path.of(name.strip());
      if (!Files.exists(file)) {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (posix) {
          var owner = PosixFilePermissions.fromString("rw-------");
          Files.createFile(file, PosixFilePermissions.asFileAttribute(owner));
        } else {
          Files.createFile(file);
        }
      }
      String before = Files.readString(file);
      Tokens.parse(before);
      String start = before.isEmpty() || before.endsWith("\n") ? "" : "\n";
      Files.write(file, (start + line + "\n").getBytes(UTF_8), StandardOpenOption.APPEND);
    } catch (IOException | InvalidPathException e) {
      throw new StartupException("CATS_TOKENS_FILE cannot be written, so there is no token", e);
    } catch (Tokens.MalformedException e) {
      throw new StartupException(
          "CATS_TOKENS_FILE is wrong, so there is no token: " + e.getMessage(), e);
    }
  }
}
