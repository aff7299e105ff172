package dev.catstore.http.server.jetty;

import dev.catstore.http.routes.RequestAttributes;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Gives each request an identifier: the client's {@code X-Request-Id} where it is a sane one, else
 * a new one. It is in {@link ResponseHeaders}, in every problem, and here put into every line of
 * the log.
 */
public final class RequestIds extends Handler.Wrapper {
  /** What the log knows it by. */
  public static final String MDC_KEY = "request";

  static final String HEADER = "X-Request-Id";
  private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._~:/+=@-]{1,128}");

  public RequestIds(Handler handler) {
    super(handler);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    MDC.put(MDC_KEY, identify(request));
    try {
      return super.handle(request, response, callback);
    } finally {
      MDC.remove(MDC_KEY);
    }
  }

  /** The identifier of the request, which it gets here if it has none yet. */
  public static String identify(Request request) {
    Optional<String> given = RequestAttributes.REQUEST_ID.get(request);
    if (given.isPresent()) {
      return given.get();
    }
    @Nullable String sent = request.getHeaders().get(HEADER);
    String id = sent != null && SANE.matcher(sent).matches() ? sent : UUID.randomUUID().toString();
    RequestAttributes.REQUEST_ID.set(request, id);
    return id;
  }
}
