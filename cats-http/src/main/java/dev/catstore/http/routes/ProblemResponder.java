package dev.catstore.http.routes;

import dev.catstore.http.problem.Problem;
import dev.catstore.http.wire.CatJson;
import dev.catstore.http.wire.MediaTypes;
import dev.catstore.http.wire.ProblemDocument;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Responds to a request with a problem. */
public final class ProblemResponder {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemResponder.class);

  private ProblemResponder() {}

  /** Commits the response; what is left of the request's body is discarded. */
  public static void respond(
      Problem problem, HttpServletRequest request, HttpServletResponse response) {
    String prefix = RequestAttributes.PREFIX.get(request).orElse("");
    Optional<String> requestId = RequestAttributes.REQUEST_ID.get(request);
    try {
      LimitedRequestBody.discard(request);
      response.setStatus(problem.type().status());
      problem.headers().forEach(response::setHeader);
      response.setHeader("Cache-Control", "no-store");
      requestId.ifPresent(id -> response.setHeader("X-Request-Id", id));
      response.setContentType(MediaTypes.PROBLEM);
      byte[] body = CatJson.bytes(ProblemDocument.of(problem, prefix, requestId.orElse(null)));
      response.setContentLength(body.length);
      response.getOutputStream().write(body);
      response.flushBuffer();
    } catch (IOException e) {
      LOG.debug("the client disconnected before it had its response", e);
    }
  }
}
