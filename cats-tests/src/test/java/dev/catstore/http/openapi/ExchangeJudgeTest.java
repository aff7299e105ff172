package dev.catstore.http.openapi;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The judge of exchanges lets no fault pass: a sound exchange, broken in one place at a time. */
class ExchangeJudgeTest {
  private static final String TOM = "{\"name\":\"Tom\",\"price\":1,\"breed\":\"manx\"}";
  private static final String ADDED =
      "{\"id\":1,\"name\":\"Tom\",\"price\":1,\"breed\":\"manx\",\"revision\":1}";

  @Test
  void soundExchanges_haveNoBreaches() throws IOException {
    assertThat(ExchangeJudge.breaches(add().exchange())).isEmpty();
    assertThat(ExchangeJudge.breaches(notFound().exchange())).isEmpty();
    assertThat(ExchangeJudge.breaches(export().exchange())).isEmpty();
    assertThat(ExchangeJudge.breaches(add().gzipped().exchange())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"Tom\"|\"\"|was not refused",
        "1,|1.5,|was not refused",
        "\"name\"|\"nam\"|was not refused",
        "}|}}|was not refused",
        "{|{\"id\":1,|",
        "\"price\":1|\"price\":1.0|"
      })
  void requestBody(String from, String to, @Nullable String breach) {
    Draft add = add();
    add.body = add.body.replace(from, to);
    assertBreach(add, breach);
  }

