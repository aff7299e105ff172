package dev.catstore.http.server;

import dev.catstore.http.server.config.BuildInfo;
import dev.catstore.http.server.config.LogSettings;
import dev.catstore.http.server.config.Setting;
import dev.catstore.http.server.config.SettingValues;
import dev.catstore.http.server.config.StartupException;
import dev.catstore.http.server.observability.Logging;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of the server. */
@Command(
    name = "cats",
    description = "A cat catalogue: an HTTP server on PostgreSQL, and what its operators need.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done, or stopped cleanly",
      "1:it failed; a line on standard error says why",
      "2:the command line is wrong"
    })
public final class Main extends ServeCommand {
  private Main() {}

  /**
   * Runs a command. Exits with 0 at a clean end, with 1 and one line on standard error if it
   * failed, and with 2 for a wrong command line.
   */
  public static void main(String[] arguments) {
    // What libraries print is in English too, and no number has other digits than 0 to 9.
    Locale.setDefault(Locale.ROOT);
    // The driver asks PostgreSQL for this one, which need not know all that Java does.
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
    Logging.configure(LogSettings.DEFAULT);
    System.setProperty("org.jooq.no-logo", "true");
    System.setProperty("org.jooq.no-tips", "true");
    CommandLine commands = commandLine();
    if (!Encoding.has(arguments)) {
      commands.getErr().println("cats: the command line " + SettingValues.UNDECODED);
      System.exit(commands.getCommandSpec().exitCodeOnInvalidInput());
    }
    System.exit(commands.execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine commands = command(new Main(), Setting.values());
    commands.addSubcommand(command(new ServeCommand(), Setting.values()));
    Setting[] database = StoreCommand.SETTINGS.toArray(Setting[]::new);
    commands.addSubcommand(command(new MigrateCommand(), database));
    commands.addSubcommand(command(new ImportCommand(), database));
    commands.addSubcommand(command(new ExportCommand(), database));
    commands.addSubcommand(command(new TokenCommand(), Setting.CATS_TOKENS_FILE));
    commands.setParameterExceptionHandler(Main::refuse);
    commands.setExecutionExceptionHandler(Main::fail);
    return commands;
  }

  /** A command with what each has, and with options for these settings. */
  private static CommandLine command(Object implementation, Setting... settings) {
    var command = new CommandLine(implementation);
    CommandSpec spec = command.getCommandSpec();
    spec.mixinStandardHelpOptions(true).versionProvider(new Version());
    spec.usageMessage().sortOptions(false).abbreviateSynopsis(true);
    SettingOptions.addTo(spec, settings);
    return command;
  }

  /** Says what is wrong, without what may be a secret. */
  private static int refuse(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    command.getErr().println("cats: " + messageOf(e));
    command.getErr().println("See " + command.getCommandSpec().qualifiedName() + " --help.");
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static String messageOf(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched)) {
      return String.valueOf(e.getMessage());
    }
    List<String> options =
        unmatched.getUnmatched().stream()
            .filter(it -> it.startsWith("-"))
            .map(it -> it.replaceFirst("=.*", ""))
            .toList();
    return options.isEmpty()
        ? "there is an unexpected argument"
        : "no such option: " + String.join(", ", options);
  }

  private static int fail(Exception e, CommandLine command, CommandLine.ParseResult arguments)
      throws Exception {
    if (!(e instanceof StartupException)) {
      throw e;
    }
    command.getErr().println("cats: " + e.getMessage());
    return command.getCommandSpec().exitCodeOnExecutionException();
  }

  /** As the command line tells it. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"Cats " + BuildInfo.version()};
    }
  }
}
