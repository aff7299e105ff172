package dev.catstore.http.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is said where there is no terminal; what there is on one is tested with the jar. */
class ProgressTest {
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @Test
  void lines_afterAPause_sayHowManyThereAre() {
    assertThat(lines(Duration.ZERO, 1100))
        .containsExactly(
            "import: 256 cats so far",
            "import: 512 cats so far",
            "import: 768 cats so far",
            "import: 1,024 cats so far");
  }

  @Test
  void lines_withinAPause_areNotThere() {
    assertThat(lines(Duration.ofHours(1), 10_000)).isEmpty();
  }

  private String[] lines(Duration pause, int cats) {
    try (Progress progress =
        new Progress.Lines(new PrintStream(said, true, UTF_8), "import", pause)) {
      for (int i = 0; i < cats; i++) {
        progress.count();
      }
      assertThat(progress.cats()).isEqualTo(cats);
    }
    return said.toString(UTF_8).lines().toArray(String[]::new);
  }
}
