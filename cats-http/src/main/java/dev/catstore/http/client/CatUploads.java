package dev.catstore.http.client;

import static java.util.Objects.requireNonNull;

import dev.catstore.domain.BulkCounts;
import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.BulkPut;
import dev.catstore.domain.BulkRefusedException;
import dev.catstore.domain.BulkRefusedException.Reason;
import dev.catstore.domain.BulkRefusedException.Refusal;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.KeyReusedException;
import dev.catstore.domain.NewCat;
import dev.catstore.http.client.RetryingHttpClient.Effect;
import dev.catstore.http.client.RetryingHttpClient.Use;
import dev.catstore.http.problem.Problem.FieldError;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.wire.AddedDocument;
import dev.catstore.http.wire.BulkCatDocument;
import dev.catstore.http.wire.BulkCountsDocument;
import dev.catstore.http.wire.CatEditDocument;
import dev.catstore.http.wire.IdempotencyKeyHeader;
import dev.catstore.http.wire.MediaTypes;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Sends many cats to be added, put or edited. */
final class CatUploads {
  private final RetryingHttpClient calls;
  private final Function<String, HttpRequest.Builder> requests;
  private final Duration timeout;

  /**
   * @param requests makes a request of its target
   * @param timeout how long the server may take nothing, or not respond after the last cat
   */
  CatUploads(
      RetryingHttpClient calls, Function<String, HttpRequest.Builder> requests, Duration timeout) {
    this.calls = calls;
    this.requests = requests;
    this.timeout = timeout;
  }

  /** Cats, and whether they can be sent again. */
  record Source<T>(Supplier<Iterator<T>> cats, boolean repeatable) {
    static <T> Source<T> of(Iterator<T> cats) {
      requireNonNull(cats);
      return new Source<>(() -> cats, false);
    }

    static <T> Source<T> of(Iterable<T> cats) {
      requireNonNull(cats);
      return new Source<>(cats::iterator, true);
    }
  }

  /** What a call is sent as, and how its response is read. */
  private record Kind<T>(
      String method,
      int success,
      Function<T, Object> document,
      @Nullable ToLongFunction<T> position,
      Use<BulkCounts> counts) {}

  private static final Kind<NewCat> ADD =
      new Kind<>(
          "POST",
          201,
          CatEditDocument::of,
          null,
          response -> response.object(AddedDocument.class, it -> new BulkCounts(it.added(), 0, 0)));

  private static final Kind<BulkPut> PUT =
      new Kind<>("PUT", 200, BulkCatDocument::of, BulkPut::position, CatUploads::counts);

  private static final Kind<BulkEdit> EDIT =
      new Kind<>("PATCH", 200, BulkCatDocument::of, BulkEdit::position, CatUploads::counts);

  BulkCounts add(Source<NewCat> cats, BulkOptions options) {
    return send(ADD, cats, options);
  }

  BulkCounts put(Source<BulkPut> puts, BulkOptions options) {
    return send(PUT, puts, options);
  }

  BulkCounts edit(Source<BulkEdit> edits, BulkOptions options) {
    return send(EDIT, edits, options);
  }

  private <T> BulkCounts send(Kind<T> kind, Source<T> source, BulkOptions options) {
    boolean dryRun = options.dryRun();
    HttpRequest.Builder request =
        requests
            .apply(dryRun ? "/cats?dry_run=true" : "/cats")
            .header("Content-Type", MediaTypes.NDJSON);
    Optional<IdempotencyKey> key = options.key();
    if (key.isEmpty() && source.repeatable() && !dryRun) {
      key = Optional.of(new IdempotencyKey(UUID.randomUUID().toString()));
    }
    key.ifPresent(it -> request.header(IdempotencyKeyHeader.NAME, IdempotencyKeyHeader.format(it)));
    return calls.upload(
        body -> request.method(kind.method(), body).build(),
        () ->
            new CatBodyPublisher<>(source.cats().get(), kind.document(), kind.position(), timeout),
        source.repeatable(),
        dryRun ? Effect.SAFE : Effect.IDEMPOTENT,
        (response, body) -> {
          // Under a key of ours it would mean that the source did not give the same cats again.
          if (response.is(ProblemType.KEY_REUSED) && options.key().isPresent()) {
            throw new KeyReusedException(options.key().get());
          }
          refuse(response, body.positions());
          response.require(dryRun ? 200 : kind.success());
          BulkCounts counts = kind.counts().of(response);
          long done = counts.added() + counts.changed() + counts.unchanged();
          if (done != body.count()) {
            throw response.unexpected(done + " of " + body.count() + " cats are counted");
          }
          return counts;
        });
  }

  private static BulkCounts counts(ApiResponse response) throws IOException {
    return response.object(BulkCountsDocument.class, BulkCountsDocument::toCounts);
  }

  private static void refuse(ApiResponse response, SentPositions positions) {
    if (response.is(ProblemType.PRECONDITION_FAILED) || response.is(ProblemType.INVALID_VALUES)) {
      List<Refusal> refusals =
          response.errors().stream().flatMap(it -> refusal(it, positions).stream()).toList();
      // Where one of them is none that this version knows, the response is of no use.
      if (!refusals.isEmpty() && refusals.size() == response.errors().size()) {
        throw new BulkRefusedException(refusals, response.moreErrors());
      }
    }
  }

  private static Optional<Refusal> refusal(FieldError error, SentPositions positions) {
    Long line = error.line();
    Long first = error.firstLine();
    Optional<Reason> reason =
        Arrays.stream(Reason.values())
            .filter(it -> it.name().toLowerCase(Locale.ROOT).equals(error.reason()))
            .findAny();
    if (error.id() == null
        || reason.isEmpty()
        || line == null
        || !positions.has(line)
        || (first != null && !positions.has(first))) {
      return Optional.empty();
    }
    return Optional.of(
        new Refusal(
            positions.at(line),
            error.id(),
            reason.get(),
            first == null ? OptionalLong.empty() : OptionalLong.of(positions.at(first))));
  }
}
