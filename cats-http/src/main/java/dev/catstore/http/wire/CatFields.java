package dev.catstore.http.wire;

import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkPut;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.Violations;
import java.io.Serial;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * The fields of one cat as a client sent them, in JSON or as texts. JSON is read token by token, to
 * report everything that is wrong with it at once, together with what the domain finds.
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
    /** Of many puts: the same, but id and revision are read. */
    PUT,
    /** Of many edits: the same, but id and revision are read. */
    EDIT,
    /** Of the tutorial's add: other fields are ignored, and a price may be a string of digits. */
    TUTORIAL_ADD,
    /** Of the tutorial's edit: the same, and only the price is read. */
    TUTORIAL_EDIT;

    boolean reads(String field) {
      return switch (field) {
        case "price" -> true;
        case "name", "breed" -> this != TUTORIAL_EDIT;
        case "id", "revision" -> this == PUT || this == EDIT;
        default -> false;
      };
    }

    boolean isTutorial() {
      return this == TUTORIAL_ADD || this == TUTORIAL_EDIT;
    }

    /** The highest id and revision. */
    private long maxId() {
      return this == PUT ? BulkPut.MAX_ID : Long.MAX_VALUE;
    }
  }

  /** The columns of a cat, or its fields. */
  static final List<String> ALL = List.of("id", "name", "price", "breed", "revision");

  /** What the owner of a cat says of it. */
  static final List<String> OWN = List.of("name", "price", "breed");

  private static final String PRICE_RULE =
      "must be a whole number from 0 to " + Violations.MAX_PRICE;

  private static final int NAMED_UNKNOWN = 20;

  /**
   * Ids as programs write them that have them in a column of decimals. An exponent is refused: it
   * is what spreadsheets round long numbers to, and would be another cat's id.
   */
  private static final Pattern WHOLE = Pattern.compile("([1-9][0-9]{0,18})(?:\\.0)?");

  /** To some people this is five, to others five thousand. */
  private static final Pattern GROUPED = Pattern.compile("[1-9][0-9]{0,2}\\.000");

  private final Dialect dialect;
  private final Violations violations = new Violations();
  private final Set<String> seen = new HashSet<>();
  private int unknown;
  private OptionalLong id = OptionalLong.empty();
  private OptionalLong revision = OptionalLong.empty();
  private Optional<String> name = Optional.empty();
  private OptionalInt price = OptionalInt.empty();
  private Optional<String> breed = Optional.empty();

  private CatFields(Dialect dialect) {
    this.dialect = dialect;
  }

  /**
   * Reads the text of a JSON object.
   *
   * @param json makes the parser, with its limits
   */
  public static CatFields parse(String text, JsonFactory json, Dialect dialect)
      throws MalformedException {
    return parse(text, json, dialect, 1, 1);
  }

  /**
   * Reads a part of a longer text.
   *
   * @param line the line on which it begins, from 1
   * @param column where in that line it begins, from 1
   */
  static CatFields parse(String text, JsonFactory json, Dialect dialect, long line, long column)
      throws MalformedException {
    var fields = new CatFields(dialect);
    try (JsonParser parser = json.createParser(ObjectReadContext.empty(), text)) {
      fields.read(parser);
    } catch (StreamConstraintsException e) {
      throw new MalformedException(
          "is nested too deeply, or has too many values or too long a name or number, at "
              + position(e, line, column));
    } catch (JacksonException e) {
      throw new MalformedException(
          "is not valid JSON, or has a duplicate key, at " + position(e, line, column));
    }
    return fields;
  }

  /**
   * Reads texts, each the field with the same index.
   *
   * @param fields names of fields, each at most once
   * @param values as many texts, or more
   */
  static CatFields ofTexts(List<String> fields, List<String> values, Dialect dialect) {
    var read = new CatFields(dialect);
    for (int i = 0; i < fields.size(); i++) {
      if (dialect.reads(fields.get(i))) {
        read.readText(fields.get(i), values.get(i));
      }
    }
    return read;
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
    OWN.forEach(this::requireField);
    violations.throwIfAny();
    return new NewCat(name.orElseThrow(), price.orElseThrow(), breed.orElseThrow());
  }

  /**
   * An edit of the fields that are present.
   *
   * @throws dev.catstore.domain.InvalidValueException naming every field that is wrong
   */
  public CatEdit edit() {
    if (OWN.stream().noneMatch(seen::contains)) {
      violations.addWhole("must have at least one of name, price and breed");
    }
    violations.throwIfAny();
    return new CatEdit(name, price, breed);
  }

  /**
   * A whole cat under its id.
   *
   * @throws dev.catstore.domain.InvalidValueException naming every field that is wrong
   */
  BulkPut put(long position) {
    requireField("id");
    NewCat cat = newCat();
    return new BulkPut(which(), cat, position);
  }

  /**
   * An edit, by an id, of the fields that are present.
   *
   * @throws dev.catstore.domain.InvalidValueException naming every field that is wrong
   */
  BulkEdit edit(long position) {
    requireField("id");
    CatEdit edit = edit();
    return new BulkEdit(which(), edit, position);
  }

  private CatRef which() {
    return new CatRef(id.orElseThrow(), revision);
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
      if (!dialect.isTutorial() && !ALL.contains(field)) {
        refuseUnknown(field);
      }
      json.skipChildren();
      return;
    }
    seen.add(field);
    switch (field) {
      case "id" -> id = readId(field, json);
      case "revision" -> {
        if (json.currentToken() != JsonToken.VALUE_NULL) {
          revision = readId(field, json);
        }
      }
      case "name" -> name = readString(field, json);
      case "breed" -> breed = readString(field, json);
      default -> price = readPrice(field, json);
    }
  }

  private void readText(String field, String value) {
    seen.add(field);
    switch (field) {
      case "id" -> id = id(field, Violations.strip(value));
      case "revision" -> {
        if (!value.isBlank()) {
          revision = id(field, Violations.strip(value));
        }
      }
      case "name" -> name = Optional.of(violations.text(field, value));
      case "breed" -> breed = Optional.of(violations.text(field, value));
      default -> price = price(field, Violations.strip(value));
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

  private Optional<String> readString(String field, JsonParser json) {
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
    if (dialect.isTutorial() && json.currentToken() == JsonToken.VALUE_STRING) {
      String text = json.getString();
      String digits = text.matches("[0-9]+") ? text.replaceFirst("^0+(?=.)", "") : "no digits";
      return violations.price(field, digits);
    }
    refuse(field, PRICE_RULE, json);
    return OptionalInt.empty();
  }

  private OptionalInt price(String field, String text) {
    if (GROUPED.matcher(text).matches()) {
      violations.add(field, PRICE_RULE + ", without a separator of thousands");
      return OptionalInt.empty();
    }
    return violations.price(field, text);
  }

  private OptionalLong readId(String field, JsonParser json) {
    if (json.currentToken().isNumeric()) {
      return id(field, json.getString());
    }
    refuse(field, idRule(), json);
    return OptionalLong.empty();
  }

  private OptionalLong id(String field, String text) {
    Matcher number = WHOLE.matcher(text);
    if (number.matches()) {
      try {
        long value = Long.parseLong(number.group(1));
        if (value <= dialect.maxId()) {
          return OptionalLong.of(value);
        }
      } catch (NumberFormatException e) {
        // Beyond 64 bits.
      }
    }
    violations.add(field, idRule());
    return OptionalLong.empty();
  }

  private String idRule() {
    return "must be a whole number from 1 to " + dialect.maxId() + ", without an exponent";
  }

  private void refuse(String field, String rule, JsonParser json) {
    boolean isNull = json.currentToken() == JsonToken.VALUE_NULL;
    violations.add(field, isNull ? "must not be null" : rule);
    json.skipChildren();
  }

  /** Where a failure is, in a text that begins at this line and column. */
  private static String position(JacksonException e, long firstLine, long firstColumn) {
    TokenStreamLocation location = e.getLocation();
    if (location == null) {
      return "its end";
    }
    boolean first = location.getLineNr() == 1;
    long line = firstLine - 1 + location.getLineNr();
    long column = location.getColumnNr() + (first ? firstColumn - 1 : 0);
    return (line == 1 ? "" : "line " + line + ", ") + "column " + column;
  }
}
