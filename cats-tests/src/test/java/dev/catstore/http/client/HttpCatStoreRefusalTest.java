package dev.catstore.http.client;

import static dev.catstore.http.client.StubServer.answer;
import static dev.catstore.http.client.StubServer.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.BulkPut;
import dev.catstore.domain.BulkRefusedException;
import dev.catstore.domain.BulkRefusedException.Reason;
import dev.catstore.domain.BulkRefusedException.Refusal;
import dev.catstore.domain.CatRef;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.support.Slow;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server answers where many cats are refused, or counted. */
@Slow
@Timeout(120)
class HttpCatStoreRefusalTest extends HttpCatStoreTestCase {
  private static final List<BulkPut> PUTS =
      LongStream.of(2, 3, 7, 8, 1_000, 5).mapToObj(HttpCatStoreRefusalTest::put).toList();

  private static BulkPut put(long position) {
    return new BulkPut(CatRef.of(100 + position), TOM, position);
  }

  private static StubServer.Step refused(ProblemType type, String errors) {
    String problem = StubServer.problem(type).replaceFirst("}$", "," + errors + "}");
    return answer(type.status(), "Content-Type: application/problem+json\r\n", problem);
  }

  private static String error(long line, long id, String reason, String more) {
    return "{\"detail\":\"x\",\"line\":%d,\"id\":%d,\"reason\":\"%s\"%s}"
        .formatted(line, id, reason, more);
  }

  @Test
  void refusals_ofLinesThatWereSent_nameThePositionsOfTheCaller() {
    String errors =
        error(3, 107, "stale", "")
            + ","
            + error(4, 108, "no_such_cat", "")
            + ","
            + error(6, 105, "repeated", ",\"first_line\":5")
            + ","
            + error(5, 1_100, "repeated", ",\"first_line\":1");
    try (var server =
        StubServer.start(
            refused(ProblemType.PRECONDITION_FAILED, "\"errors\":[" + errors + "],\"more\":7"))) {
      BulkRefusedException refused =
          catchThrowableOfType(
              BulkRefusedException.class, () -> store(server).putAll(PUTS, BulkOptions.NONE));

      assertThat(refused.refusals())
          .containsExactly(
              new Refusal(7, 107, Reason.STALE, OptionalLong.empty()),
              new Refusal(8, 108, Reason.NO_SUCH_CAT, OptionalLong.empty()),
              new Refusal(5, 105, Reason.REPEATED, OptionalLong.of(1_000)),
              new Refusal(1_000, 1_100, Reason.REPEATED, OptionalLong.of(2)));
      assertThat(refused.more()).isEqualTo(7);
      assertThat(server.calls()).hasSize(1);
    }
  }

  @Test
  void refusals_ofManyLinesWithPositionsOfAnyKind_nameThem() {
    List<BulkEdit> edits =
        LongStream.rangeClosed(1, 50_000)
            .mapToObj(i -> new BulkEdit(CatRef.of(i), EDIT, i * i % 1_009))
            .toList();
    try (var server =
        StubServer.start(
            refused(
                ProblemType.INVALID_VALUES,
                "\"errors\":[" + error(49_000, 49_000, "no_such_cat", "") + "]"))) {
      assertThatThrownBy(() -> store(server).editAll(edits.iterator(), BulkOptions.NONE))
          .isInstanceOfSatisfying(
              BulkRefusedException.class,
              e ->
                  assertThat(e.refusals())
                      .containsExactly(
                          new Refusal(
                              49_000L * 49_000 % 1_009,
                              49_000,
                              Reason.NO_SUCH_CAT,
                              OptionalLong.empty())));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"line\":3,\"id\":107,\"reason\":\"frozen\"",
        "\"line\":3,\"id\":107,\"reason\":\"STALE\"",
        "\"line\":3,\"id\":107",
        "\"line\":3,\"reason\":\"stale\"",
        "\"id\":107,\"reason\":\"stale\"",
        "\"line\":0,\"id\":107,\"reason\":\"stale\"",
        "\"line\":7,\"id\":107,\"reason\":\"stale\"",
        "\"line\":3,\"id\":107,\"reason\":\"repeated\",\"first_line\":8",
        "\"line\":3,\"pointer\":\"#/name\""
      })
  void refusals_ofWhichOneIsNotKnown_areNamedAsAResponse(String error) {
    String errors =
        "\"errors\":[{\"detail\":\"x\"," + error + "}," + error(4, 108, "stale", "") + "]";
    try (var server = StubServer.start(refused(ProblemType.INVALID_VALUES, errors))) {
      assertThatThrownBy(() -> store(server).putAll(PUTS, BulkOptions.NONE))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("PUT")
          .hasMessageContaining("answered with 422 (/problems/invalid-values): On purpose.");
      assertThat(server.calls()).hasSize(1);
    }
  }

  @Test
  void refusal_ofWhatIsAdded_isNamedAsAResponse() {
    String errors = "\"errors\":[" + error(1, 1, "stale", "") + "]";
    try (var server = StubServer.start(refused(ProblemType.PRECONDITION_FAILED, errors))) {
      assertThatThrownBy(() -> store(server).addAll(List.of(TOM), BulkOptions.NONE))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("answered with 412");
    }
  }

  @Test
  void refused_withoutErrors_isNamedAsAResponse() {
    try (var server = StubServer.start(problem(ProblemType.PRECONDITION_FAILED, ""))) {
      assertThatThrownBy(() -> store(server).putAll(PUTS, BulkOptions.NONE))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("answered with 412");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"added\":3,\"changed\":1,\"unchanged\":1}",
        "{\"added\":3,\"changed\":3,\"unchanged\":1}",
        "{\"added\":6}",
        "{}",
        "[]",
        "",
        "\"Put\""
      })
  void counts_thatAreNotThoseOfTheCats_areNamed(String counts) {
    try (var server = StubServer.start(answer(200, JSON, counts))) {
      assertThatThrownBy(() -> store(server).putAll(PUTS, BulkOptions.NONE))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("answered with 200, but");
      assertThat(server.calls()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 202, 301, 403})
  void answer_ofAnotherStatus_isNamed(int status) {
    try (var server = StubServer.start(answer(status, JSON, "{}"))) {
      assertThatThrownBy(() -> store(server).putAll(PUTS, BulkOptions.NONE))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("answered with " + status);
    }
  }
}
