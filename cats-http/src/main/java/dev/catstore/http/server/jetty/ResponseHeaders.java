package dev.catstore.http.server.jetty;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/**
 * The headers of every response, including Jetty's own: the id of the request, and what browsers
 * may do with the response. The documentation pages replace the policy with their own.
 */
public final class ResponseHeaders implements HttpConfiguration.Customizer {
  /** Nothing runs as a script, style or frame, whatever a cat is called. */
  private static final HttpField POLICY =
      new PreEncodedHttpField(
          "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");

  private static final HttpField NO_SNIFF =
      new PreEncodedHttpField("X-Content-Type-Options", "nosniff");

  /** No page of another site can embed it as a picture or script. CORS is not affected. */
  private static final HttpField SAME_ORIGIN =
      new PreEncodedHttpField("Cross-Origin-Resource-Policy", "same-origin");

  @Override
  public Request customize(Request request, HttpFields.Mutable response) {
    addTo(response, request);
    return request;
  }

  static void addTo(HttpFields.Mutable response, Request request) {
    response.put(RequestIds.HEADER, RequestIds.idOf(request));
    response.put(POLICY);
    response.put(NO_SNIFF);
    response.put(SAME_ORIGIN);
  }
}
