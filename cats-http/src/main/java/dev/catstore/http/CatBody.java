package dev.catstore.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.catstore.domain.CatEdit;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.Violations;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;

/**
 * The fields of one cat as a client sent them in JSON. What is wrong with them is collected, and
 * told together with what the domain finds.
 */
final class CatBody {
  /** The largest body, in bytes. */
  static final int MAX_BYTES = 1 << 20;

  /**
   * How much more than that is read and thrown away, so that the client comes to read the answer.
   */
  private static final int MAX_DISCARDED_BYTES = 16 << 20;

  /** The longest number whose value is looked at; a price has ten digits. */
  private static final int MAX_NUMBER_LENGTH = 1000;

  /** Which clients sent it, and so what it may hold. */
  enum Dialect {
    /**
     * Those of /cats: every field is known; id and revision may be there, as an answer has them.
     */
    STRICT,
    /**
     * The tutorial's, of a new cat: further fields are ignored, a price may be a text of digits.
     */
    TUTORIAL_ADD,
    /** The tutorial's, of an edit: of the price alone, and with the same freedom. */
    TUTORIAL_EDIT;

    boolean reads(String field) {
      return switch (field) {
        case "price" -> true;
        case "name", "breed" -> this != TUTORIAL_EDIT;
        default -> false;
      };
    }
  }

  private final Dialect dialect;
  private final Violations violations = new Violations();
  private final Set<String> seen = new HashSet<>();
  private Optional<String> name = Optional.empty();
  private OptionalInt price = OptionalInt.empty();
  private Optional<String> breed = Optional.empty();

  private CatBody(Dialect dialect) {
    this.dialect = dialect;
  }

  /**
   * Reads the body of a request.
   *
   * @throws ProblemException if it is too large, or no JSON object
   */
  static CatBody read(HttpServletRequest request, Dialect dialect) throws IOException {
    String text = text(request);
    boolean marked = dialect != Dialect.STRICT && text.startsWith("\uFEFF");
    var body = new CatBody(dialect);
    try (JsonParser json = Json.parser(marked ? text.substring(1) : text)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw malformed("The body must be a JSON object.");
      }
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String field = json.currentName();
        json.nextToken();
        body.readField(field, json);
      }
      if (json.nextToken() != null) {
        throw malformed("The body must be one JSON object and nothing after it.");
      }
    } catch (JacksonException e) {
      throw malformed(
          "The body is no JSON, has a key twice, or is nested too deeply: see %s."
              .formatted(position(e)));
    }
    return body;
  }

  /**
   * A whole cat.
   *
   * @throws dev.catstore.domain.InvalidValueException naming every field that is wrong
   */
  NewCat newCat() {
    for (String field : new String[] {"name", "price", "breed"}) {
      requireField(field);
    }
    violations.throwIfAny();
    return new NewCat(name.orElseThrow(), price.orElseThrow(), breed.orElseThrow());
  }

  /**
   * A change of the fields that are there.
   *
   * @throws dev.catstore.domain.InvalidValueException naming every field that is wrong
   */
  CatEdit edit() {
    if (seen.isEmpty()) {
      violations.add("", "must have at least one of name, price and breed");
    }
    violations.throwIfAny();
    return new CatEdit(name, price, breed);
  }

  /**
   * A change of the price, which must be there.
   *
   * @throws dev.catstore.domain.InvalidValueException if it is missing or wrong
   */
  CatEdit priceEdit() {
    requireField("price");
    violations.throwIfAny();
    return CatEdit.price(price.orElseThrow());
  }

  private void requireField(String field) {
    if (!seen.contains(field)) {
      violations.add(field, "is missing");
    }
  }

  private void readField(String field, JsonParser json) {
    if (!dialect.reads(field)) {
      if (dialect == Dialect.STRICT && !field.equals("id") && !field.equals("revision")) {
        violations.add(field, "is not a field of a cat");
      }
      json.skipChildren();
      return;
    }
    seen.add(field);
    switch (field) {
      case "name" -> name = readText(field, json);
      case "breed" -> breed = readText(field, json);
      default -> price = readPrice(field, json);
    }
  }

  private Optional<String> readText(String field, JsonParser json) {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      return Optional.of(violations.text(field, json.getString()));
    }
    refuse(field, "must be a text", json);
    return Optional.empty();
  }

  private OptionalInt readPrice(String field, JsonParser json) {
    boolean number = json.currentToken().isNumeric();
    boolean digits =
        dialect != Dialect.STRICT
            && json.currentToken() == JsonToken.VALUE_STRING
            && json.getString().matches("[0-9]+");
    if (number || digits) {
      Optional<BigDecimal> value = decimal(json.getString());
      if (value.isPresent()) {
        return violations.price(field, value.get());
      }
    }
    refuse(field, "must be a whole number from 0 to " + Violations.MAX_PRICE, json);
    return OptionalInt.empty();
  }

  /** The value of a number, or empty if it is too long to be looked at. */
  private static Optional<BigDecimal> decimal(String number) {
    if (number.length() > MAX_NUMBER_LENGTH) {
      return Optional.empty();
    }
    try {
      return Optional.of(new BigDecimal(number));
    } catch (NumberFormatException e) {
      return Optional.empty(); // an exponent beyond 32 bits
    }
  }

  private void refuse(String field, String rule, JsonParser json) {
    boolean isNull = json.currentToken() == JsonToken.VALUE_NULL;
    violations.add(field, isNull ? "must not be null" : rule);
    json.skipChildren();
  }

  private static String text(HttpServletRequest request) throws IOException {
    InputStream in = request.getInputStream();
    boolean waits = request.getHeader("Expect") != null;
    if (waits && request.getContentLengthLong() > MAX_BYTES) {
      throw tooLarge();
    }
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      discard(in);
      throw tooLarge();
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw malformed("The body is not UTF-8.");
    }
  }

  private static void discard(InputStream in) throws IOException {
    byte[] buffer = new byte[64 * 1024];
    int discarded = 0;
    int read = 0;
    while (read >= 0 && discarded < MAX_DISCARDED_BYTES) {
      discarded += read;
      read = in.read(buffer);
    }
  }

  private static String position(JacksonException e) {
    TokenStreamLocation location = e.getLocation();
    return location == null
        ? "its end"
        : "line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }

  private static ProblemException tooLarge() {
    return new ProblemException(
        ProblemType.CONTENT_TOO_LARGE, "The body must have at most " + MAX_BYTES + " bytes.");
  }

  private static ProblemException malformed(String detail) {
    return new ProblemException(ProblemType.MALFORMED_REQUEST, detail);
  }
}
