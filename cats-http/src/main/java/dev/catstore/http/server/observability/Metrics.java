package dev.catstore.http.server.observability;

import dev.catstore.http.server.config.BuildInfo;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jetty.JettyConnectionMetrics;
import io.micrometer.core.instrument.binder.jetty.JettyServerThreadPoolMetrics;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.QoSHandler;

/** The metrics of one server: its own, those of its process, and others registered here. */
public final class Metrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

  public Metrics() {
    registry.config().meterFilter(new ConventionalNames());
    new JvmInfoMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    garbageCollection.bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    FunctionCounter.builder("process.cpu", ProcessHandle.current(), Metrics::cpuSeconds)
        .description("The time that the process has had on processors.")
        .baseUnit("seconds")
        .register(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    info("cats.build.info", "The server.", "version", BuildInfo.version());
  }

  /** Names of metrics that break the conventions of Prometheus. */
  private static final class ConventionalNames implements MeterFilter {
    @Override
    public MeterFilterReply accept(Meter.Id id) {
      // In nanoseconds; there is one in seconds.
      return id.getName().equals("process.cpu.time")
          ? MeterFilterReply.DENY
          : MeterFilterReply.NEUTRAL;
    }

    @Override
    public Meter.Id map(Meter.Id id) {
      return id.getName().equals("system.cpu.count") ? id.withName("system.cpus") : id;
    }
  }

  private static double cpuSeconds(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
  }

  /** The Micrometer registry, for libraries that can register metrics with one. */
  public Object registry() {
    return registry;
  }

  /** Registers a constant, as the label of a metric that is always 1. */
  public void info(String name, String description, String label, String value) {
    Gauge.builder(name, () -> 1)
        .description(description)
        .tags(Tags.of(label, value))
        .strongReference(true)
        .register(registry);
  }

  /**
   * Registers the metrics of a server, which has all its connectors.
   *
   * @param requests counts the requests that are in progress or wait
   * @param queue where they wait
   */
  public void register(Server server, GracefulHandler requests, QoSHandler queue) {
    JettyConnectionMetrics.addToAllConnectors(server, registry);
    new JettyServerThreadPoolMetrics(server.getThreadPool(), Tags.empty()).bindTo(registry);
    Gauge.builder("http.server.requests.waiting", queue, QoSHandler::getSuspendedRequestCount)
        .description("Requests waiting for their turn (CATS_MAX_WAITING).")
        .register(registry);
    Gauge.builder(
            "http.server.requests.active",
            () -> Math.max(0, requests.getCurrentRequestCount() - queue.getSuspendedRequestCount()))
        .description("Requests in progress (CATS_MAX_REQUESTS), including this one.")
        .register(registry);
  }

  /** Counts and times the requests that are logged to it. */
  public RequestLog requestLog() {
    return new RequestMetrics(registry);
  }

  MetricSnapshots scrape() {
    return registry.getPrometheusRegistry().scrape();
  }

  @Override
  public void close() {
    garbageCollection.close();
    registry.close();
  }
}
