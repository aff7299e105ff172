package dev.catstore.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.support.ServerDataFolder;
import dev.catstore.support.ServerProcess;
import dev.catstore.support.TestClient;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged server on machines that are set up in another way. */
class SurroundingsIT {
  @TempDir private Path folder;
  private ServerDataFolder data;

  @BeforeEach
  void initialize() throws Exception {
    data = ServerDataFolder.initialize(folder);
  }

  @ParameterizedTest
  @CsvSource({"fa, IR", "ar, EG", "bn, BD", "tr, TR"})
  void start_underALocaleWithOtherDigits_writesTheseOfEverybody(String language, String country)
      throws Exception {
    try (ServerProcess server =
        ServerProcess.start(
            data.settings(), "-Duser.language=" + language, "-Duser.country=" + country)) {
      var answer =
          new TestClient(server.address()).post("/cats", "text/csv", "name,price,breed\nTom");
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("must have 3 fields");
      assertThat(server.terminate()).isIn(0, 143);
      assertThat(server.output()).startsWith("Cats listens on http://127.0.0.1:").isASCII();
      assertThat(server.errors()).isEmpty();
    }
  }
}
