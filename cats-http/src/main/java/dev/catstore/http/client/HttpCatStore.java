package dev.catstore.http.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.catstore.domain.BreedVisitor;
import dev.catstore.domain.BulkCounts;
import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.BulkPut;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatSort;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.CatVisitor;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.KeyReusedException;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.NoSuchCatException;
import dev.catstore.domain.Page;
import dev.catstore.domain.PageRequest;
import dev.catstore.domain.StaleRevisionException;
import dev.catstore.domain.StoreUnavailableException;
import dev.catstore.http.client.CatUploads.Source;
import dev.catstore.http.client.RetryingHttpClient.Effect;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.wire.BreedDocument;
import dev.catstore.http.wire.CatDocument;
import dev.catstore.http.wire.CatEditDocument;
import dev.catstore.http.wire.CatJson;
import dev.catstore.http.wire.IdempotencyKeyHeader;
import dev.catstore.http.wire.MediaTypes;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The cats of a server with the routes of this library, over HTTP/1.1. Threads may share it; make
 * one and keep it, for it keeps its connections. There is nothing to close.
 *
 * <p>A call that failed is tried up to three times if a retry can do no harm: what only reads; each
 * {@code add}, which is always sent under an Idempotency-Key; and a change that was not begun,
 * because the server could not be reached or says so. Between two attempts it waits as long as the
 * server asks (Retry-After), and a random time of at most 0.4 seconds. A change whose connection
 * was lost is not repeated: that is an {@link dev.catstore.domain.OutcomeUnknownException}. Many
 * cats are sent again where they are handed over as an {@link Iterable}, under a key; an iterator
 * is sent once. A visitor that has been shown something is not shown it again.
 *
 * <p>A call takes at most 30 seconds, all its attempts together. Calls with many cats last as long
 * as something is sent or arrives, and fail when nothing does for 60 seconds. The server may wait
 * less long for a slow visitor or iterator, and may limit the size of many cats (by default 30
 * seconds and 1 GiB). An interrupted thread keeps its flag, and its call ends as if the connection
 * was lost.
 *
 * <p>Besides what {@link CatStore} names, each method throws {@link IllegalStateException} for a
 * response that a store cannot use, because the address is wrong for example, or access is denied.
 * Its message has the path, the status and the server's problem (RFC 9457).
 */
public final class HttpCatStore implements CatStore {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration STREAM_TIMEOUT = Duration.ofSeconds(60);

  /** What a header can hold as a bearer token (RFC 6750, 2.1). */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private final String base;
  private final RetryingHttpClient calls;
  private final Duration streamTimeout;
  private final Optional<String> token;
  private final CatUploads uploads;

  HttpCatStore(URI base, HttpClient http, Duration callTimeout, Duration streamTimeout) {
    this(
        checked(base),
        new RetryingHttpClient(http, callTimeout, streamTimeout),
        streamTimeout,
        Optional.empty());
  }

  private HttpCatStore(
      String base, RetryingHttpClient calls, Duration streamTimeout, Optional<String> token) {
    this.base = base;
    this.calls = calls;
    this.streamTimeout = streamTimeout;
    this.token = token;
    this.uploads = new CatUploads(calls, this::request, streamTimeout);
  }

  /**
   * A store on the server at this address, to which it connects within 5 seconds.
   *
   * @param base where the routes begin, for example {@code http://127.0.0.1:5000} or {@code
   *     https://example.com/shop/}
   * @throws IllegalArgumentException if it is not an HTTP address, or has a user, a query or a
   *     fragment
   */
  public static HttpCatStore at(URI base) {
    return at(base, HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build());
  }

  /**
   * A store on the server at this address, with your own client.
   *
   * @param base where the routes begin
   * @param http decides the connect timeout, the proxy, the certificates and so on
   * @throws IllegalArgumentException if the address is not valid, as above
   */
  public static HttpCatStore at(URI base, HttpClient http) {
    return new HttpCatStore(base, requireNonNull(http), CALL_TIMEOUT, STREAM_TIMEOUT);
  }

