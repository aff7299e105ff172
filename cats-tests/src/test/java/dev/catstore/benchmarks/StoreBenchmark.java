package dev.catstore.benchmarks;

import static java.util.Objects.requireNonNull;

import com.sun.management.OperatingSystemMXBean;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import dev.catstore.persistence.jooq.CatSchema;
import dev.catstore.persistence.jooq.JooqCatStore;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import javax.sql.DataSource;

/**
 * One cat at a time from many threads: through the store with coalescing and without it, and by
 * hand through JDBC on pools of several sizes, the best of which is the baseline. The database is
 * durable. The rounds alternate between the subjects, after a longer one to warm up. On a machine
 * with other work trust the CPU time of a call rather than the rate.
 *
 * <p>The arguments, each optional: how many rounds (5), the seconds of a sample (1), {@code
 * platform} or {@code virtual} threads, and their numbers (1 8 32 128).
 */
public final class StoreBenchmark {
  private static final int CATS = 10_000;
  private static final int STORE_POOL = 16;
  private static final List<Integer> JDBC_POOLS = List.of(8, 16, 32);

  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private static final int WARM_UP = 3;

  /** Calls a second, and the microseconds of CPU that each took in the JVM and in PostgreSQL. */
  private record Sample(double rate, double jvm, double postgres) {}

  /** Finds, adds and edits, in this order. */
  private record Subject(String name, List<Callable<Cat>> calls) {}

  private final int rounds;
  private final double seconds;
  private final boolean virtual;
  private final Connection admin;
  private final List<Subject> subjects = new ArrayList<>();

  private StoreBenchmark(int rounds, double seconds, boolean virtual, Connection admin) {
    this.admin = admin;
    this.rounds = rounds;
    this.seconds = seconds;
    this.virtual = virtual;
  }

  public static void main(String[] args) throws Exception {
    int[] threads =
        args.length > 3
            ? Arrays.stream(args).skip(3).mapToInt(Integer::parseInt).toArray()
            : new int[] {1, 8, 32, 128};
    try (EmbeddedPostgres postgres =
            EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .start();
        HikariDataSource pool = pool(postgres, STORE_POOL);
        Connection admin = postgres.getPostgresDatabase().getConnection()) {
      var benchmark =
          new StoreBenchmark(
              args.length > 0 ? Integer.parseInt(args[0]) : 5,
              args.length > 1 ? Double.parseDouble(args[1]) : 1,
              args.length > 2 && args[2].equals("virtual"),
              admin);
      CatSchema.migrate(pool);
      JooqCatStore.on(pool)
          .addAll(IntStream.range(0, CATS).mapToObj(StoreBenchmark::cat).iterator());
      for (int size : JDBC_POOLS) {
        benchmark.subjects.add(byHand(pool(postgres, size), "jdbc, pool " + size));
      }
      benchmark.subjects.add(through(JooqCatStore.on(pool).withoutCoalescing(), "store, off"));
      benchmark.subjects.add(through(JooqCatStore.on(pool), "store, on"));
      for (int number : threads) {
        benchmark.measure(number);
      }
    }
  }

  private static HikariDataSource pool(EmbeddedPostgres postgres, int size) {
    var config = new HikariConfig();
    config.setDataSource(postgres.getPostgresDatabase());
    config.setMaximumPoolSize(size);
    return new HikariDataSource(config);
  }

  private static Subject through(CatStore store, String name) {
    return new Subject(
        name,
        List.of(
            () -> store.find(anyId()).orElseThrow(),
            () -> store.add(cat(ThreadLocalRandom.current().nextInt(CATS))),
            () -> store.edit(CatRef.of(anyId()), CatEdit.price(1))));
  }

  private static Subject byHand(DataSource pool, String name) {
    return new Subject(
        name,
        List.of(
            () ->
                first(
                    pool,
                    "select id, name, price, breed, revision from cats where id = ?",
                    anyId()),
            () -> {
              NewCat cat = cat(ThreadLocalRandom.current().nextInt(CATS));
              return first(
                  pool,
                  "insert into cats (name, price, breed) values (?, ?, ?)"
                      + " returning id, name, price, breed, revision",
                  cat.name(),
                  cat.price(),
                  cat.breed());
            },
            () ->
                first(
                    pool,
                    "update cats set price = ?, revision = revision + 1 where id = ?"
                        + " returning id, name, price, breed, revision",
                    1,
                    anyId())));
  }

