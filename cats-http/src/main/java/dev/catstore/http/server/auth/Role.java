package dev.catstore.http.server.auth;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a token allows. */
public enum Role {
  /** To read the cats. */
  READ,
  /** To read and change the cats. */
  WRITE;

  /** The role of this name, in lower case. */
  public static Optional<Role> of(String name) {
    return Stream.of(values()).filter(role -> role.toString().equals(name)).findFirst();
  }

  /** Its name in a token file and on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
