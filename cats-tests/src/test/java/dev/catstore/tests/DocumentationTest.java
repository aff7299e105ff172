package dev.catstore.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.http.server.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents say of the code, and of each other, is true. */
class DocumentationTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]*)(?:#([^)]*))?\\)");
  private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|IT))`");

  static Stream<Path> documents() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"));
        Stream<Path> root = Files.list(ROOT)) {
      return Stream.concat(docs, root)
          .filter(it -> it.toString().endsWith(".md"))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void link_toAFile_leadsThere(Path document) throws IOException {
    for (MatchResult link : LINK.matcher(Files.readString(document)).results().toList()) {
      assertThat(document.resolveSibling(link.group(1))).exists();
    }
  }

  @ParameterizedTest
  @EnumSource(Setting.class)
  void setting_withItsDefault_isInTheTable(Setting setting) throws IOException {
    String fallback = setting.fallback().map(text -> "`" + text + "` ").orElse("");
    assertThat(Files.readString(ROOT.resolve("docs/configuration.md")))
        .contains("| `" + setting + "` | " + fallback + "| " + setting.description() + " |");
  }

  @Test
  void security_namesTestsThatExist() throws IOException {
    List<String> tests;
    try (Stream<Path> sources = Files.walk(Path.of("src"))) {
      tests = sources.map(it -> it.getFileName().toString().replace(".java", "")).toList();
    }
    assertThat(
            TEST.matcher(Files.readString(ROOT.resolve("SECURITY.md")))
                .results()
                .map(it -> it.group(1)))
        .isNotEmpty()
        .allMatch(tests::contains);
  }
}
