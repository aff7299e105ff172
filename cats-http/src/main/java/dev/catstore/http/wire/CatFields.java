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
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;

/**
 * The fields of one cat as a client sent them in JSON. What is wrong with them is collected, and
 * told together with what the domain finds.
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

    /** What is asked of it, as the end of a sentence that begins with what was sent. */
    public String rule() {
      return rule;
    }
  }

  /** Which clients sent it, and so what it may hold. */
  public enum Dialect {
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

  /** Reads what the parser has. */
  public static CatFields of(JsonParser json, Dialect dialect) throws MalformedException {
    var body = new CatFields(dialect);
    try {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new MalformedException("must be a JSON object");
      }
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String field = json.currentName();
        json.nextToken();
        body.readField(field, json);
      }
      if (json.nextToken() != null) {
        throw new MalformedException("must be one JSON object and nothing after it");
      }
    } catch (StreamConstraintsException e) {
      throw new MalformedException(
          "is nested too deeply, or has too many values or too long a name or number: see "
              + position(e));
    } catch (JacksonException e) {
      throw new MalformedException("is no JSON, or has a key twice: see " + position(e));
    }
    return body;
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
   * A change of the fields that are there.
   *
   * @throws dev.catstore.domain.InvalidValueException naming every field that is wrong
   */
  public CatEdit edit() {
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

  /** Names the first of them: an answer shall not be many times as large as what was asked. */
  private void refuseUnknown(String field) {
    unknown++;
    if (unknown <= NAMED_UNKNOWN) {
      violations.add(field, "is not a field of a cat");
    } else if (unknown == NAMED_UNKNOWN + 1) {
      violations.add("", "has more fields that are not those of a cat");
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