  @Test
  void requestBody_ofAFile_mayBeInUtf16() {
    Draft add = add();
    add.charset = UTF_16;
    assertBreach(add, "no UTF-8");
    add.headers.put("Content-Type", "application/x-ndjson");
    assertBreach(add, null);
    add.headers.put("Content-Type", "text/csv");
    add.body = "Name; price;BREED\nTom;1;manx\n";
    assertBreach(add, null);
    add.body = "Name; price\nTom;1\n";
    assertBreach(add, "was not refused");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"revision\":1|\"revision\":0|/revision",
        "\"revision\":1|\"revision\":1,\"more\":1|more",
        ",\"revision\":1|''|property 'revision' not found",
        "Tom|\u0007|/name"
      })
  void answerBody(String from, String to, @Nullable String breach) {
    Draft add = add();
    add.answer = add.answer.replace(from, to);
    assertBreach(add, breach);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Cache-Control||Cache-Control is missing",
        "Cache-Control|max-age=1|Cache-Control",
        "X-Request-Id||X-Request-Id is missing",
        "X-Content-Type-Options||X-Content-Type-Options is missing",
        "Content-Security-Policy|default-src *|Content-Security-Policy",
        "Access-Control-Allow-Origin|https://app.example|",
        "Access-Control-Allow-Origin|*|Access-Control-Allow-Origin",
        "Vary|Origin|",
        "Vary|Cookie|Vary",
        "ETag|1|ETag",
        "Location|/cats/x|Location",
        "Server|Jetty|Server",
        "Content-Type|text/plain|text/plain",
        "Content-Type||without a type"
      })
  void answerHeaders(String name, @Nullable String value, @Nullable String breach) {
    Draft add = add();
    add.answerHeaders.remove(name);
    if (value != null) {
      add.answerHeaders.put(name, value);
    }
    assertBreach(add, breach);
  }

  @Test
  void preflight() {
    var preflight = new Draft();
    preflight.method = "OPTIONS";
    preflight.headers.put("Origin", "https://app.example");
    preflight.headers.put("Access-Control-Request-Method", "PUT");
    preflight.status = 200;
    preflight.body = "";
    preflight.answer = "";
    preflight.answerHeaders.keySet().removeAll(Set.of("Cache-Control", "Content-Type"));
    assertBreach(preflight, "Allow is missing");
    preflight.answerHeaders.put("Vary", "Origin");
    assertBreach(preflight, null);
    preflight.answerHeaders.put("Access-Control-Allow-Methods", "*");
    assertBreach(preflight, "Access-Control-Allow-Methods");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Idempotency-Key|a b|Idempotency-Key",
        "Content-Type|text/plain|text/plain",
        "Content-Type|text/csv|was not refused",
        "Content-Type|application/vnd.cat+json|"
      })
  void requestHeaders(String name, String value, @Nullable String breach) {
    Draft add = add();
    add.headers.put(name, value);
    assertBreach(add, breach);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/cats?limit=0|limit",
        "/cats?limit=a|limit",
        "/cats?limit=1&limit=2|limit is there twice",
        "/cats?sort=colour|sort",
        "/cats?count=1|count",
        "/cats?name=|name",
        "/cats?name=%zz|cannot be decoded",
        "/cats?limit=1000&sort=-price&count=true&name=a+b|",
        "/cats/0|id",
        "/cats/x|id"
      })
  void target(String target, @Nullable String breach) {
    Draft list = export();
    list.target = target;
    if (target.startsWith("/cats/")) {
      list.answerHeaders.put("ETag", "\"1\"");
      list.answerHeaders.put("Content-Type", "application/json");
      list.answer = ADDED;
    }
    assertBreach(list, breach);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not-found|no-such-cat|no such type of problem",
        "not-found\",\"title\":\"Not found|no-such-cat\",\"title\":\"No such cat|a problem of this type",
        "404|400|about another status",
        "Not found|Nothing|no such type of problem",
        "\"request_id\":\"7\"|\"request_id\":\"8\"|another request",
        "\"title\"|\"name\"|title"
      })
  void problem(String from, String to, @Nullable String breach) {
    Draft problem = notFound();
    problem.answer = problem.answer.replace(from, to);
    assertBreach(problem, breach);
  }

  @Test
  void answer_thatIsNotListed_isABreach() {
    Draft add = add();
    add.status = 202;
    assertBreach(add, "no answer like this is application/json");
    Draft teapot = notFound();
    teapot.status = 418;
    assertBreach(teapot, "a problem of this type");
  }

  @Test
  void method_thatIsNotListed_mustBeRefusedWithTheOthers() {
    Draft post = notFound();
    post.target = "/cats/1";
    post.method = "POST";
    post.status = 405;
    post.answer =
        post.answer
            .replace("not-found", "method-not-allowed")
            .replace("404", "405")
            .replace("Not found", "Method not allowed");
    post.answerHeaders.put("Allow", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
    assertBreach(post, null);
    post.answerHeaders.put("Allow", "GET, HEAD");
    assertBreach(post, "Allow is not GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
  }

  @Test
  void rows_areJudgedOneByOne() {
    Draft export = export();
    export.answer = ADDED + "\n" + ADDED.replace("\"price\":1", "\"price\":-1") + "\n";
    assertBreach(export, "/price");
    export.answerHeaders.put("Content-Type", "text/csv");
    export.answer = "id,name\r\n";
    assertBreach(export, "the answer");
    export.answer = "id,name,price,breed,revision\r\n";
    assertBreach(export, null);
  }

  @Test
  void assertNoBreaches_afterOne_fails() {
    var judge = new ExchangeJudge("");
    judge.judge(add().exchange());
    judge.assertNoBreaches();
    Draft add = add();
    add.status = 200;
    judge.judge(add.exchange());
    assertThatThrownBy(judge::assertNoBreaches)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("POST /cats -> 200");
  }

  /**
   * @param breach a part of what must be said; null where nothing must be
   */
  private static void assertBreach(Draft draft, @Nullable String breach) {
    if (breach == null) {
      assertThat(ExchangeJudge.breaches(draft.exchange())).isEmpty();
    } else {
      assertThat(ExchangeJudge.breaches(draft.exchange()))
          .anySatisfy(it -> assertThat(it).contains(breach));
    }
  }

  private static Draft add() {
    var add = new Draft();
    add.headers.put("Content-Type", "application/json");
    add.answerHeaders.put("Location", "/cats/1");
    add.answerHeaders.put("ETag", "\"1\"");
    return add;
  }

  private static Draft export() {
    var export = new Draft();
    export.method = "GET";
    export.body = "";
    export.status = 200;
    export.answerHeaders.put("Content-Type", "application/x-ndjson");
    export.answer = ADDED + "\n";
    return export;
  }

  private static Draft notFound() {
    var problem = new Draft();
    problem.method = "GET";
    problem.target = "/nope";
    problem.body = "";
    problem.status = 404;
    problem.answerHeaders.put("Content-Type", "application/problem+json");
    problem.answerHeaders.put("Cache-Control", "no-store");
    problem.answer =
        "{\"type\":\"/problems/not-found\",\"title\":\"Not found\",\"status\":404,"
            + "\"detail\":\"Nothing.\",\"request_id\":\"7\"}";
    return problem;
  }

  /** An exchange to be broken; at first the adding of Tom. */
  private static final class Draft {
    private String method = "POST";
    private String target = "/cats";
    private final Map<String, String> headers = new TreeMap<>();
    private String body = TOM;
    private Charset charset = UTF_8;
    private int status = 201;
    private final Map<String, String> answerHeaders =
        new TreeMap<>(
            Map.of(
                "X-Request-Id", "7",
                "Cache-Control", "no-cache",
                "X-Content-Type-Options", "nosniff",
                "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
                "Cross-Origin-Resource-Policy", "same-origin",
                "Content-Type", "application/json"));
    private String answer = ADDED;
    private boolean gzip;

    Draft gzipped() {
      gzip = true;
      answerHeaders.put("Content-Encoding", "gzip");
      return this;
    }

    Exchange exchange() {
      byte[] bytes = answer.getBytes(UTF_8);
      return new Exchange(
          new Exchange.Message(fields(headers), Optional.of(charset.encode(body))),
          method,
          target,
          new Exchange.Message(
              fields(answerHeaders), Optional.of(ByteBuffer.wrap(gzip ? zip(bytes) : bytes))),
          status);
    }

    private static byte[] zip(byte[] bytes) {
      var zipped = new ByteArrayOutputStream();
      try (var out = new GZIPOutputStream(zipped)) {
        out.write(bytes);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      return zipped.toByteArray();
    }

    private static HttpFields fields(Map<String, String> headers) {
      HttpFields.Mutable fields = HttpFields.build();
      headers.forEach(fields::put);
      return fields.asImmutable();
    }
  }
}
