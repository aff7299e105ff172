package dev.catstore.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/** A Jetty that answers every request with one cat, without a database: what HTTP alone costs. */
final class BareServer {
  private static final byte[] CAT =
      "{\"id\":1,\"name\":\"cat number 1\",\"price\":1,\"breed\":\"breed 1\",\"revision\":1}"
          .getBytes(UTF_8);
  private static final HttpField TYPE =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");

  private BareServer() {}

  public static void main(String[] args) throws Exception {
    var server = new Server();
    var connector = new ServerConnector(server, 1, 1);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            response.getHeaders().put(TYPE);
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, CAT.length);
            response.write(true, ByteBuffer.wrap(CAT), callback);
            return true;
          }
        });
    server.start();
    System.out.println(
        "Cats listens on http://127.0.0.1:" + connector.getLocalPort() + ", with one cat");
    server.join();
  }
}
