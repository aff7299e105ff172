package dev.catstore.persistence.jooq;

import java.io.Serial;

/**
 * A database in which {@link CatSchema} cannot make the tables of the store. The message is one
 * line for people and names what is in the way; trying again helps once that has been mended.
 */
public final class SchemaException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  SchemaException(String message) {
    super(message);
  }

  SchemaException(String message, Throwable cause) {
    super(message, cause);
  }
}
