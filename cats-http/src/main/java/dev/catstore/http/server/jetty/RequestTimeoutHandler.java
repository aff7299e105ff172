package dev.catstore.http.server.jetty;

import dev.catstore.http.problem.Problem;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.routes.RequestAttributes;
import dev.catstore.http.routes.RequestAttributes.Timeout;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/**
 * Lets a timeout be the response to a request that is still in progress: the first of its handler
 * and {@link #expire} responds. Headers set outside of this handler are in either response, unless
 * it has its own of the same name.
 */
public final class RequestTimeoutHandler extends Handler.Wrapper {
  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    var body = new Body(request);
    var timed = new TimedResponse(body, response, callback);
    RequestAttributes.TIMEOUT.set(request, timed);
    return super.handle(body, timed, timed);
  }

  /** Whether the handler waits for more of the request body. */
  static boolean awaitsBody(Request request) {
    return RequestAttributes.TIMEOUT.get(request).filter(Timeout::awaitsBody).isPresent();
  }

  /** Whether the handler has read from the request body after this time. */
  static boolean hasReadSince(Request request, long nanoTime) {
    return RequestAttributes.TIMEOUT
        .get(request)
        .filter(it -> it.hasReadSince(nanoTime))
        .isPresent();
  }

  /** Responds to a request that took too long, unless it streams or its response has begun. */
  static void expire(Request request) {
    if (!isStream(request)) {
      RequestAttributes.TIMEOUT.get(request).ifPresent(Timeout::expire);
    }
  }

  /** Lets whatever the handler reads of the request body from now on fail. */
  static void failBody(Request request, TimeoutException reason) {
    RequestAttributes.TIMEOUT.get(request).ifPresent(it -> it.failBody(reason));
  }

  /** Whether the request may last as long as bytes flow. */
  static boolean isStream(Request request) {
    return RequestAttributes.STREAMING.get(request).isPresent();
  }

  private enum State {
    OPEN,
    BEGUN,
    EXPIRED
  }

  /**
   * Knows whether it is awaited: from the demand until the next read. Jetty's own body can be read
   * or failed by the thread of the handler alone; this one can be failed by any.
   */
  private static final class Body extends Request.Wrapper {
    private final AtomicReference<Runnable> demanded = new AtomicReference<>();
    private volatile boolean awaited;
    private volatile long readAt;
    private volatile @Nullable TimeoutException failure;

    Body(Request request) {
      super(request);
      readAt = request.getBeginNanoTime();
    }

    @Override
    public void demand(Runnable whenThere) {
      awaited = true;
      demanded.set(whenThere);
      if (failure == null) {
        super.demand(Invocable.from(Invocable.getInvocationType(whenThere), this::resume));
      } else {
        getComponents().getExecutor().execute(this::resume);
      }
    }

    @Override
    public synchronized Content.@Nullable Chunk read() {
      @Nullable TimeoutException failed = failure;
      Content.Chunk chunk = failed == null ? super.read() : Content.Chunk.from(failed, true);
      if (chunk != null) {
        readAt = System.nanoTime();
        awaited = false;
      }
      return chunk;
    }

    /** After this, the handler reads nothing more of the connection. */
    void fail(TimeoutException reason) {
      synchronized (this) {
        failure = reason;
      }
      getComponents().getExecutor().execute(this::resume);
    }

    private void resume() {
      @Nullable Runnable whenThere = demanded.getAndSet(null);
      if (whenThere != null) {
        whenThere.run();
      }
    }
  }

  private static final class TimedResponse extends Response.Wrapper implements Callback, Timeout {
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    private final Body body;
    private final HttpFields.Mutable headers;
    private final Callback callback;

    /** 0 for Jetty's default, as in Jetty. */
    private int status;

    TimedResponse(Body body, Response response, Callback callback) {
      super(body, response);
      this.body = body;
      this.callback = callback;
      this.headers = HttpFields.build(response.getHeaders());
      this.status = response.getStatus();
    }

    @Override
    public int getStatus() {
      return isOpen() ? status : super.getStatus();
    }

    @Override
    public void setStatus(int code) {
      status = code;
    }

    @Override
    public HttpFields.Mutable getHeaders() {
      return state.get() == State.BEGUN ? super.getHeaders() : headers;
    }

    @Override
    public boolean isCommitted() {
      return !isOpen();
    }

    @Override
    public void reset() {
      status = 0;
      headers.clear();
    }

    @Override
    public void write(boolean last, ByteBuffer bytes, Callback written) {
      if (begin()) {
        super.write(last, bytes, written);
      } else {
        written.failed(new TimeoutException("the request has timed out"));
      }
    }

    @Override
    public void succeeded() {
      if (begin()) {
        callback.succeeded();
      }
    }

    @Override
    public void failed(Throwable failure) {
      if (begin()) {
        callback.failed(failure);
      }
    }

    private boolean isOpen() {
      return state.get() == State.OPEN;
    }

    /** Whether the response is the handler's. */
    private boolean begin() {
      if (state.compareAndSet(State.OPEN, State.BEGUN)) {
        if (!getRequest().consumeAvailable()) {
          // The connection ends if the body stays unread, and the client has to know.
          headers.put(HttpHeader.CONNECTION, "close");
        }
        if (status != 0) {
          getWrapped().setStatus(status);
        }
        copyHeaders();
      }
      return state.get() == State.BEGUN;
    }

    /** Most are those that were there before the handler, unchanged. */
    private void copyHeaders() {
      HttpFields.Mutable sent = getWrapped().getHeaders();
      for (HttpField field : headers) {
        @Nullable HttpField before = sent.getField(field.getName());
        if (field.getHeader() == HttpHeader.VARY && before != null) {
          sent.ensureField(field);
        } else if (before == null || !field.equals(headers.getField(field.getName()))) {
          sent.add(field);
        } else if (!field.equals(before)) {
          sent.put(field);
        }
      }
    }

    @Override
    public boolean awaitsBody() {
      return body.awaited;
    }

    @Override
    public boolean hasReadSince(long nanoTime) {
      return body.readAt - nanoTime > 0;
    }

    @Override
    public void failBody(TimeoutException reason) {
      body.fail(reason);
    }

    @Override
    public void expire() {
      if (state.compareAndSet(State.OPEN, State.EXPIRED)) {
        // With the response, Jetty consumes what is there of the body: nobody else may read it.
        body.fail(new TimeoutException("the request has timed out"));
        boolean safe =
            HttpMethod.GET.is(getRequest().getMethod())
                || HttpMethod.HEAD.is(getRequest().getMethod());
        Problem problem =
            safe
                ? Problem.unavailable("The request took too long. Try again.")
                : new Problem(
                    ProblemType.OUTCOME_UNKNOWN,
                    "The request took too long, and may still be done. Look before you try again.");
        // Until the handler notices, the connection cannot carry another response.
        getWrapped().getHeaders().put(HttpHeader.CONNECTION, "close");
        ProblemErrorHandler.write(problem, getRequest(), getWrapped(), callback);
      }
    }
  }
}
