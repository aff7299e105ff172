package dev.catstore.http.server.observability;

import dev.catstore.http.server.Main;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** What one server measures: of itself, its process, and whatever else is registered. */
public final class Metrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();

  public Metrics() {
    new JvmInfoMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    garbageCollection.bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    info(registry, "cats.build.info", "The server.", Tag.of("version", Main.version()));
  }

  /** The meters as text. */
  static final class Text {
    private final String mediaType;
    private final byte[] bytes;

    Text(String mediaType, byte[] bytes) {
      this.mediaType = mediaType;
      this.bytes = bytes;
    }

    String mediaType() {
      return mediaType;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  public MeterRegistry registry() {
    return registry;
  }

  /** Registers what does not change, as labels of a meter that is always 1. */
  public static void info(MeterRegistry registry, String name, String description, Tag... tags) {
    Gauge.builder(name, () -> 1)
        .description(description)
        .tags(Tags.of(tags))
        .strongReference(true)
        .register(registry);
  }

  /** All meters, in the format of Prometheus that is asked for. */
  Text scrape(@Nullable String accept) {
    ExpositionFormatWriter writer = formats.findWriter(accept);
    var bytes = new ByteArrayOutputStream(64 * 1024);
    try {
      writer.write(bytes, registry.getPrometheusRegistry().scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Text(writer.getContentType(), bytes.toByteArray());
  }

  @Override
  public void close() {
    garbageCollection.close();
    registry.close();
  }
}
