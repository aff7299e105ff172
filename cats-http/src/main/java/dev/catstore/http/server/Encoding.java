package dev.catstore.http.server;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the process has got the command line that was written. */
final class Encoding {
  private static final Logger LOG = LoggerFactory.getLogger(Encoding.class);
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  private Encoding() {}

  /** Whether these are the arguments as they were given. */
  static boolean has(String[] arguments) {
    return Stream.of(arguments).noneMatch(it -> it.indexOf('\uFFFD') >= 0)
        && (!isAscii(System.getProperty("sun.jnu.encoding", "")) || areAscii(arguments.length));
  }

  private static boolean isAscii(String charset) {
    return Charset.isSupported(charset)
        && Charset.forName(charset).equals(StandardCharsets.US_ASCII);
  }

  /** In ASCII, Java has a question mark for each byte that is none: so look at what was given. */
  private static boolean areAscii(int count) {
    if (!Files.isReadable(COMMAND_LINE)) {
      return true;
    }
    try {
      String given = Files.readString(COMMAND_LINE, StandardCharsets.ISO_8859_1);
      List<String> all = Arrays.asList(given.split("\0", -1));
      // What is before them is for Java; what follows the last NUL is nothing.
      int end = all.size() - 1;
      return all.subList(Math.max(0, end - count), end).stream()
          .allMatch(it -> it.chars().allMatch(c -> c < 0x80));
    } catch (IOException e) {
      LOG.debug("the command line cannot be read again", e);
      return true;
    }
  }
}
