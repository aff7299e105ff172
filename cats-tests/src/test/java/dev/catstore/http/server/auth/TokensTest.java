package dev.catstore.http.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tokens of a text. */
class TokensTest {
  private static final String HASH = "0123456789abcdef".repeat(4);

  @Test
  void generate_always_makesAnother() {
    Set<String> tokens = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      tokens.add(Tokens.generate());
    }
    assertThat(tokens).hasSize(1000).allMatch(it -> it.matches("cats_[A-Za-z0-9_-]{43}"));
  }

  @Test
  void find_ofATokenWhoseLineIsThere_isItsClient() throws Exception {
    String reader = Tokens.generate();
    String writer = Tokens.generate();
    Tokens tokens =
        Tokens.parse(
            "# of the shop\n\n"
                + Tokens.line(Role.READ, reader, Optional.of("board"))
                + "\r\n  "
                + Tokens.line(Role.WRITE, writer, Optional.empty())
                + "\t");

    assertThat(tokens.find(reader)).contains(new Tokens.Client(Role.READ, "board", "name board"));
    assertThat(tokens.find(writer))
        .get()
        .extracting(Tokens.Client::name)
        .isEqualTo("without a name");
    assertThat(tokens.find(Tokens.generate())).isEmpty();
    assertThat(tokens.find("")).isEmpty();
  }

  @Test
  void line_ofAToken_hasItsHashAlone() {
    // By `printf %s cats_x | sha256sum`.
    assertThat(Tokens.line(Role.READ, "cats_x", Optional.of("board")))
        .isEqualTo("read 5d081d7882083a91eb2a50ef0c7693171f04caf77e236e5cd05f05ed1a4d4652 board");
  }

  @Test
  void parse_ofNothing_hasNoTokens() throws Exception {
    assertThat(Tokens.parse("").find("cats_x")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "read",
        "admin 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "READ 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "read 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde",
        "read 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef a b",
        "read 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef a\u001b[1m",
        "read cats_0123456789abcdef0123456789abcdef0123456789abcde"
      })
  void parse_ofAWrongLine_namesItAndShowsNothingOfIt(String line) {
    assertThatThrownBy(() -> Tokens.parse("# first\n" + line + "\n"))
        .isInstanceOf(Tokens.MalformedException.class)
        .hasMessageStartingWith("line 2 must be read or write")
        .message()
        .doesNotContain("0123", "admin");
  }

  @Test
  void parse_ofAHashTwice_namesTheSecond() {
    assertThatThrownBy(() -> Tokens.parse("read " + HASH + "\nwrite " + HASH))
        .hasMessage("line 2 has the hash of a line before it");
  }
}
