package dev.catstore.http.wire;

import dev.catstore.domain.BreedSummary;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.NewCat;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/** The JSON of this API: how strictly it is read, and what a cat looks like in it. */
public final class CatJson {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .build();

  private static final int MAX_NAME_LENGTH = 1000;
  private static final int MAX_TOKENS = 10_000;

  private static final JsonFactory LINES = FACTORY.rebuild().rootValueSeparator("\n").build();

  private CatJson() {}

  /**
   * What makes parsers of texts that strangers have sent: nested no deeper than this, and without
   * so many names and values that they would take much more memory than the text.
   */
  public static JsonFactory reader(int maxDepth) {
    return FACTORY
        .rebuild()
        // The table of names is shared: what one client puts there would be another's trouble.
        .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(maxDepth)
                .maxNameLength(MAX_NAME_LENGTH)
                .maxTokenCount(MAX_TOKENS)
                .build())
        .build();
  }

  public static JsonParser parser(InputStream in) {
    return FACTORY.createParser(ObjectReadContext.empty(), in);
  }

  public static JsonGenerator generator(OutputStream out) {
    return FACTORY.createGenerator(ObjectWriteContext.empty(), out);
  }

  /** A generator that puts each value on a line of its own. */
  public static JsonGenerator lineGenerator(OutputStream out) {
    return LINES.createGenerator(ObjectWriteContext.empty(), out);
  }

  /** What the writer writes, as UTF-8. */
  public static byte[] bytes(Consumer<JsonGenerator> writer) {
    var bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = generator(bytes)) {
      writer.accept(json);
    }
    return bytes.toByteArray();
  }

  /** A cat as /cats shows it. */
  public static void write(JsonGenerator json, Cat cat) {
    json.writeStartObject();
    writeFields(json, cat);
    json.writeNumberProperty("revision", cat.revision());
    json.writeEndObject();
  }

  /** A cat as the tutorial application showed it, without its revision. */
  public static void writeWithoutRevision(JsonGenerator json, Cat cat) {
    json.writeStartObject();
    writeFields(json, cat);
    json.writeEndObject();
  }

  /** A cat that is to be added. */
  public static void write(JsonGenerator json, NewCat cat) {
    write(json, CatEdit.replacement(cat));
  }

  /** What is to be changed of a cat. */
  public static void write(JsonGenerator json, CatEdit edit) {
    json.writeStartObject();
    edit.name().ifPresent(name -> json.writeStringProperty("name", name));
    edit.price().ifPresent(price -> json.writeNumberProperty("price", price));
    edit.breed().ifPresent(breed -> json.writeStringProperty("breed", breed));
    json.writeEndObject();
  }

  /** The summary of a breed. */
  public static void write(JsonGenerator json, BreedSummary breed) {
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

  /** Reads a cat as /cats shows it; fields that are not known are passed over. */
  public static Cat readCat(JsonParser json) {
    long id = 0;
    String name = "";
    int price = -1;
    String breed = "";
    long revision = 0;
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "id" -> id = json.getLongValue();
        case "name" -> name = readText(json);
        case "price" -> price = json.getIntValue();
        case "breed" -> breed = readText(json);
        case "revision" -> revision = json.getLongValue();
        default -> json.skipChildren();
      }
    }
    return new Cat(id, name, price, breed, revision);
  }

  /** Reads the summary of a breed; fields that are not known are passed over. */
  public static BreedSummary readBreed(JsonParser json) {
    String breed = "";
    long count = 0;
    int min = -1;
    double mean = Double.NaN;
    int max = -1;
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "breed" -> breed = readText(json);
        case "count" -> count = json.getLongValue();
        case "price" -> {
          while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String part = json.currentName();
            json.nextToken();
            switch (part) {
              case "min" -> min = json.getIntValue();
              case "mean" -> mean = json.getDoubleValue();
              case "max" -> max = json.getIntValue();
              default -> json.skipChildren();
            }
          }
        }
        default -> json.skipChildren();
      }
    }
    return new BreedSummary(breed, count, min, mean, max);
  }

  /** Reads how many cats an import added; -1 if it is not there. */
  public static long readAdded(JsonParser json) {
    long added = -1;
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String field = json.currentName();
      json.nextToken();
      if (field.equals("added")) {
        added = json.getLongValue();
      } else {
        json.skipChildren();
      }
    }
    return added;
  }

  private static String readText(JsonParser json) {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw new StreamReadException(json, "a text was expected");
    }
    return json.getString();
  }

  private static void writeFields(JsonGenerator json, Cat cat) {
    json.writeNumberProperty("id", cat.id());
    json.writeStringProperty("name", cat.name());
    json.writeNumberProperty("price", cat.price());
    json.writeStringProperty("breed", cat.breed());
  }
}