  private static Cat first(DataSource pool, String sql, Object... values) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new Cat(
            row.getLong(1),
            requireNonNull(row.getString(2)),
            row.getInt(3),
            requireNonNull(row.getString(4)),
            row.getLong(5));
      }
    }
  }

  private static long anyId() {
    return ThreadLocalRandom.current().nextLong(CATS) + 1;
  }

  private static NewCat cat(int i) {
    return new NewCat("cat number " + i, i % 10_000, "breed " + i % 100);
  }

  private void measure(int threads) throws Exception {
    List<String> names = List.of("find", "add", "edit");
    for (int call = 0; call < names.size(); call++) {
      Map<String, List<Sample>> samples = new LinkedHashMap<>();
      for (int round = 0; round <= rounds; round++) {
        for (Subject subject : subjects) {
          Callable<Cat> work = subject.calls().get(call);
          if (round == 0) {
            sample(work, threads, WARM_UP * seconds);
          } else {
            samples
                .computeIfAbsent(subject.name(), it -> new ArrayList<>())
                .add(sample(work, threads, seconds));
          }
        }
      }
      print(names.get(call), threads, samples);
    }
  }

  private void print(String call, int threads, Map<String, List<Sample>> samples) {
    double baseline =
        samples.entrySet().stream()
            .filter(it -> it.getKey().startsWith("jdbc"))
            .mapToDouble(it -> median(it.getValue(), Sample::rate))
            .max()
            .orElseThrow();
    System.out.printf(
        "%-4s, %3d %-8s threads      calls/s   ratio  us of CPU: JVM  PostgreSQL%n",
        call, threads, virtual ? "virtual" : "platform");
    samples.forEach(
        (name, of) -> {
          double rate = median(of, Sample::rate);
          System.out.printf(
              "  %-24s %,11.0f %7.2f %15.1f %11.1f%n",
              name, rate, rate / baseline, median(of, Sample::jvm), median(of, Sample::postgres));
        });
  }

  private static double median(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return samples.stream().mapToDouble(value).sorted().toArray()[samples.size() / 2];
  }

  private Sample sample(Callable<Cat> call, int threads, double seconds) throws Exception {
    var calls = new AtomicLong();
    long begin = System.nanoTime();
    long jvm = PROCESS.getProcessCpuTime();
    Map<Long, Duration> postgres = postgresCpu();
    long end = begin + (long) (seconds * 1e9);
    List<Thread> started = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      started.add(
          start(
              () -> {
                long done = 0;
                while (System.nanoTime() < end) {
                  run(call);
                  done++;
                }
                calls.addAndGet(done);
              }));
    }
    for (Thread thread : started) {
      thread.join();
    }
    double took = (System.nanoTime() - begin) / 1e9;
    double done = calls.get();
    double postgresMicros = 0;
    for (Map.Entry<Long, Duration> process : postgresCpu().entrySet()) {
      Duration before = postgres.getOrDefault(process.getKey(), Duration.ZERO);
      postgresMicros += process.getValue().minus(before).toNanos() / 1e3;
    }
    return new Sample(
        done / took, (PROCESS.getProcessCpuTime() - jvm) / 1e3 / done, postgresMicros / done);
  }

  /** The CPU time of PostgreSQL's processes. */
  private Map<Long, Duration> postgresCpu() throws SQLException {
    Map<Long, Duration> cpu = new HashMap<>();
    try (Statement statement = admin.createStatement();
        ResultSet rows = statement.executeQuery("select pid from pg_stat_activity")) {
      while (rows.next()) {
        long pid = rows.getLong(1);
        ProcessHandle.of(pid)
            .flatMap(it -> it.info().totalCpuDuration())
            .ifPresent(it -> cpu.put(pid, it));
      }
    }
    return cpu;
  }

  private static void run(Callable<Cat> call) {
    try {
      Cat unused = call.call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Virtual threads are newer than the release that this is compiled for. */
  private Thread start(Runnable work) throws ReflectiveOperationException {
    if (virtual) {
      return (Thread)
          Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
    }
    var thread = new Thread(work, "benchmark");
    thread.start();
    return thread;
  }
}
