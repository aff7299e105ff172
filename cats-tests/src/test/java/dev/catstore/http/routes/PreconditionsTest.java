package dev.catstore.http.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.routes.Preconditions.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** What preconditions are read as, and in what time. */
final class PreconditionsTest {
  /** Takes most of a minute, if it is read again from each blank on. */
  private static final String BLANKS = " \t".repeat(150_000);

  @Test
  void list_withSeparatorsOfEachKind_isReadToTheLetter() {
    assertThat(tags(", \t,\"1\",W/\"2\" ,\t, \"\",")) //
        .containsExactly(new Tag(false, "1"), new Tag(true, "2"), new Tag(false, ""));
  }

  @Test
  @Timeout(value = 10, threadMode = ThreadMode.SEPARATE_THREAD)
  void blanks_howeverMany_areReadOnce() {
    assertMalformed("\"1\"" + BLANKS + "x");
    assertMalformed("\"1\"" + BLANKS + "\"2\"");
    assertMalformed(BLANKS.replace('\t', ',') + "x");
    assertThat(tags("\"1\"" + BLANKS + "," + BLANKS + "\"2\""))
        .containsExactly(new Tag(false, "1"), new Tag(false, "2"));
  }

  private static void assertMalformed(String header) {
    ProblemException e = catchThrowableOfType(ProblemException.class, () -> tags(header));
    assertThat(e.problem().type()).isEqualTo(ProblemType.MALFORMED_REQUEST);
  }

  private static List<Tag> tags(String header) {
    var request =
        (HttpServletRequest)
            Proxy.newProxyInstance(
                PreconditionsTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) ->
                    Collections.enumeration(
                        arguments[0].equals("If-Match") ? List.of(header) : List.of()));
    return Preconditions.of(request).ifMatch().orElseThrow().list();
  }
}
