package dev.catstore.http.wire;

import dev.catstore.domain.CatEdit;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.Violations;
import java.io.Serial;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * The fields of one cat as a client sent them in JSON. They are read token by token, to report
 * everything that is wrong with them at once, together with what the domain finds.
 */
public final class CatFields {
  /** What was sent is not the JSON of a cat at all. */
  public static final class MalformedException extends Exception {
    @Serial private static final long serialVersionUID = 1;

    private final String rule;

    MalformedException(String rule) {
      super(rule, null, false, false);
      this.rule = rule;
    }

    /** What is asked of the text, as the end of a sentence that begins with it. */
    public String rule() {
      return rule;
    }
  }

  /** Which fields are read, and how strictly. */
  public enum Dialect {
    /** Of /cats: unknown fields are refused; id and revision are ignored, as a GET has them. */
    STRICT,
    /** Of the tutorial's add: other fields are ignored, and a price may be a string of digits. */
    TUTORIAL_ADD,
    /** Of the tutorial's edit: the same, and only the price is read. */
    TUTORIAL_EDIT;

    boolean reads(String field) {
      return switch (field) {
        case "price" -> true;
        case "name", "breed" -> this != TUTORIAL_EDIT;
        default -> false;
      };
    }
  }

  private static final int NAMED_UNKNOWN = 20;

  private final Dialect dialect;
  private final Violations violations = new Violations();
  private final Set<String> seen = new HashSet<>();
  private int unknown;
  private Optional<String> name = Optional.empty();
  private OptionalInt price = OptionalInt.empty();
  private Optional<String> breed = Optional.empty();

  private CatFields(Dialect dialect) {
    this.dialect = dialect;
  }

  /**
   * Reads a text.
   *
   * @param json makes the parser, with its limits
   */
  public static CatFields parse(String text, JsonFactory json, Dialect dialect)
      throws MalformedException {
    var fields = new CatFields(dialect);
    try (JsonParser parser = json.createParser(ObjectReadContext.empty(), text)) {
      fields.read(parser);
    } catch (StreamConstraintsException e) {
      throw new MalformedException(
          "is nested too deeply, or has too many values or too long a name or number, at "
              + position(e));
    } catch (JacksonException e) {
      throw new MalformedException("is not valid JSON, or has a duplicate key, at " + position(e));
    }
    return fields;
  }

  private void read(JsonParser json) throws MalformedException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new MalformedException("must be a JSON object");
    }
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String field = json.currentName();
      json.nextToken();
      readField(field, json);
    }
    if (json.nextToken() != null) {
      throw new MalformedException("must be one JSON object with nothing after it");
    }
  }

  /**
   * A whole cat.
   *
   * @throws dev.catstore.domain.InvalidValueException naming every field that is wrong
   */
  public NewCat newCat() {
    for (String field : new String[] {"name", "price", "breed"}) {
      requireField(field);
    }
    violations.throwIfAny();
    return new NewCat(name.orElseThrow(), price.orElseThrow(), breed.orElseThrow());
  }

  /**
   * An edit of the fields that are present.
   *
   * @throws dev.catstore.domain.InvalidValueException naming every field that is wrong
   */
  public CatEdit edit() {
    if (seen.isEmpty()) {
      violations.addWhole("must have at least one of name, price and breed");
    }
    violations.throwIfAny();
    return new CatEdit(name, price, breed);
  }

  /**
   * An edit of the price, which must be present.
   *
   * @throws dev.catstore.domain.InvalidValueException if it is missing or wrong
   */
  public CatEdit priceEdit() {
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
        refuseUnknown(field);
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

  /** Names only the first of them: a response must not be many times larger than its request. */
  private void refuseUnknown(String field) {
    unknown++;
    if (unknown <= NAMED_UNKNOWN) {
      violations.add(field, "is not a field of a cat");
    } else if (unknown == NAMED_UNKNOWN + 1) {
      violations.addWhole("has more unknown fields");
    }
  }

  private Optional<String> readText(String field, JsonParser json) {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      return Optional.of(violations.text(field, json.getString()));
    }
    refuse(field, "must be a string", json);
    return Optional.empty();
  }

  private OptionalInt readPrice(String field, JsonParser json) {
    if (json.currentToken().isNumeric()) {
      return violations.price(field, json.getString());
    }
    if (dialect != Dialect.STRICT && json.currentToken() == JsonToken.VALUE_STRING) {
      String text = json.getString();
      String digits = text.matches("[0-9]+") ? text.replaceFirst("^0+(?=.)", "") : "no digits";
      return violations.price(field, digits);
    }
    refuse(field, "must be a whole number from 0 to " + Violations.MAX_PRICE, json);
    return OptionalInt.empty();
  }

  private void refuse(String field, String rule, JsonParser json) {
    boolean isNull = json.currentToken() == JsonToken.VALUE_NULL;
    violations.add(field, isNull ? "must not be null" : rule);
    json.skipChildren();
  }

  private static String position(JacksonException e) {
    TokenStreamLocation location = e.getLocation();
    if (location == null) {
      return "its end";
    }
    String line = location.getLineNr() == 1 ? "" : "line " + location.getLineNr() + ", ";
    return line + "column " + location.getColumnNr();
  }
}
