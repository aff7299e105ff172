package dev.catstore.http.server.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.CatFilter;
import dev.catstore.support.Slow;
import dev.catstore.support.TestServer;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies, records, JSON and heads over their limits. */
@Slow
@Timeout(120)
class BodyLimitsTest extends LimitsTestCase {
  @Test
  void body_overItsLimit_isTooLarge() throws Exception {
    try (TestServer server = start(cats, "CATS_MAX_BODY_BYTES", "42")) {
      assertThat(send(server, post("/cats", "application/json", TOM_JSON + " "))).startsWith("201");
      assertThat(send(server, post("/cats", "application/json", TOM_JSON + "  ")))
          .startsWith("413")
          .contains("at most 42 bytes");
    }
  }

  @Test
  void import_overItsLimit_isTooLarge() throws Exception {
    try (TestServer server = start(cats, "CATS_MAX_IMPORT_BYTES", "42")) {
      assertThat(send(server, post("/cats", "application/x-ndjson", TOM_JSON + "\n")))
          .startsWith("201");
      assertThat(send(server, post("/cats", "application/x-ndjson", TOM_JSON + "\n\n\n")))
          .startsWith("413");
    }
    assertThat(cats.count(CatFilter.ALL)).isEqualTo(1);
  }

  @Test
  void line_overItsLimit_isRefused() throws Exception {
    try (TestServer server = start(cats, "CATS_MAX_RECORD_LENGTH", "2000")) {
      String padded = TOM_JSON + " ".repeat(2000 - TOM_JSON.length());
      assertThat(send(server, post("/cats", "application/x-ndjson", padded))).startsWith("201");
      assertThat(send(server, post("/cats", "application/x-ndjson", padded + " ")))
          .startsWith("400")
          .contains("at most 2000 characters");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"%s\",1,manx", "Tom,1,manx%s"})
  void record_overItsLimit_isRefused(String row) throws Exception {
    String header = "name,price,breed\n";
    try (TestServer server = start(cats, "CATS_MAX_RECORD_LENGTH", "2000")) {
      assertThat(send(server, post("/cats", "text/csv", header + row.replace("%s", ""))))
          .doesNotContain("at most 2000");
      String filler = row.startsWith("T") ? ",".repeat(2000) : "x".repeat(2000);
      assertThat(send(server, post("/cats", "text/csv", header + row.replace("%s", filler))))
          .startsWith("400")
          .contains("at most 2000 characters");
    }
  }

  @Test
  void json_nestedTooDeep_isRefused() throws Exception {
    try (TestServer server = start(cats, "CATS_MAX_JSON_DEPTH", "3")) {
      String deepest = "{\"id\":[[]],\"name\":\"Tom\",\"price\":1,\"breed\":\"manx\"}";
      assertThat(send(server, post("/cats", "application/json", deepest))).startsWith("201");
      assertThat(send(server, post("/cats", "application/json", deepest.replace("[]", "[[]]"))))
          .startsWith("400")
          .contains("nested too deeply");
      assertThat(send(server, post("/cats", "application/x-ndjson", deepest.replace("[]", "[[]]"))))
          .startsWith("400");
    }
  }

  @Test
  void body_ofManyUnknownFields_isAnsweredInShort() throws Exception {
    try (TestServer server = TestServer.start(cats)) {
      String some = fields(100);
      String answer = send(server, post("/cats", "application/json", "{" + some + "}"));
      assertThat(answer)
          .startsWith("422")
          .contains("#/f19\"", "has more unknown fields")
          .doesNotContain("#/f20\"");
      assertThat(send(server, post("/cats", "application/json", "{" + fields(20_000) + "}")))
          .startsWith("400")
          .contains("too many values");
    }
  }

  /** These come to one place in the table of names that Jackson shares between its parsers. */
  @Test
  void body_whoseFieldsCollide_isNoTroubleForTheNext() throws Exception {
    try (TestServer server = TestServer.start(cats)) {
      List<String> names = List.of("");
      for (int i = 0; i < 9; i++) {
        names = names.stream().flatMap(it -> Stream.of(it + "Ab", it + "BA")).toList();
      }
      String colliding =
          names.stream().map(it -> "\"" + it + "\":1").collect(Collectors.joining(",", "{", "}"));
      String many = "{" + fields(3_000) + "}";
      for (String body : List.of(many, colliding, many, colliding, many)) {
        assertThat(send(server, post("/cats", "application/json", body))).startsWith("422");
      }
    }
  }

  private static String fields(int count) {
    return IntStream.range(0, count)
        .mapToObj(it -> "\"f" + it + "\":1")
        .collect(Collectors.joining(","));
  }

  @Test
  void head_overItsLimit_isTooLarge() throws Exception {
    try (TestServer server = start(cats, "CATS_MAX_HEADER_BYTES", "1024")) {
      assertThat(send(server, "GET /" + HOST + "X: " + "x".repeat(900) + "\r\n\r\n"))
          .startsWith("200");
      assertThat(send(server, "GET /" + HOST + "X: " + "x".repeat(1024) + "\r\n\r\n"))
          .startsWith("431");
    }
  }
}
