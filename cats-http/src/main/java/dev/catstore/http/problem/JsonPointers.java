package dev.catstore.http.problem;

import static java.nio.charset.StandardCharsets.UTF_8;

/** JSON pointers in URI fragments (RFC 6901, 6). */
final class JsonPointers {
  private static final String UNESCAPED = "-._~!$&'()*+,;=:@/?";

  private JsonPointers() {}

  /** The name of a field as one token of a pointer. */
  static String escape(String field) {
    var escaped = new StringBuilder();
    for (byte b : field.replace("~", "~0").replace("/", "~1").getBytes(UTF_8)) {
      char c = (char) (b & 0xff);
      boolean alphanumeric =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (alphanumeric || UNESCAPED.indexOf(c) >= 0) {
        escaped.append(c);
      } else {
        escaped.append("%%%02X".formatted((int) c));
      }
    }
    return escaped.toString();
  }
}
