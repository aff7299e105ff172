package dev.catstore.http.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In which form hosts are compared. */
class HostNamesTest {
  @ParameterizedTest
  @CsvSource({
    "Cats.Example,cats.example",
    "cats.example.,cats.example",
    "my_cats,my_cats",
    "1.example,1.example",
    "\u00c4gypten.example,xn--gypten-9ta.example",
    "xn--gypten-9ta.EXAMPLE,xn--gypten-9ta.example",
    "192.0.2.1,192.0.2.1",
    "192.0.2.1.,192.0.2.1",
    "::1,[0:0:0:0:0:0:0:1]",
    "[::1],[0:0:0:0:0:0:0:1]",
    "[0:0:0:0:0:0:0:1],[0:0:0:0:0:0:0:1]",
    "2001:DB8:0::00:1,[2001:db8:0:0:0:0:0:1]",
    "[::ffff:192.0.2.1],192.0.2.1"
  })
  void canonical_ofAnySpelling_isOneForm(String host, String canonical) {
    assertThat(HostNames.canonical(host)).contains(canonical);
  }
}
