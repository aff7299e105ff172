package dev.catstore.http.server.auth;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a token allows. */
public enum Role {
  /** To look at the cats. */
  READ,
  /** To look at the cats and to change them. */
  WRITE;

  /** The role of this name, in lower case. */
  public static Optional<Role> of(String name) {
    return Stream.of(values()).filter(role -> role.toString().equals(name)).findFirst();
  }

  /** Its name in a file of tokens and on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
