package dev.catstore.http.server.jetty;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/**
 * What is in every answer, in Jetty's own too: the identifier of the request, and what browsers may
 * do with the answer. The pages of the documentation have a policy of their own in its place.
 */
public final class ResponseHeaders implements HttpConfiguration.Customizer {
  /** Nothing is a script, a style or a frame, whatever text a cat has for a name. */
  private static final HttpField POLICY =
      new PreEncodedHttpField(
          "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");

  private static final HttpField NO_SNIFF =
      new PreEncodedHttpField("X-Content-Type-Options", "nosniff");

  /** No other site's page gets it as a picture or a script; what CORS allows is not asked here. */
  private static final HttpField SAME_ORIGIN =
      new PreEncodedHttpField("Cross-Origin-Resource-Policy", "same-origin");

  @Override
  public Request customize(Request request, HttpFields.Mutable answer) {
    addTo(answer, request);
    return request;
  }

  static void addTo(HttpFields.Mutable answer, Request request) {
    answer.put(RequestIds.HEADER, RequestIds.idOf(request));
    answer.put(POLICY);
    answer.put(NO_SNIFF);
    answer.put(SAME_ORIGIN);
  }
}
