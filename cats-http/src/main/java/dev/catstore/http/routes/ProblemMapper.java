package dev.catstore.http.routes;

import dev.catstore.domain.BulkRefusedException;
import dev.catstore.domain.BulkRefusedException.Reason;
import dev.catstore.domain.BulkRefusedException.Refusal;
import dev.catstore.domain.KeyReusedException;
import dev.catstore.domain.NoSuchCatException;
import dev.catstore.domain.OutcomeUnknownException;
import dev.catstore.domain.QueryTimeoutException;
import dev.catstore.domain.StaleRevisionException;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.http.problem.Problem;
import dev.catstore.http.problem.Problem.FieldError;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.wire.CatFormat;
import dev.catstore.http.wire.InvalidCatFileException;
import dev.catstore.http.wire.InvalidCatFileException.Finding;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
    if (failure instanceof QueryTimeoutException) {
      LOG.warn("a query took too long");
      LOG.debug("which query took too long", failure);
      return new Problem(
          ProblemType.QUERY_TIMEOUT, "The query took too long; nothing was done. Ask for less.");
    }
    if (failure instanceof OutcomeUnknownException) {
      LOG.warn("the outcome of a write is unknown: {}", rootCause(failure).toString());
      LOG.debug("why the outcome of a write is unknown", failure);
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
    List<Finding> findings = e.findings();
    List<FieldError> errors =
        findings.stream()
            .map(it -> ofRecord(e.format(), it.position(), it.field(), it.rule()))
            .toList();
    Finding last = findings.get(findings.size() - 1);
    String lastPlace = e.format().place(last.position());
    return e.isMalformed()
        ? new Problem(
            ProblemType.MALFORMED_REQUEST,
            capitalized(lastPlace) + ": " + last + ".",
            errors,
            e.more(),
            Map.of())
        : new Problem(
            ProblemType.INVALID_VALUES,
            "Nothing was done: the import has wrong values, the first %s."
                .formatted(where(e.format(), findings.get(0).position())),
            errors,
            e.more(),
            Map.of());
  }

  /** Cats that cannot be put or edited, which were read in this format. */
  static Problem ofRefused(BulkRefusedException e, CatFormat format) {
    List<FieldError> errors = e.refusals().stream().map(it -> ofRefusal(it, format)).toList();
    boolean stale = e.refusals().stream().anyMatch(it -> it.reason() == Reason.STALE);
    return new Problem(
        stale ? ProblemType.PRECONDITION_FAILED : ProblemType.INVALID_VALUES,
        "Nothing was done: %s refused, the first %s: %s."
            .formatted(
                errors.size() + e.more(),
                where(format, e.refusals().get(0).position()),
                errors.get(0).detail()),
        errors,
        e.more(),
        Map.of());
  }

  private static FieldError ofRefusal(Refusal refusal, CatFormat format) {
    String detail = format.reason(refusal);
    String field = refusal.reason() == Reason.STALE ? "revision" : "id";
    OptionalLong first = refusal.firstPosition();
    return FieldError.ofCat(
        refusal.id(),
        refusal.reason().name().toLowerCase(Locale.ROOT),
        detail,
        ofRecord(format, refusal.position(), Optional.of(field), detail),
        first.isPresent() && format != CatFormat.JSON ? first.getAsLong() : null);
  }

  private static String where(CatFormat format, long position) {
    return (format == CatFormat.JSON ? "at " : "on ") + format.place(position);
  }

  /** An error in one of many cats. */
  private static FieldError ofRecord(
      CatFormat format, long position, Optional<String> field, String rule) {
    return format == CatFormat.JSON
        ? FieldError.ofElement(position, field, rule)
        : FieldError.ofRecord(position, field, rule);
  }

  private static Throwable rootCause(Throwable failure) {
    Throwable root = failure;
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      root = cause;
    }
    return root;
  }

  private static String sentence(Exception e) {
    return capitalized(String.valueOf(e.getMessage())) + ".";
  }

  private static String capitalized(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }
}
