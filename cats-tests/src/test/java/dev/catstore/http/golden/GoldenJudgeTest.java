package dev.catstore.http.golden;

import static dev.catstore.http.golden.GoldenExchangesTest.judge;
import static dev.catstore.http.golden.GoldenExchangesTest.objects;
import static dev.catstore.http.golden.GoldenExchangesTest.translated;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.support.RawResponse;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The judge of {@link GoldenExchangesTest} lets nothing pass but what a recording allows. */
class GoldenJudgeTest {
  /** The ids of this server, and what the recordings call them. */
  private static final Map<String, String> IDS = Map.of("7", "1", "8", "2");

  private static final String TOM = "{'id':7,'name':'Tom','price':1,'breed':'manx'}";
  private static final String TIM = "{'id':8,'name':'Tim','price':1,'breed':'manx'}";
  private static final String SID = "{'id':9,'name':'Sid','price':1,'breed':'manx'}";

  private static final String PROBLEM = "{'type':'','title':'','status':400,'detail':''}";

  /** What the tables below call these texts. */
  private static final Map<String, String> TEXTS =
      Map.of(
          "TOM",
          TOM,
          "TIM",
          TIM,
          "SID",
          SID,
          "SPACED",
          SID.replace("Sid", " Sid "),
          "QUOTED",
          TOM.replace(":1,", ":'1',"),
          "FRACTION",
          TOM.replace(":1,", ":1.0,"),
          "DEARER",
          TOM.replace(":1,", ":2,"),
          "PAGE",
          "<h1>Bad Request</h1>",
          "PROBLEM",
          PROBLEM,
          "UNCALLED",
          PROBLEM);

  /** What the original did; Tom and Tim were there before. */
  private enum Recorded {
    REFUSED(500, "PAGE", "TOM,TIM"),
    ADDED(200, "'Added'", "TOM,TIM,SPACED"),
    LISTED(200, "[TIM,TOM]", "TOM,TIM");

    private final int status;
    private final String body;
    private final String rowsAfter;

    Recorded(int status, String body, String rowsAfter) {
      this.status = status;
      this.body = body;
      this.rowsAfter = rowsAfter;
    }
  }

