package dev.catstore.benchmarks;

import dev.catstore.support.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The packaged server under load, beside a Jetty that answers without a database. */
@Command(name = "HttpBenchmark", mixinStandardHelpOptions = true, showDefaultValues = true)
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class HttpBenchmark implements Callable<Integer> {
  @Option(names = "--scenario", split = ",", defaultValue = "one,add,edit,mixed")
  private List<String> scenarios;

  @Option(names = "--connections", defaultValue = "32")
  private int connections;

  @Option(names = "--warmup", defaultValue = "20", description = "Seconds of load before rounds.")
  private int warmup;

  @Option(names = "--rounds", defaultValue = "5")
  private int rounds;

  @Option(names = "--seconds", defaultValue = "5", description = "How long a round takes.")
  private int seconds;

  @Option(names = "--rate", description = "Requests a second; without, as many as are answered.")
  private double rate;

  @Option(names = "--java", description = "The JDK of the server.", defaultValue = "${java.home}")
  private Path java;

  @Option(names = "--jvm", description = "An option of the server's JVM.")
  private List<String> jvmOptions = List.of("-Xmx512m");

  @Option(names = "--jar", defaultValue = "${cats.server.jar}")
  private Path jar;

  @Option(names = "--url", description = "A server that runs already, and has the cats.")
  private @Nullable URI url;

  @Option(names = "--bare", description = "Also without a database.")
  private boolean bare;

  @Option(names = "--memory", description = "Also on a store in memory.")
  private boolean memory;

  @Option(names = "--each-second", description = "Show the warm-up by the second.")
  private boolean eachSecond;

  public static void main(String[] args) {
    System.exit(new CommandLine(new HttpBenchmark()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    System.out.printf(
        "%-6s %-6s %9s %8s %8s %8s %8s %10s %8s%n",
        "what", "of", "req/s", "p50 ms", "p99 ms", "cpu us", "pg us", "KiB alloc", "refused");
    for (String name : scenarios) {
      HttpScenario scenario = HttpScenario.valueOf(name.toUpperCase(Locale.ROOT));
      try (var targets = new Targets()) {
        targets.start(scenario);
        for (Target target : targets.all) {
          warm(target, scenario);
        }
        for (int i = 0; i < rounds; i++) {
          for (Target target : targets.all) {
            target.measure(scenario);
          }
        }
        targets.all.forEach(it -> it.print(scenario));
      }
    }
    return 0;
  }

  private void warm(Target target, HttpScenario scenario) throws IOException {
    LoadGenerator.Result result = target.load(scenario, warmup);
    if (eachSecond) {
      System.out.println(
          target.name
              + " by the second: "
              + result.perSecond().stream().map(String::valueOf).collect(Collectors.joining(" ")));
    }
  }

  /** One server, and what its rounds gave. */
  private final class Target implements AutoCloseable {
    private final String name;
    private final URI address;
    private final @Nullable ServerProcess process;
    private final Optional<ProcessMeter> meter;
    private final List<double[]> rows = new ArrayList<>();

    Target(String name, URI address, @Nullable ServerProcess process, Optional<Path> postmasterPid)
        throws IOException {
      this.name = name;
      this.address = address;
      this.process = process;
      this.meter =
          process == null
              ? Optional.empty()
              : Optional.of(new ProcessMeter(process.handle(), postmasterPid));
    }

    LoadGenerator.Result load(HttpScenario scenario, int duration) throws IOException {
      SocketAddress socket = new InetSocketAddress(address.getHost(), address.getPort());
      return LoadGenerator.run(
          socket, scenario.requests(), connections, Duration.ofSeconds(duration), rate);
    }

    void measure(HttpScenario scenario) throws IOException {
      ProcessMeter.Usage none = new ProcessMeter.Usage(0, 0, 0);
      ProcessMeter.Usage before = meter.isPresent() ? meter.get().usage() : none;
      LoadGenerator.Result result = load(scenario, seconds);
      ProcessMeter.Usage used = meter.isPresent() ? meter.get().usage().minus(before) : none;
      double count = result.latencies().getTotalCount();
      rows.add(
          new double[] {
            result.rate(),
            result.percentile(50),
            result.percentile(99),
            used.serverSeconds() * 1e6 / count,
            used.databaseSeconds() * 1e6 / count,
            used.allocatedBytes() / 1024.0 / count,
            result.refused()
          });
    }

    void print(HttpScenario scenario) {
      System.out.printf(
          "%-6s %-6s %,9.0f %8.2f %8.2f %8.1f %8.1f %10.1f %8.0f%n",
          scenario.name().toLowerCase(Locale.ROOT),
          name,
          median(0),
          median(1),
          median(2),
          median(3),
          median(4),
          median(5),
          median(6));
    }

    private double median(int column) {
      double[] sorted = rows.stream().mapToDouble(it -> it[column]).sorted().toArray();
      return sorted[sorted.length / 2];
    }

    @Override
    public void close() throws IOException {
      if (meter.isPresent()) {
        meter.get().close();
      }
      if (process != null) {
        process.close();
      }
    }
  }

  /** All that is compared, and the folder of the database. */
  private final class Targets implements AutoCloseable {
    private final List<Target> all = new ArrayList<>();
    private final Path folder = Files.createTempDirectory("cats-benchmark");

    Targets() throws IOException {}

    void start(HttpScenario scenario) throws IOException, InterruptedException {
      if (url != null) {
        all.add(new Target("url", url, null, Optional.empty()));
        return;
      }
      ServerProcess server =
          ServerProcess.start(
              Map.of("CATS_DATA_DIR", folder.toString(), "CATS_PORT", "0"),
              command("-jar", jar.toString()));
      all.add(
          new Target(
              "cats",
              server.address(),
              server,
              Optional.of(folder.resolve("data/postmaster.pid"))));
      fill(server.address(), scenario.cats());
      if (memory) {
        startOther("memory", MemoryServer.class, Integer.toString(scenario.cats()));
      }
      if (bare) {
        startOther("bare", BareServer.class);
      }
    }

    private void startOther(String name, Class<?> program, String... arguments) throws IOException {
      String classPath = System.getProperty("java.class.path");
      List<String> command = new ArrayList<>(command("-cp", classPath, program.getName()));
      command.addAll(List.of(arguments));
      ServerProcess server = ServerProcess.start(Map.of(), command);
      all.add(new Target(name, server.address(), server, Optional.empty()));
    }

    private List<String> command(String... arguments) {
      return Stream.of(
              Stream.of(java.resolve("bin/java").toString()),
              jvmOptions.stream(),
              Stream.of(arguments))
          .flatMap(it -> it)
          .toList();
    }

    private void fill(URI server, int cats) throws IOException, InterruptedException {
      Path file = folder.resolve("cats.ndjson");
      Files.write(file, IntStream.range(0, cats).mapToObj(HttpScenario::json).toList());
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(server.resolve("/cats"))
                      .header("Content-Type", "application/x-ndjson")
                      .POST(HttpRequest.BodyPublishers.ofFile(file))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 201) {
        throw new IOException("the cats were not added: " + response.body());
      }
    }

    @Override
    public void close() throws IOException {
      for (Target target : all) {
        target.close();
      }
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
  }
}
