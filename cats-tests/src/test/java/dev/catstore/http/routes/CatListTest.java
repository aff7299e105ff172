package dev.catstore.http.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.NewCat;
import dev.catstore.support.TestClient;
import dev.catstore.support.TestServer;
import dev.catstore.tests.InMemoryCatStore;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients see of many cats at once: pages and their links, exports, imports, breeds. */
class CatListTest {
  private static final Pattern NEXT = Pattern.compile("<(/cats\\?[^>]+)>; rel=\"next\"");
  private static final Pattern ID = Pattern.compile("\"id\":([0-9]+)");

  private final InMemoryCatStore cats = new InMemoryCatStore();
  private final TestServer server = TestServer.start(cats);
  private final TestClient client = new TestClient(server.uri());

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void page_withMoreToCome_linksToTheNextWithTheSameQuery() throws Exception {
    addCats();
    String query = "/cats?limit=2&sort=-price&name=o&price_min=1";

    HttpResponse<String> first = get(query);

    assertThat(ids(first)).containsExactly(4, 3);
    String link = next(first).orElseThrow();
    assertThat(link).startsWith(query + "&after=");
    HttpResponse<String> second = get(link);
    assertThat(ids(second)).containsExactly(1);
    assertThat(next(second)).isEmpty();
  }

  @Test
  void page_ofAQueryInOtherLetters_linksInItsOwnWords() throws Exception {
    cats.addAll(Collections.nCopies(2, new NewCat("Æ & 1+1=2", 1, "maine coon")).iterator());

    HttpResponse<String> first =
        get("/cats?limit=1&name=%C3%86%20%26%201%2B1%3D2&breed=maine+coon");

    assertThat(ids(first)).containsExactly(1);
    assertThat(ids(get(next(first).orElseThrow()))).containsExactly(2);
  }

  @Test
  void page_withCount_saysHowManyMatch() throws Exception {
    addCats();
    assertThat(get("/cats?limit=1&count=true&name=o").headers().firstValue("X-Total-Count"))
        .contains("3");
    assertThat(get("/cats?limit=1&count=false").headers().firstValue("X-Total-Count")).isEmpty();
    assertThat(get("/cats?limit=1").headers().firstValue("X-Total-Count")).isEmpty();
  }

  @Test
  void page_unlessAskedOtherwise_hasAHundredById() throws Exception {
    cats.addAll(Collections.nCopies(101, new NewCat("Tom", 1, "manx")).iterator());

    assertThat(ids(get("/cats"))).hasSize(100).isSorted();
    assertThat(ids(get("/cats?limit=1000"))).hasSize(101);
  }

