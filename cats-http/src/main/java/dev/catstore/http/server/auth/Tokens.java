package dev.catstore.http.server.auth;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tokens that clients may have, known by their hashes alone. As text each is a line: its role,
 * the SHA-256 hash of the token, and, if wanted, a name. Blank lines, and lines that begin with #,
 * are passed over.
 *
 * <p>A token is 256 random bits: nobody finds it by trying, however fast the hash is.
 */
public final class Tokens {
  private static final int RANDOM_BYTES = 32;
  private static final Pattern LINE =
      Pattern.compile("(\\S+)[ \\t]+([0-9a-f]{64})(?:[ \\t]+([A-Za-z0-9._-]{1,64}))?");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final List<Entry> entries;

  private Tokens(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  /**
   * A client that has shown its token.
   *
   * @param name the name of the token, for logs
   * @param id who it is: tokens of one name are one client's, and one without a name is its own
   */
  record Client(Role role, String name, String id) {}

  /** The text is not that of tokens. Its message names the line and the rule, never the text. */
  public static final class MalformedException extends Exception {
    @java.io.Serial private static final long serialVersionUID = 1;

    MalformedException(int line, String rule) {
      super("line " + line + " " + rule);
    }
  }

  /** A line of the text. */
  private static final class Entry {
    private final byte[] hash;
    private final Client client;

    Entry(byte[] hash, Client client) {
      this.hash = hash;
      this.client = client;
    }
  }

  public static Tokens parse(String text) throws MalformedException {
    List<Entry> entries = new ArrayList<>();
    List<String> lines = text.lines().map(String::strip).toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.isEmpty() && !line.startsWith("#")) {
        Entry entry = parseLine(i + 1, line);
        if (entries.stream().anyMatch(it -> MessageDigest.isEqual(it.hash, entry.hash))) {
          throw new MalformedException(i + 1, "has the hash of a line before it");
        }
        entries.add(entry);
      }
    }
    return new Tokens(entries);
  }

  private static Entry parseLine(int number, String line) throws MalformedException {
    Matcher matcher = LINE.matcher(line);
    Optional<Role> role = matcher.matches() ? Role.of(matcher.group(1)) : Optional.empty();
    if (role.isEmpty()) {
      throw new MalformedException(
          number,
          "must be read or write, the hash of a token in 64 hexadecimal digits, and, if wanted, a"
              + " name, as `cats token` makes it");
    }
    String hash = matcher.group(2);
    boolean named = matcher.group(3) != null;
    String name = named ? matcher.group(3) : "without a name";
    String id = named ? "name " + name : "hash " + hash;
    return new Entry(HexFormat.of().parseHex(hash), new Client(role.orElseThrow(), name, id));
  }

  /** Whether a token can have this name. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** A new token. */
  public static String generate() {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    return "cats_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /** The line for a token. */
  public static String line(Role role, String token, Optional<String> name) {
    String line = role + " " + HexFormat.of().formatHex(hash(token));
    return name.map(it -> line + " " + it).orElse(line);
  }

  /** Whose token this is; takes equally long whether it is somebody's or not. */
  Optional<Client> find(String token) {
    byte[] hash = hash(token);
    Optional<Client> found = Optional.empty();
    for (Entry entry : entries) {
      if (MessageDigest.isEqual(entry.hash, hash)) {
        found = Optional.of(entry.client);
      }
    }
    return found;
  }

  private static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
