package dev.catstore.http.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.http.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class BodyMemoryTest {
  private static final int SMALL = 8 * 1024;

  private final BodyMemory memory = new BodyMemory(1000);

  @Test
  void read_ofSmallBodies_isNeverRefused() throws Exception {
    int read = memory.read(body(SMALL + 1000), SMALL, all -> readOf(body(SMALL)));
    assertThat(read).isEqualTo(SMALL);
  }

  @Test
  void read_ofMoreThanThereIsMemoryFor_isUnavailable() {
    assertUnavailable(body(SMALL + 1001));
  }

  @Test
  void read_whileOthersHaveTheMemory_isUnavailable() throws Exception {
    int read =
        memory.read(
            body(SMALL + 600),
            SMALL,
            all -> {
              assertUnavailable(body(SMALL + 401));
              return readOf(body(SMALL + 400));
            });
    assertThat(read).isEqualTo(SMALL + 400);
  }

  @Test
  void read_afterOthersHaveGivenItBack_isThere() throws Exception {
    assertUnavailable(body(SMALL + 5000));
    assertThatThrownBy(
            () ->
                memory.read(
                    body(SMALL + 1000),
                    SMALL,
                    all -> {
                      throw new IllegalStateException();
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(readOf(body(SMALL + 1000))).isEqualTo(SMALL + 1000);
  }

  private void assertUnavailable(InputStream body) {
    assertThatThrownBy(() -> memory.read(body, SMALL, all -> all))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.problem().type().status()).isEqualTo(503));
  }

  private int readOf(InputStream body) {
    try {
      return memory.read(body, SMALL, all -> all.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream body(int bytes) {
    return new ByteArrayInputStream(new byte[bytes]);
  }
}
