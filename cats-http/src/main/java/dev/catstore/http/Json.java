package dev.catstore.http;

import dev.catstore.domain.BreedSummary;
import dev.catstore.domain.Cat;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/** The JSON of this API: how strictly it is read, and what a cat looks like in it. */
final class Json {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .build();

  private static final JsonFactory LINES = FACTORY.rebuild().rootValueSeparator("\n").build();

  private Json() {}

  /** What makes parsers of texts that are nested no deeper than this. */
  static JsonFactory reader(int maxDepth) {
    return FACTORY
        .rebuild()
        .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(maxDepth).build())
        .build();
  }

  static JsonGenerator generator(OutputStream out) {
    return FACTORY.createGenerator(ObjectWriteContext.empty(), out);
  }

  /** A generator that puts each value on a line of its own. */
  static JsonGenerator lineGenerator(OutputStream out) {
    return LINES.createGenerator(ObjectWriteContext.empty(), out);
  }

  /** What the writer writes, as UTF-8. */
  static byte[] bytes(Consumer<JsonGenerator> writer) {
    var bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = generator(bytes)) {
      writer.accept(json);
    }
    return bytes.toByteArray();
  }

  /** A cat as /cats shows it. */
  static void write(JsonGenerator json, Cat cat) {
    json.writeStartObject();
    writeFields(json, cat);
    json.writeNumberProperty("revision", cat.revision());
    json.writeEndObject();
  }

  /** A cat as the tutorial application showed it, without its revision. */
  static void writeWithoutRevision(JsonGenerator json, Cat cat) {
    json.writeStartObject();
    writeFields(json, cat);
    json.writeEndObject();
  }

  /** The summary of a breed. */
  static void write(JsonGenerator json, BreedSummary breed) {
    json.writeStartObject();
    json.writeStringProperty("breed", breed.breed());
    json.writeNumberProperty("count", breed.count());
    json.writeObjectPropertyStart("price");
    json.writeNumberProperty("min", breed.minPrice());
    json.writeNumberProperty("mean", breed.meanPrice());
    json.writeNumberProperty("max", breed.maxPrice());
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void writeFields(JsonGenerator json, Cat cat) {
    json.writeNumberProperty("id", cat.id());
    json.writeStringProperty("name", cat.name());
    json.writeNumberProperty("price", cat.price());
    json.writeStringProperty("breed", cat.breed());
  }
}
