package dev.catstore.http.server.auth;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.http.server.config.StartupException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The file of tokens as tools of any system write it. */
final class TokenFileTest {
  private static final String TOKEN = Tokens.generate();
  private static final String LINE = Tokens.line(Role.READ, TOKEN, Optional.of("board"));

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
  void open_ofAFileWithAByteOrderMark_readsIt(String charset) throws Exception {
    Path file = folder.resolve("tokens");
    Files.write(file, ("\uFEFF" + LINE + "\r\n# end\r\n").getBytes(Charset.forName(charset)));
    assertThat(TokenFile.open(file).tokens().find(TOKEN).map(Tokens.Client::name))
        .contains("board");
  }

  @Test
  void open_ofUtf16WithoutAMark_isRefusedByThatName() throws Exception {
    Path file = Files.write(folder.resolve("tokens"), LINE.getBytes(UTF_16LE));
    assertThatThrownBy(() -> TokenFile.open(file))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "CATS_TOKENS_FILE must be a file that the server can read, in UTF-8, or in UTF-16 with a"
                + " byte order mark");
  }
}