  /**
   * This store with a token for each request ({@code Authorization: Bearer}), over the same
   * connections. Without {@code https} everybody on the way can read the token. A redirect that
   * your own client follows gets it too; the client of {@link #at(URI)} follows none.
   *
   * @param value the token, as the server's operator gave it
   * @throws IllegalArgumentException if it is not a token (RFC 6750, 2.1); the message does not
   *     contain it
   */
  public HttpCatStore withToken(String value) {
    if (!TOKEN.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a token must have only letters, digits and -._~+/, and = at its end");
    }
    return new HttpCatStore(base, calls, streamTimeout, Optional.of(value));
  }

  @Override
  public Cat add(NewCat cat) {
    return add(cat, new IdempotencyKey(UUID.randomUUID().toString()));
  }

  @Override
  public Cat add(NewCat cat, IdempotencyKey key) {
    requireNonNull(cat);
    HttpRequest request =
        request("/cats")
            .header(IdempotencyKeyHeader.NAME, IdempotencyKeyHeader.format(key))
            .header("Content-Type", MediaTypes.JSON)
            .POST(BodyPublishers.ofByteArray(CatJson.bytes(CatEditDocument.of(cat))))
            .build();
    return calls.call(
        request,
        Effect.IDEMPOTENT,
        response -> {
          if (response.is(ProblemType.KEY_REUSED)) {
            throw new KeyReusedException(key);
          }
          return response.require(201).object(CatDocument.class, CatDocument::toCat);
        });
  }

  @Override
  public BulkCounts addAll(Iterator<NewCat> cats, BulkOptions options) {
    return uploads.add(Source.of(cats), options);
  }

  /**
   * Adds many cats, as {@link #addAll(Iterator, BulkOptions)} does, but is tried up to three times:
   * under the key of the options, or one of its own. What an iterator throws comes out, also in a
   * later attempt; then it may be unknown what an earlier one did.
   *
   * @param cats gives the same cats in the same order, with a new iterator for each attempt
   */
  public BulkCounts addAll(Iterable<NewCat> cats, BulkOptions options) {
    return uploads.add(Source.of(cats), options);
  }

  @Override
  public BulkCounts putAll(Iterator<BulkPut> puts, BulkOptions options) {
    return uploads.put(Source.of(puts), options);
  }

  /**
   * Puts many cats, as {@link #putAll(Iterator, BulkOptions)} does, but is tried up to three times,
   * as {@link #addAll(Iterable, BulkOptions)} is.
   *
   * @param puts gives the same puts in the same order, with a new iterator for each attempt
   */
  public BulkCounts putAll(Iterable<BulkPut> puts, BulkOptions options) {
    return uploads.put(Source.of(puts), options);
  }

  @Override
  public BulkCounts editAll(Iterator<BulkEdit> edits, BulkOptions options) {
    return uploads.edit(Source.of(edits), options);
  }

  /**
   * Edits many cats, as {@link #editAll(Iterator, BulkOptions)} does, but is tried up to three
   * times, as {@link #addAll(Iterable, BulkOptions)} is.
   *
   * @param edits gives the same edits in the same order, with a new iterator for each attempt
   */
  public BulkCounts editAll(Iterable<BulkEdit> edits, BulkOptions options) {
    return uploads.edit(Source.of(edits), options);
  }

  @Override
  public Optional<Cat> find(long id) {
    if (id < 1) {
      return Optional.empty();
    }
    return calls.call(
        request("/cats/" + id).build(),
        Effect.SAFE,
        response ->
            response.is(ProblemType.NO_SUCH_CAT)
                ? Optional.empty()
                : Optional.of(response.require(200).object(CatDocument.class, CatDocument::toCat)));
  }

  @Override
  public Page page(PageRequest request) {
    StringJoiner query = query(request.filter());
    query.add("limit=" + request.limit()).add("sort=" + request.sort());
    request.after().ifPresent(after -> query.add("after=" + after));
    return calls.call(
        request("/cats" + query).build(),
        Effect.SAFE,
        response -> {
          List<Cat> cats =
              response.require(200).array(CatDocument.class, CatDocument::toCat).rest();
          return new Page(cats, response.nextPage());
        });
  }

  @Override
  public <X extends Exception> void each(CatFilter filter, CatSort sort, CatVisitor<X> visitor)
      throws X {
    requireNonNull(visitor);
    StringJoiner query = query(filter).add("sort=" + sort);
    HttpRequest request = request("/cats" + query).header("Accept", MediaTypes.NDJSON).build();
    show(
        calls.stream(
            request,
            response -> response.require(200).lines(CatDocument.class, CatDocument::toCat)),
        visitor::visit);
  }

