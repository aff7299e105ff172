package dev.catstore.persistence.jooq;

import java.io.Serial;

/** Stub. */
public final class SchemaException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  SchemaException(String message, Throwable cause) {
    super(message, cause);
  }
}
