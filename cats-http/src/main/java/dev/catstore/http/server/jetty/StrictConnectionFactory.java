package dev.catstore.http.server.jetty;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.jspecify.annotations.Nullable;

/** Jetty's connections, with rules that Jetty has no settings for. */
public final class StrictConnectionFactory extends HttpConnectionFactory {
  public StrictConnectionFactory(HttpConfiguration configuration) {
    super(configuration);
  }

  @Override
  public Connection newConnection(Connector connector, EndPoint endPoint) {
    return configure(
        new StrictConnection(getHttpConfiguration(), connector, endPoint), connector, endPoint);
  }

  static final class StrictConnection extends HttpConnection {
    private static final ByteBuffer HEAD =
        ByteBuffer.wrap("HEAD ".getBytes(US_ASCII)).asReadOnlyBuffer();
    private final ClientRate rate;
    private boolean head;

    StrictConnection(HttpConfiguration configuration, Connector connector, EndPoint endPoint) {
      super(configuration, connector, endPoint);
      this.rate = new ClientRate(new Peer((AbstractEndPoint) endPoint), System.nanoTime());
    }

    /** The client at the other end. */
    private final class Peer implements ClientRate.Client {
      private final AbstractEndPoint endPoint;

      Peer(AbstractEndPoint endPoint) {
        this.endPoint = endPoint;
      }

      @Override
      public @Nullable Request request() {
        return getHttpChannel().getRequest();
      }

      @Override
      public long requests() {
        return getMessagesIn();
      }

      @Override
      public long bytes() {
        return getBytesIn() + getBytesOut();
      }

      @Override
      public boolean isReading() {
        return endPoint.isFillInterested();
      }

      @Override
      public boolean isWriting() {
        return endPoint.getWriteFlusher().isPending();
      }

      @Override
      public void close() {
        endPoint.close();
      }

      @Override
      public void failWrite(TimeoutException reason) {
        endPoint.getWriteFlusher().onFail(reason);
      }
    }

    ClientRate rate() {
      return rate;
    }

    /**
     * While the server stops, the idle timeout is short, so that connections without a request end.
     * A request in progress has as long as the stop.
     */
    @Override
    public boolean onIdleExpired(TimeoutException timeout) {
      boolean finishes = getConnector().isShutdown() && getHttpChannel().getRequest() != null;
      return !finishes && super.onIdleExpired(timeout);
    }

    /** Notes which requests are HEAD: Jetty drops the method of a request line it cannot read. */
    @Override
    protected HttpParser newHttpParser(HttpCompliance compliance) {
      var handler = (HttpParser.RequestHandler) super.newHttpParser(compliance).getHandler();
      var parser =
          new HttpParser(handler, getHttpConfiguration().getRequestHeaderSize(), compliance) {
            @Override
            public boolean parseNext(ByteBuffer bytes) {
              if (isStart()) {
                head = bytes.remaining() >= HEAD.remaining() && HEAD.equals(start(bytes));
              }
              return super.parseNext(bytes);
            }
          };
      parser.setHeaderCacheSize(getHttpConfiguration().getHeaderCacheSize());
      parser.setHeaderCacheCaseSensitive(getHttpConfiguration().isHeaderCacheCaseSensitive());
      return parser;
    }

    private static ByteBuffer start(ByteBuffer bytes) {
      return bytes.slice(bytes.position(), HEAD.remaining());
    }

    @Override
    protected HttpStreamOverHTTP1 newHttpStream(String method, String uri, HttpVersion version) {
      return super.newHttpStream(head ? "HEAD" : method, uri, version);
    }

    @Override
    protected RequestHandler newRequestHandler() {
      return new StrictHandler();
    }

    private final class StrictHandler extends RequestHandler {
      private HttpVersion version = HttpVersion.HTTP_1_1;

      @Override
      public void startRequest(String method, String uri, HttpVersion version) {
        this.version = version;
        super.startRequest(method, uri, version);
      }

      /**
       * Jetty would pass on a body in a coding that nothing decodes. And it would accept a coding
       * from HTTP/1.0, which has none (RFC 9112, 6.1): a proxy may have seen another end of the
       * body.
       */
      @Override
      public void parsedHeader(HttpField field) {
        if (field.getHeader() == HttpHeader.TRANSFER_ENCODING) {
          if (version.getVersion() < HttpVersion.HTTP_1_1.getVersion()) {
            throw new HttpException.RuntimeException(HttpStatus.BAD_REQUEST_400);
          }
          for (String coding : field.getValues()) {
            if (!coding.equalsIgnoreCase("chunked")) {
              throw new HttpException.RuntimeException(HttpStatus.NOT_IMPLEMENTED_501);
            }
          }
        }
        super.parsedHeader(field);
      }
    }
  }
}
