package dev.catstore.http.server.jetty;

import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/**
 * Serves {@code OPTIONS *}, which no context takes, as {@code /}; refuses targets without a path.
 */
public final class RequestTarget implements HttpConfiguration.Customizer {
  @Override
  public Request customize(Request request, HttpFields.Mutable responseHeaders) {
    HttpURI uri = request.getHttpURI();
    if (HttpMethod.OPTIONS.is(request.getMethod()) && "*".equals(uri.getPath())) {
      return Request.serveAs(request, HttpURI.build(uri, "/", null, null));
    }
    if (uri.getPath() == null || !uri.getPath().startsWith("/")) {
      // RFC 9112, 3.2.1; Jetty would redirect it.
      throw new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400);
    }
    return request;
  }
}
