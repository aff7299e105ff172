package dev.catstore.http.server.jetty;

import dev.catstore.http.routes.RequestAttributes;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Context;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Names the request in every log line. Its id is the client's {@code X-Request-Id} if that is
 * plain, else a new one; {@link ResponseHeaders} and problems name it too.
 */
public final class RequestIds extends Handler.Wrapper {
  /** The key of the id in the log. */
  public static final String MDC_KEY = "request";

  static final String HEADER = "X-Request-Id";
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._~:/+=@-]{1,128}");

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String id = idOf(request);
    MDC.put(MDC_KEY, id);
    try {
      return super.handle(new IdentifiedRequest(request, id), response, callback);
    } finally {
      MDC.remove(MDC_KEY);
    }
  }

  /** The id of the request; assigns one if it has none yet. */
  public static String idOf(Request request) {
    return RequestAttributes.REQUEST_ID.get(request).orElseGet(() -> assign(request));
  }

  private static String assign(Request request) {
    @Nullable String sent = request.getHeaders().get(HEADER);
    String id = sent != null && PLAIN.matcher(sent).matches() ? sent : newId();
    RequestAttributes.REQUEST_ID.set(request, id);
    return id;
  }

  /**
   * A random UUID (RFC 9562, 5.4). It is no secret, so threads need not wait for each other's
   * SecureRandom.
   */
  private static String newId() {
    var random = ThreadLocalRandom.current();
    long high = (random.nextLong() & 0xffff_ffff_ffff_0fffL) | 0x4000L;
    long low = (random.nextLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }

  /** Logs something as part of a request, whatever else the thread is handling. */
  public static void logAs(Request request, Runnable log) {
    runAs(idOf(request), log);
  }

  private static void runAs(String id, Runnable task) {
    @Nullable String before = MDC.get(MDC_KEY);
    MDC.put(MDC_KEY, id);
    try {
      task.run();
    } finally {
      if (before == null) {
        MDC.remove(MDC_KEY);
      } else {
        MDC.put(MDC_KEY, before);
      }
    }
  }

  /** A request that had to wait for its turn continues in another thread. */
  private static final class IdentifiedRequest extends Request.Wrapper {
    private final Context context;

    IdentifiedRequest(Request request, String id) {
      super(request);
      context =
          new Context.Wrapper(request.getContext()) {
            @Override
            public void execute(Runnable task) {
              super.execute(() -> runAs(id, task));
            }

            // Jetty's wrapper takes the server's context, which has no path, for one that has.
            @Override
            public String getPathInContext(String canonicallyEncodedPath) {
              return request.getContext().getPathInContext(canonicallyEncodedPath);
            }
          };
    }

    @Override
    public Context getContext() {
      return context;
    }
  }
}
