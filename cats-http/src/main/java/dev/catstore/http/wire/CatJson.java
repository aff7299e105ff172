package dev.catstore.http.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonpCharacterEscapes;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * How this API's JSON is bound to the documents of this package. Clients' own JSON is read token by
 * token ({@link CatFields}), since binding stops at the first wrong field.
 */
public final class CatJson {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .build();

  private static final int MAX_NAME_LENGTH = 1000;
  private static final int MAX_TOKENS = 10_000;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(FACTORY)
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .changeDefaultPropertyInclusion(it -> it.withValueInclusion(JsonInclude.Include.NON_NULL))
          .disable(
              MapperFeature.SORT_PROPERTIES_ALPHABETICALLY, MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(SerializationFeature.FLUSH_AFTER_WRITE_VALUE)
          .disable(
              DeserializationFeature.ACCEPT_FLOAT_AS_INT,
              DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(
              DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private CatJson() {}

  /** A document as UTF-8. */
  public static byte[] bytes(Object document) {
    return MAPPER.writeValueAsBytes(document);
  }

  /**
   * Writes many documents. U+2028 and U+2029 are escaped: some programs take them for the end of a
   * line.
   */
  static ObjectWriter writer(Class<?> document) {
    return MAPPER.writerFor(document).with(JsonpCharacterEscapes.instance());
  }

  /** Reads documents whose fields are all there; unknown fields are skipped. */
  public static ObjectReader reader(Class<?> document) {
    return MAPPER.readerFor(document);
  }

  public static JsonParser parser(InputStream in) {
    return MAPPER.createParser(in);
  }

  /** The failure of the stream, if that is why reading or writing JSON failed. */
  public static Optional<IOException> streamFailure(JacksonException failure) {
    return failure.getCause() instanceof IOException e ? Optional.of(e) : Optional.empty();
  }

  /**
   * Makes the parsers for what clients send: nested no deeper than this, and with few enough names
   * and values to need little more memory than the text.
   */
  public static JsonFactory limitedFactory(int maxDepth) {
    return FACTORY
        .rebuild()
        // The table of names is shared: one client could fill it for the others.
        .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(maxDepth)
                .maxNameLength(MAX_NAME_LENGTH)
                .maxTokenCount(MAX_TOKENS)
                .build())
        .build();
  }
}