  @ParameterizedTest(name = "{0}, deviation {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          REFUSED | none   | 400 | PROBLEM   | TOM,TIM
          REFUSED | accept | 400 | PROBLEM   | TOM,TIM
          REFUSED | accept | 200 | 'Deleted' | TOM,TIM
          ADDED   | none   | 200 | 'Added'   | TOM,TIM,SPACED
          ADDED   | strip  | 200 | 'Added'   | TOM,TIM,SID
          ADDED   | refuse | 422 | PROBLEM   | TOM,TIM
          ADDED   | refuse | 200 | 'Added'   | TOM,TIM,SPACED
          LISTED  | order  | 200 | [TOM,TIM] | TOM,TIM
          """)
  void judge_whatTheRecordingAllows_passes(
      Recorded recorded, String deviation, int status, String body, String rowsAfter) {
    assertThatCode(judging(recorded, deviation, status, body, rowsAfter))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a refusal that fails            | REFUSED | none   | 500 | PROBLEM        | TOM,TIM
          a refusal that is none          | REFUSED | none   | 200 | 'Added'        | TOM,TIM
          a problem that is not called so | REFUSED | none   | 400 | UNCALLED       | TOM,TIM
          a page that is called a problem | REFUSED | none   | 400 | PAGE           | TOM,TIM
          a problem without its fields    | REFUSED | none   | 400 | {'type':''}    | TOM,TIM
          a refusal that adds             | REFUSED | none   | 400 | PROBLEM        | TOM,TIM,SID
          a refusal that removes          | REFUSED | none   | 400 | PROBLEM        | TOM
          a deviation that changes rows   | REFUSED | accept | 200 | 'Deleted'      | TOM
          a refusal without its deviation | ADDED   | none   | 400 | PROBLEM        | TOM,TIM
          an error for a deviation        | ADDED   | refuse | 500 | PROBLEM        | TOM,TIM
          another success                 | ADDED   | none   | 201 | 'Added'        | TOM,TIM,SPACED
          another answer                  | ADDED   | none   | 200 | 'Edited'       | TOM,TIM,SPACED
          no answer                       | ADDED   | none   | 200 | ``             | TOM,TIM,SPACED
          an answer with more after it    | ADDED   | none   | 200 | 'Added''Added' | TOM,TIM,SPACED
          a row that is not there         | ADDED   | none   | 200 | 'Added'        | TOM,TIM
          a row that is there twice       | ADDED   | none   | 200 | 'Added'        | TOM,TIM,SPACED,SPACED
          another row that is lost        | ADDED   | none   | 200 | 'Added'        | TOM,SPACED
          a strip without its deviation   | ADDED   | none   | 200 | 'Added'        | TOM,TIM,SID
          a deviation that is not done    | ADDED   | strip  | 200 | 'Added'        | TOM,TIM,SPACED
          an order without its deviation  | LISTED  | none   | 200 | [TOM,TIM]      | TOM,TIM
          the order of the original       | LISTED  | order  | 200 | [TIM,TOM]      | TOM,TIM
          a cat that is left out          | LISTED  | order  | 200 | [TOM]          | TOM,TIM
          a cat that is shown twice       | LISTED  | order  | 200 | [TOM,TOM,TIM]  | TOM,TIM
          a price in quotes               | LISTED  | order  | 200 | [QUOTED,TIM]   | TOM,TIM
          a price with a fraction         | LISTED  | order  | 200 | [FRACTION,TIM] | TOM,TIM
          another price                   | LISTED  | order  | 200 | [DEARER,TIM]   | TOM,TIM
          a list that is cut short        | LISTED  | order  | 200 | [TOM,TIM       | TOM,TIM
          """)
  void judge_whatTheRecordingDoesNotAllow_fails(
      String fault,
      Recorded recorded,
      String deviation,
      int status,
      String body,
      String rowsAfter) {
    // Any Throwable will do: what is no JSON fails in the parser.
    assertThatThrownBy(judging(recorded, deviation, status, body, rowsAfter))
        .as(fault)
        .isInstanceOf(Throwable.class);
  }

  /** All but the judging is done here and now, so that only the judge can throw. */
  private static ThrowingCallable judging(
      Recorded recorded, String deviation, int status, String body, String rowsAfter) {
    Map<String, Object> exchange =
        Map.of(
            "response",
            Map.of("status", BigDecimal.valueOf(recorded.status), "body", there(recorded.body)),
            "rows_before",
            objects(JsonValues.parse(there("[TOM,TIM]"))),
            "rows_after",
            objects(JsonValues.parse(there("[" + recorded.rowsAfter + "]"))),
            "cats",
            Map.of(deviation, true));
    String type = body.equals("UNCALLED") ? "text/html" : "application/problem+json";
    var answer = new RawResponse(status, Map.of("content-type", type), here(body));
    List<Map<String, Object>> before = rows("TOM,TIM");
    List<Map<String, Object>> after = rows(rowsAfter);
    return () -> judge(exchange, "POST", answer, IDS, before, after);
  }

  private static List<Map<String, Object>> rows(String texts) {
    return translated(objects(JsonValues.parse(here("[" + texts + "]"))), IDS);
  }

  /** The text with the ids of this server. */
  private static String here(String texts) {
    return Pattern.compile("[A-Z]{3,}")
        .matcher(texts)
        .replaceAll(name -> TEXTS.get(name.group()))
        .replace('\'', '"');
  }

  /** The text with the ids of the recording. */
  private static String there(String texts) {
    return here(texts).replace(":7,", ":1,").replace(":8,", ":2,");
  }
}
