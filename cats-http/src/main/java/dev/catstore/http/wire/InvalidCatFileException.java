package dev.catstore.http.wire;

import java.io.Serial;
import java.util.List;
import java.util.Optional;

/**
 * A file of cats that cannot be imported. Correct what the findings name and import it again.
 *
 * <p>A malformed file cannot be read to its end: its last finding names the record that ended the
 * reading, those before it are wrong values found until then. In a file that is not malformed all
 * findings are wrong values.
 */
public final class InvalidCatFileException extends RuntimeException {
  /** How many findings are named; of the others only their number is known. */
  public static final int MAX_FINDINGS = 20;

  @Serial private static final long serialVersionUID = 1;

  private final CatFormat format;
  private final boolean malformed;
  private final transient List<Finding> findings;
  private final long more;

  /**
   * One thing that is wrong.
   *
   * @param position where the record is, as {@link CatFormat#place} shows it
   * @param field the field that is wrong; empty if it is the record as a whole
   * @param rule what is asked of it, as the end of a sentence
   */
  public record Finding(long position, Optional<String> field, String rule) {
    /** A sentence, for example {@code price must be a whole number}. */
    @Override
    public String toString() {
      return field.orElse("the record") + " " + rule;
    }
  }

  InvalidCatFileException(CatFormat format, boolean malformed, List<Finding> findings, long more) {
    super(format.place(findings.get(0).position()) + ": " + findings.get(0), null, false, false);
    this.format = format;
    this.malformed = malformed;
    this.findings = List.copyOf(findings);
    this.more = more;
  }

  /** A file that cannot be read beyond this record. */
  static InvalidCatFileException malformed(CatFormat format, long position, String rule) {
    var finding = new Finding(position, Optional.empty(), rule);
    return new InvalidCatFileException(format, true, List.of(finding), 0);
  }

  static InvalidCatFileException notUtf8(CatFormat format, long position) {
    return malformed(
        format,
        position,
        "is not valid UTF-8: save the file as UTF-8, in a spreadsheet as CSV UTF-8");
  }

  /** A file that goes on with another one, by the mark at its beginning. */
  static InvalidCatFileException secondFile(CatFormat format, long position) {
    return malformed(
        format,
        position,
        "begins with a byte order mark, as a second file does: import files one by one");
  }

  /** The format of the file. */
  public CatFormat format() {
    return format;
  }

  /** Whether the file cannot be read to its end, rather than having wrong values. */
  public boolean isMalformed() {
    return malformed;
  }

  /** What is wrong, in the order of the file: the first findings, at least one. */
  public List<Finding> findings() {
    return findings;
  }

  /** How many others there are. */
  public long more() {
    return more;
  }
}
