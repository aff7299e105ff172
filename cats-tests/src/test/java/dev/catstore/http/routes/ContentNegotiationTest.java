package dev.catstore.http.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.NewCat;
import dev.catstore.support.TestClient;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which representation a client gets (RFC 9110, 12.5.1). */
final class ContentNegotiationTest {
  private static final InMemoryCatStore STORE = new InMemoryCatStore();
  private static final TestServer SERVER = TestServer.start(STORE);

  private final TestClient client = new TestClient(SERVER.uri());

  @BeforeAll
  static void addTom() {
    STORE.add(new NewCat("Tom", 100, "manx"));
  }

  @AfterAll
  static void close() {
    SERVER.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "*/*|application/json",
        "text/csv|text/csv; charset=utf-8; header=present",
        "TEXT/Csv|text/csv; charset=utf-8; header=present",
        "text/*|text/csv; charset=utf-8; header=present",
        "application/x-ndjson|application/x-ndjson",
        "application/*|application/json",
        // Of what is wanted alike, the first of ours, not the first of theirs.
        "text/csv, application/json|application/json",
        "text/csv;q=0.5, application/x-ndjson;q=0.6|application/x-ndjson",
        "text/csv;q=0.001, text/html|text/csv; charset=utf-8; header=present",
        "text/csv ; q=1.000 , application/json;q=0.999|text/csv; charset=utf-8; header=present",
        "text/csv; Q=0.9, application/json; q=0.8|text/csv; charset=utf-8; header=present",
        // The more specific range decides, wherever it stands.
        "application/json;q=0, */*|text/csv; charset=utf-8; header=present",
        "*/*, application/*;q=0|text/csv; charset=utf-8; header=present",
        "*/*;q=0, text/csv;q=0.1|text/csv; charset=utf-8; header=present",
        "application/*;q=0.9, application/json;q=0.1|application/x-ndjson",
        "application/json;q=0, application/json;q=0.1|application/json",
        "text/csv;header=present|text/csv; charset=utf-8; header=present",
        "text/csv;header=\"a,b;q=0\"|text/csv; charset=utf-8; header=present",
        "text/html;x=\"a\\\",b\", text/csv|text/csv; charset=utf-8; header=present",
        "text/html;x=\"\\\\\", text/csv|text/csv; charset=utf-8; header=present",
        // Empty elements and empty parameters are allowed (RFC 9110, 5.6.1.2 and 5.6.6).
        ",, text/csv ,|text/csv; charset=utf-8; header=present",
        "text/csv;|text/csv; charset=utf-8; header=present",
        "text/csv; ;q=0.2 ;|text/csv; charset=utf-8; header=present",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8|application/json"
      })
  void cats_asTheClientWantsThem(String accept, String type) throws Exception {
    HttpResponse<String> answer = client.get("/cats", "Accept", accept);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains(type);
    assertThat(String.join(", ", answer.headers().allValues("Vary"))).endsWith("Accept");
  }

  @Test
  void cats_withoutAnAccept_areJson() throws Exception {
    for (String[] headers : new String[][] {{}, {"Accept", ""}, {"Accept", ","}}) {
      assertThat(client.get("/cats", headers).headers().firstValue("Content-Type"))
          .contains("application/json");
    }
  }

  @Test
  void accept_onSeveralLines_isOneList() throws Exception {
    HttpResponse<String> answer =
        client.get(
            "/cats",
            "Accept",
            "application/json;q=0.1",
            "Accept",
            "text/html",
            "Accept",
            "text/csv;q=0.2");
    assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/html",
        "image/*",
        "text/csv;q=0",
        "*/*;q=0",
        "*/*;q=0.000",
        "application/json;q=0, application/*;q=0.0, text/*;q=0",
        "*/json",
        "application/jso",
        "application/json+x"
      })
  void accept_ofNothingThereIs_isNotAcceptable(String accept) throws Exception {
    for (String path : new String[] {"/cats", "/breeds", "/cats/1"}) {
      HttpResponse<String> answer = client.get(path, "Accept", accept);
      TestClient.assertProblem(answer, 406, "not-acceptable");
      assertThat(String.join(", ", answer.headers().allValues("Vary")).split(", "))
          .containsOnlyOnce("Accept");
    }
    TestClient.assertProblem(
        client.post("/cats", "text/csv", "name,price,breed", "Accept", accept),
        406,
        "not-acceptable");
    assertThat(client.get("/", "Accept", accept).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/csv", "application/x-ndjson", "text/*"})
  void accept_ofRows_isNotForBreedsAndSingleCats(String accept) throws Exception {
    TestClient.assertProblem(client.get("/breeds", "Accept", accept), 406, "not-acceptable");
    TestClient.assertProblem(client.get("/cats/1", "Accept", accept), 406, "not-acceptable");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "*",
        "text/",
        "/csv",
        "text /csv",
        "text/csv text/html",
        "text/csv;q",
        "text/csv;q=",
        "text/csv;q=2",
        "text/csv;q=-1",
        "text/csv;q=1.001",
        "text/csv;q=0.0001",
        "text/csv;q=.5",
        "text/csv;q=\"0.5\"",
        "text/csv;q=1;q=0",
        "text/csv;q =0.5",
        "text/csv;x=\"open",
        "text/csv;x=\"open, text/csv",
        "text/csv;x=a\"b\"",
        "text/csv, (",
        "text/csv;;=x"
      })
  void accept_thatIsNone_isMalformed(String accept) throws Exception {
    for (String path : new String[] {"/cats", "/breeds", "/cats/1"}) {
      TestClient.assertProblem(client.get(path, "Accept", accept), 400, "malformed-request");
    }
  }

  /** What could lead a matcher astray, nearly as long as the headers may be. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "text/csv;x=\"|a|\"",
        "text/csv;x=\"|\\\"|\"",
        "text/csv;x=\"|\\\"a|\"",
        "text/csv|;x=\"\"|",
        "text/csv| ; |;",
        "text/csv|;a=b|",
        "text/csv|,|",
        "text/csv|,a/b;c=\",\"|"
      })
  void accept_thatIsLong_isRead(String begin, String repeated, @Nullable String end)
      throws Exception {
    String accept = begin + repeated.repeat(7_000 / repeated.length()) + (end == null ? "" : end);
    HttpResponse<String> answer = client.get("/cats", "Accept", accept);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    TestClient.assertProblem(
        client.get("/cats", "Accept", accept + "\""), 400, "malformed-request");
    TestClient.assertProblem(
        client.post("/cats", accept + "\"", "name,price,breed"), 415, "unsupported-media-type");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/csv",
        "Text/CSV; Header=Present",
        "text/csv;charset=UTF-8",
        "text/csv; charset=\"utf-8\"",
        "text/csv ; header=present ; charset=utf-8 ",
        "text/csv;",
        "text/csv; ; charset=utf-8;",
        "text/csv; x=\";charset=latin1\""
      })
  void body_ofCsv_isTaken(String type) throws Exception {
    HttpResponse<String> answer = client.post("/cats", type, "name,price,breed");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text/csv; charset=latin1",
        "application/x-ndjson; charset=utf-32",
        "text/csv; charset=\"iso-8859-1\"",
        "text/csv; charset=",
        "text/csv; charset=utf-8; charset=latin1",
        "text/plain",
        "text/tab-separated-values",
        "application/ndjson",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "csv",
        "text/csv, text/csv",
        "text/*",
        "*/*"
      })
  void body_ofAnotherType_isRefused(String type) throws Exception {
    TestClient.assertProblem(
        client.post("/cats", type, "name,price,breed"), 415, "unsupported-media-type");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "identity, gzip", "GZIP", "deflate", "x"})
  void body_thatIsEncoded_isRefused(String encoding) throws Exception {
    HttpResponse<String> answer =
        client.post("/cats", "text/csv", "name,price,breed", "Content-Encoding", encoding);
    TestClient.assertProblem(answer, 415, "unsupported-media-type");
    assertThat(answer.headers().firstValue("Accept-Encoding")).contains("identity");
    TestClient.assertProblem(
        client.post(
            "/cats",
            "text/csv",
            "name,price,breed",
            "Content-Encoding",
            "identity",
            "Content-Encoding",
            encoding),
        415,
        "unsupported-media-type");
  }

  /** A client that sends the next request on the connection must not find it closed unannounced. */
  @Test
  void body_thatIsLeftUnread_closesTheConnectionWithAWord() throws Exception {
    for (int i = 0; i < 200; i++) {
      HttpResponse<String> answer =
          client.post("/cats", "text/plain", "x".repeat(i * 1_000), "X-Request-Id", "r" + i);
      TestClient.assertProblem(answer, 415, "unsupported-media-type");
    }
  }

  @Test
  void body_thatIsNotEncoded_isTaken() throws Exception {
    assertThat(
            client
                .post("/cats", "text/csv", "name,price,breed", "Content-Encoding", "Identity")
                .statusCode())
        .isEqualTo(201);
  }
}
