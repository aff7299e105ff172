package dev.catstore.http.routes;

import dev.catstore.domain.KeyReusedException;
import dev.catstore.domain.NoSuchCatException;
import dev.catstore.domain.OutcomeUnknownException;
import dev.catstore.domain.StaleRevisionException;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.http.problem.Problem;
import dev.catstore.http.problem.Problem.FieldError;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.wire.InvalidCatFileException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides which problem a failure is to the client, and logs what an operator must know. */
final class ProblemMapper {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemMapper.class);

  private ProblemMapper() {}

  static Problem toProblem(Throwable failure) {
    if (failure instanceof ProblemException e) {
      return e.problem();
    }
    if (failure instanceof InvalidCatFileException e) {
      return ofFile(e);
    }
    if (failure instanceof NoSuchCatException e) {
      return new Problem(ProblemType.NO_SUCH_CAT, sentence(e));
    }
    if (failure instanceof StaleRevisionException e) {
      return new Problem(ProblemType.PRECONDITION_FAILED, sentence(e));
    }
    if (failure instanceof KeyReusedException e) {
      return new Problem(ProblemType.KEY_REUSED, sentence(e));
    }
    if (failure instanceof StoreUnavailableException) {
      // While it lasts every request fails like this: one line for each is enough.
      LOG.warn(
          "the store is unavailable: {} ({})", failure.getMessage(), rootCause(failure).toString());
      LOG.debug("why the store is unavailable", failure);
      return Problem.unavailable("The database is unavailable; nothing was done. Try again.");
    }
    if (failure instanceof OutcomeUnknownException) {
      LOG.warn("the outcome of a write is unknown", failure);
      return new Problem(
          ProblemType.OUTCOME_UNKNOWN,
          "The database was lost during a write: everything was done, or nothing. Check before you"
              + " try again.");
    }
    if (failure instanceof HttpException http) {
      return Problem.ofStatus(http.getCode());
    }
    if (failure instanceof IOException) {
      LOG.debug("the client disconnected", failure);
      return Problem.ofStatus(400);
    }
    LOG.error("a request failed", failure);
    return Problem.ofStatus(500);
  }

  private static Problem ofFile(InvalidCatFileException e) {
    List<FieldError> errors =
        e.findings().stream()
            .map(it -> FieldError.ofRecord(it.line(), it.field(), it.rule()))
            .toList();
    FieldError first = errors.get(0);
    FieldError last = errors.get(errors.size() - 1);
    return e.isMalformed()
        ? new Problem(
            ProblemType.MALFORMED_REQUEST,
            "Line " + last.line() + ": " + last.detail() + ".",
            errors,
            e.more(),
            Map.of())
        : new Problem(
            ProblemType.INVALID_VALUES,
            "The import has wrong values, and no cat was added; the first is on line "
                + first.line()
                + ".",
            errors,
            e.more(),
            Map.of());
  }

  private static Throwable rootCause(Throwable failure) {
    Throwable root = failure;
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      root = cause;
    }
    return root;
  }

  private static String sentence(Exception e) {
    String message = String.valueOf(e.getMessage());
    return Character.toUpperCase(message.charAt(0)) + message.substring(1) + ".";
  }
}