  @Test
  void page_atTheEndOfPrices_includesThem() throws Exception {
    addCats();
    assertThat(ids(get("/cats?price_min=20&price_max=30"))).containsExactly(2, 3);
    assertThat(ids(get("/cats?price_min=2147483647"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit=0|limit|must be a whole number from 1 to 1000",
        "limit=1001|limit|must be a whole number from 1 to 1000",
        "limit=+5|limit|must be a whole number from 1 to 1000",
        "limit=05|limit|must be a whole number from 1 to 1000",
        "limit=|limit|must be a whole number from 1 to 1000",
        "limit=99999999999|limit|must be a whole number from 1 to 1000",
        "limit=5&limit=5|limit|must appear at most once",
        "sort=age|sort|must be id, name, price or breed, or one of these after a minus sign",
        "sort=--id|sort|must be id, name, price or breed, or one of these after a minus sign",
        "sort=ID|sort|must be id, name, price or breed, or one of these after a minus sign",
        "count=yes|count|must be true, false or estimated",
        "after=nonsense|after|must be a position from the link to a next page",
        "after=|after|must be a position from the link to a next page",
        "price_min=-1|price_min|must be a whole number from 0 to 2147483647",
        "price_max=2147483648|price_max|must be a whole number from 0 to 2147483647",
        "price_min=5.5|price_min|must be a whole number from 0 to 2147483647",
        "price_min=2&price_max=1|price_min|must not be above",
        "breed=|breed|must have 1 to 100 characters",
        "name=|name|must have 1 to 100 characters",
        "name=%C3%28|name|must be percent-encoded UTF-8",
        "colour=red|colour|is not a parameter of this resource",
        "Limit=1|Limit|is not a parameter of this resource",
        "x|x|is not a parameter of this resource"
      })
  void page_ofAWrongQuery_isRefusedByTheParametersName(String query, String name, String rule)
      throws Exception {
    HttpResponse<String> answer = get("/cats?" + query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("\"type\":\"/problems/malformed-request\"");
    assertThat(answer.body()).contains(rule);
    assertThat(answer.body()).contains("\"parameter\":\"" + name + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=2&", "&limit=2", "&&limit=2&&sort=id&", "&", "&&", ""})
  void query_withEmptyParts_isReadWithoutThem(String query) throws Exception {
    addCats();
    assertThat(get("/cats?" + query).statusCode()).isEqualTo(200);
    assertThat(get("/cats/1?" + query.replaceAll("[^&]", "")).statusCode()).isEqualTo(200);
    assertThat(get("/breeds?" + query.replaceAll("[^&]", "")).statusCode()).isEqualTo(200);
  }

  @Test
  void page_withMoreToCome_linksWithoutEmptyParts() throws Exception {
    addCats();
    assertThat(next(get("/cats?&limit=2&&"))).get().asString().startsWith("/cats?limit=2&after=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0&limit=x&limit=5",
        "limit=5&limit=6&limit=0",
        "x&x&x=1",
        "name=%C3%28&name=&name=Tom",
        "after=x&after=y"
      })
  void page_withOneWrongParameter_saysSoOnce(String query) throws Exception {
    assertThat(get("/cats?" + query).body().split("\"parameter\":", -1)).hasSize(2);
  }

  @Test
  void page_ofSeveralWrongParameters_namesThemAll() throws Exception {
    assertThat(get("/cats?limit=0&colour=red&sort=age&price_max=x&after=y").body())
        .contains("colour", "limit", "sort", "price_max", "after");
  }

  @Test
  void page_afterAPositionOfAnotherSort_isRefused() throws Exception {
    addCats();
    String link = next(get("/cats?limit=1&sort=name")).orElseThrow();
    assertThat(get(link.replace("sort=name", "sort=-name")).body())
        .contains("\"parameter\":\"after\"", "must be a position in the same sort");
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=5", "after=x", "count=true"})
  void export_withAPagesParameter_isRefused(String query) throws Exception {
    for (String type : new String[] {"text/csv", "application/x-ndjson"}) {
      HttpResponse<String> answer = get("/cats?" + query, "Accept", type);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("\"parameter\":\"" + query.split("=", 2)[0] + "\"");
    }
  }

  @Test
  void export_ofAFilter_hasEveryMatchById() throws Exception {
    addCats();
    HttpResponse<String> csv = get("/cats?name=o", "Accept", "text/csv");
    assertThat(csv.body())
        .isEqualTo(
            """
            id,name,price,breed,revision
            1,Tom,10,manx,1
            3,"Smith, ""John""\",30,bengal,1
            4,Leo,40,manx,1
            """
                .replace("\n", "\r\n"));
    assertThat(csv.headers().firstValue("Content-Type"))
        .contains("text/csv; charset=utf-8; header=present");
    HttpResponse<String> lines = get("/cats?breed=manx", "Accept", "application/x-ndjson");
    assertThat(lines.body())
        .isEqualTo(
            """
            {"id":1,"name":"Tom","price":10,"breed":"manx","revision":1}
            {"id":4,"name":"Leo","price":40,"breed":"manx","revision":1}
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/csv", "application/x-ndjson"})
  void export_importedAndExportedAgain_isTheSame(String type) throws Exception {
    addCats();
    cats.add(new NewCat("=1+1, \"x\" \uD83D\uDE38 e\u0301", 0, "'; drop table cats; --"));
    String exported = get("/cats", "Accept", type).body();
    var others = new InMemoryCatStore();
    try (TestServer other = TestServer.start(others)) {
      var otherClient = new TestClient(other.uri());
      HttpResponse<String> added = otherClient.post("/cats", type, exported);
      assertThat(added.statusCode()).isEqualTo(201);
      assertThat(added.body()).isEqualTo("{\"added\":5}");
      HttpResponse<String> again = otherClient.get("/cats", "Accept", type);
      assertThat(again.body()).isEqualTo(exported);
    }
  }

  @Test
  void breeds_inTheirOrder_haveCountAndPrices() throws Exception {
    addCats();
    assertThat(get("/breeds").body())
        .isEqualTo(
            """
            [{"breed":"bengal","count":2,"price":{"min":20,"mean":25.0,"max":30}},\
            {"breed":"manx","count":2,"price":{"min":10,"mean":25.0,"max":40}}]""");
    assertThat(get("/breeds?x=1").statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/cats", "/breeds", "/cats/1"})
  void head_ofWhatGetShows_isItsHeadersAlone(String path) throws Exception {
    addCats();
    HttpResponse<String> answer = client.head(path);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.headers().firstValue("Content-Type"))
        .isEqualTo(get(path).headers().firstValue("Content-Type"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/cats?limit=1000", "/breeds"})
  void list_forAClientThatTakesGzip_isCompressed(String path) throws Exception {
    List<NewCat> many = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      many.add(new NewCat("cat " + i, i, "breed " + i));
    }
    cats.addAll(many.iterator());
    HttpResponse<byte[]> answer =
        client.send(
            "GET",
            path,
            BodyPublishers.noBody(),
            BodyHandlers.ofByteArray(),
            "Accept-Encoding",
            "gzip");
    assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(answer.headers().allValues("Vary").toString()).contains("Accept-Encoding");
    try (var plain = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
      assertThat(new String(plain.readAllBytes(), StandardCharsets.UTF_8))
          .isEqualTo(get(path).body());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/cats?limit=500",
        "/cats?format=csv",
        "/cats/1",
        "/cats/9",
        "/breeds",
        "/health/live",
        "/docs",
        "/openapi.json"
      })
  void head_always_hasTheFieldsOfGet(String path) throws Exception {
    cats.addAll(Collections.nCopies(100, new NewCat("Tom", 10, "manx")).iterator());
    for (String encoding : new String[] {"identity", "gzip"}) {
      String[] headers = {"Accept-Encoding", encoding, "X-Request-Id", "1"};
      assertThat(fields(client.head(path, headers))).isEqualTo(fields(get(path, headers)));
    }
  }

  /** Without the time, and how the body is cut up. */
  private static Map<String, List<String>> fields(HttpResponse<String> answer) {
    Map<String, List<String>> fields = new TreeMap<>(answer.headers().map());
    fields.keySet().removeAll(Set.of("date", "content-length", "transfer-encoding"));
    return fields;
  }

  @Test
  void answer_thatIsShortOrOneCat_isNotCompressed() throws Exception {
    cats.add(new NewCat("\uD83D\uDE38".repeat(100), 1, "\uD83D\uDE38".repeat(100)));
    for (String path : new String[] {"/cats/1", "/health/live"}) {
      HttpResponse<String> answer = get(path, "Accept-Encoding", "gzip");
      assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/cats", "/cats/1", "/breeds"})
  void answer_aboutCats_isNotReusedUnasked(String path) throws Exception {
    addCats();
    assertThat(get(path).headers().firstValue("Cache-Control"))
        .get()
        .asString()
        .startsWith("no-cache");
  }

  private void addCats() {
    cats.add(new NewCat("Tom", 10, "manx"));
    cats.add(new NewCat("Mia", 20, "bengal"));
    cats.add(new NewCat("Smith, \"John\"", 30, "bengal"));
    cats.add(new NewCat("Leo", 40, "manx"));
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    return client.get(path, headers);
  }

  private static Optional<String> next(HttpResponse<String> page) {
    return page.headers()
        .firstValue("Link")
        .map(NEXT::matcher)
        .filter(Matcher::matches)
        .map(link -> link.group(1));
  }

  private static List<Integer> ids(HttpResponse<String> page) {
    assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
    return ID.matcher(page.body()).results().map(id -> Integer.valueOf(id.group(1))).toList();
  }
}
