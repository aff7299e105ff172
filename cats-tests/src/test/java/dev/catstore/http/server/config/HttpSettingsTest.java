package dev.catstore.http.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can precede a path. */
final class HttpSettingsTest {
  @ParameterizedTest
  @ValueSource(strings = {"/shop", "/shop/cats", "/a.b/~c-_/...", "/A/0"})
  void isBasePath_ofPlainParts_holds(String path) {
    assertThat(HttpSettings.isBasePath(path)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "shop",
        "/shop/",
        "//evil.example",
        "/shop//cats",
        "/.",
        "/shop/../cats",
        "/shop/..",
        "/shop?x",
        "/shop#x",
        "/shop;x",
        "/a b",
        "/a\n",
        "/a\r\nX: y",
        "/a\\b",
        "/a>b",
        "/%2e",
        "/:id",
        "/*",
        "/caf\u00E9",
        "https://shop.example"
      })
  void isBasePath_ofAnythingElse_doesNotHold(String path) {
    assertThat(HttpSettings.isBasePath(path)).isFalse();
  }

  @Test
  void isBasePath_holdsUpTo200Characters() {
    assertThat(HttpSettings.isBasePath("/" + "x".repeat(199))).isTrue();
    assertThat(HttpSettings.isBasePath("/" + "x".repeat(200))).isFalse();
  }
}
