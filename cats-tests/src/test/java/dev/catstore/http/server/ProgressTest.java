package dev.catstore.http.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Progress without a terminal; progress on a terminal is tested with the jar. */
class ProgressTest {
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();

  @Test
  void lines_afterThePause_giveTheCount() {
    assertThat(lines(Duration.ZERO, 1100))
        .containsExactly(
            "import: 256 cats so far",
            "import: 512 cats so far",
            "import: 768 cats so far",
            "import: 1,024 cats so far");
  }

  @Test
  void lines_withinThePause_areNotWritten() {
    assertThat(lines(Duration.ofHours(1), 10_000)).isEmpty();
  }

  @Test
  void lines_afterARestart_countAnew() {
    try (Progress progress =
        new Progress.Lines(new PrintStream(output, true, UTF_8), "import", Duration.ZERO)) {
      for (int i = 0; i < 300; i++) {
        progress.count();
      }
      progress.restart();
      progress.count();
      assertThat(progress.cats()).isEqualTo(1);
    }
    assertThat(output.toString(UTF_8)).containsOnlyOnce("256 cats so far").hasLineCount(1);
  }

  private String[] lines(Duration pause, int cats) {
    try (Progress progress =
        new Progress.Lines(new PrintStream(output, true, UTF_8), "import", pause)) {
      for (int i = 0; i < cats; i++) {
        progress.count();
      }
      assertThat(progress.cats()).isEqualTo(cats);
    }
    return output.toString(UTF_8).lines().toArray(String[]::new);
  }
}