  @Override
  public Cat edit(CatRef which, CatEdit edit) {
    requireNonNull(which);
    byte[] body = CatJson.bytes(CatEditDocument.of(edit));
    HttpRequest request =
        request(which)
            .header("Content-Type", MediaTypes.MERGE_PATCH)
            .method("PATCH", BodyPublishers.ofByteArray(body))
            .build();
    return calls.call(
        request,
        Effect.NOT_IDEMPOTENT,
        response -> {
          refuseIfStale(response, which);
          if (response.is(ProblemType.NO_SUCH_CAT)) {
            throw new NoSuchCatException(which.id());
          }
          return response.require(200).object(CatDocument.class, CatDocument::toCat);
        });
  }

  @Override
  public boolean remove(CatRef which) {
    return calls.call(
        request(which).DELETE().build(),
        Effect.NOT_IDEMPOTENT,
        response -> {
          refuseIfStale(response, which);
          if (response.is(ProblemType.NO_SUCH_CAT)) {
            return false;
          }
          response.require(204);
          return true;
        });
  }

  @Override
  public long count(CatFilter filter) {
    return count(filter, "true");
  }

  @Override
  public long estimateCount(CatFilter filter) {
    return count(filter, "estimated");
  }

  private long count(CatFilter filter, String how) {
    StringJoiner query = query(filter).add("limit=1").add("count=" + how);
    return calls.call(
        request("/cats" + query).build(),
        Effect.SAFE,
        response -> {
          String count = response.require(200).header("X-Total-Count");
          if (!count.matches("[0-9]{1,18}")) {
            throw response.unexpected("it has no X-Total-Count");
          }
          return Long.parseLong(count);
        });
  }

  @Override
  public <X extends Exception> void eachBreed(BreedVisitor<X> visitor) throws X {
    requireNonNull(visitor);
    HttpRequest request = request("/breeds").build();
    show(
        calls.stream(
            request,
            response -> response.require(200).array(BreedDocument.class, BreedDocument::toSummary)),
        visitor::visit);
  }

  /** A visitor of anything. */
  private interface Visitor<T, X extends Exception> {
    void visit(T value) throws X;
  }

  private static <T, X extends Exception> void show(JsonValues<?, T> values, Visitor<T, X> visitor)
      throws X {
    try (values) {
      for (var next = next(values); next.isPresent(); next = next(values)) {
        visitor.visit(next.get());
      }
    }
  }

  private static <T> Optional<T> next(JsonValues<?, T> values) {
    try {
      return values.next();
    } catch (IOException e) {
      throw new StoreUnavailableException("the response was aborted: " + e.getMessage(), e);
    }
  }

  private static void refuseIfStale(ApiResponse response, CatRef which) {
    if (response.is(ProblemType.PRECONDITION_FAILED) && which.revision().isPresent()) {
      throw new StaleRevisionException(which);
    }
  }

  private HttpRequest.Builder request(CatRef which) {
    HttpRequest.Builder request = request("/cats/" + which.id());
    which.revision().ifPresent(revision -> request.header("If-Match", "\"" + revision + "\""));
    return request;
  }

  private HttpRequest.Builder request(String target) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + target)).version(Version.HTTP_1_1);
    token.ifPresent(value -> request.header("Authorization", "Bearer " + value));
    return request;
  }

  private static StringJoiner query(CatFilter filter) {
    var query = new StringJoiner("&", "?", "").setEmptyValue("");
    filter.breed().ifPresent(breed -> query.add("breed=" + encoded(breed)));
    filter.namePart().ifPresent(part -> query.add("name=" + encoded(part)));
    filter.minPrice().ifPresent(price -> query.add("price_min=" + price));
    filter.maxPrice().ifPresent(price -> query.add("price_max=" + price));
    return query;
  }

  /** With %20 for a space, which every server decodes. */
  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  private static String checked(URI base) {
    String scheme = Optional.ofNullable(base.getScheme()).orElse("");
    boolean http = scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https");
    if (!http
        || base.getHost() == null
        || base.getRawUserInfo() != null
        || base.getRawQuery() != null
        || base.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "the base must be an http or https URI without user, query and fragment");
    }
    return base.toString().replaceAll("/+$", "");
  }
}
