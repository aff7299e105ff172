package dev.catstore.http;

import dev.catstore.domain.BreedSummary;
import dev.catstore.domain.Cat;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The objects that answers are made of. Each method begins at the start of one and ends at its end;
 * a field that is missing is left at a value that the domain refuses.
 */
final class AnswerObjects {
  private AnswerObjects() {}

  static Cat cat(JsonParser json) {
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
        case "name" -> name = json.getString();
        case "price" -> price = json.getIntValue();
        case "breed" -> breed = json.getString();
        case "revision" -> revision = json.getLongValue();
        default -> json.skipChildren();
      }
    }
    return new Cat(id, name, price, breed, revision);
  }

  static BreedSummary breed(JsonParser json) {
    String breed = "";
    long count = 0;
    int min = -1;
    double mean = Double.NaN;
    int max = -1;
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "breed" -> breed = json.getString();
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

  /** How many cats an import added. */
  static long added(JsonParser json) {
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
}
