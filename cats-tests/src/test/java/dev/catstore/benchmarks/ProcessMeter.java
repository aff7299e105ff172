package dev.catstore.benchmarks;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** What a server and its PostgreSQL have used so far. Needs the proc file system of Linux. */
final class ProcessMeter implements AutoCloseable {
  private static final double TICKS_PER_SECOND = 100;

  private final ProcessHandle server;
  private final Optional<Path> postmasterPid;
  private final JMXConnector connector;
  private final MBeanServerConnection beans;

  /**
   * @param allocatedBytes of the server; negative before JDK 21, which does not tell
   */
  record Usage(double serverSeconds, double databaseSeconds, long allocatedBytes) {
    Usage minus(Usage before) {
      return new Usage(
          serverSeconds - before.serverSeconds,
          databaseSeconds - before.databaseSeconds,
          allocatedBytes - before.allocatedBytes);
    }
  }

  /**
   * @param postmasterPid the file that PostgreSQL keeps while it runs
   */
  @SuppressWarnings("BanJNDI") // the JVM at the other end is one that the benchmark started
  ProcessMeter(ProcessHandle server, Optional<Path> postmasterPid) throws IOException {
    this.server = server;
    this.postmasterPid = postmasterPid;
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(server.pid()));
      String address = machine.startLocalManagementAgent();
      machine.detach();
      connector = JMXConnectorFactory.connect(new JMXServiceURL(address));
      beans = connector.getMBeanServerConnection();
    } catch (AttachNotSupportedException e) {
      throw new IOException(e);
    }
  }

  Usage usage() throws IOException {
    return new Usage(
        server.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9,
        postmasterPid.isEmpty() ? 0 : databaseSeconds(postmasterPid.get()),
        allocatedBytes());
  }

  private long allocatedBytes() throws IOException {
    try {
      var threads = new ObjectName("java.lang:type=Threading");
      boolean tells =
          Arrays.stream(beans.getMBeanInfo(threads).getAttributes())
              .anyMatch(it -> it.getName().equals("TotalThreadAllocatedBytes"));
      return tells ? (long) beans.getAttribute(threads, "TotalThreadAllocatedBytes") : -1;
    } catch (JMException e) {
      throw new IOException(e);
    }
  }

  /** Of the postmaster, its processes, and those that have ended. */
  private static double databaseSeconds(Path pidFile) throws IOException {
    long postmaster = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
    double ticks = ticks(postmaster, 4);
    List<ProcessHandle> backends;
    try (Stream<ProcessHandle> children = ProcessHandle.of(postmaster).orElseThrow().children()) {
      backends = children.toList();
    }
    for (ProcessHandle backend : backends) {
      ticks += ticks(backend.pid(), 2);
    }
    return ticks / TICKS_PER_SECOND;
  }

  /** The first of utime, stime, cutime and cstime, as proc(5) has them. */
  private static double ticks(long pid, int fields) throws IOException {
    Path stat = Path.of("/proc/" + pid + "/stat");
    if (!Files.exists(stat)) {
      return 0;
    }
    String line = Files.readString(stat);
    String[] behindName = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
    return Arrays.stream(behindName, 11, 11 + fields).mapToDouble(Double::parseDouble).sum();
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
