package dev.catstore.http.openapi;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Brings every exchange that comes to a handler before the judge, once it has ended. It listens
 * where bytes come from and go to the connection, so that it sees what the client sees, errors of
 * Jetty and gzip too. What is no request of HTTP at all never comes here.
 */
public final class ExchangeRecorder extends Handler.Wrapper {
  private final ExchangeJudge judge;

  public ExchangeRecorder(Handler handler, ExchangeJudge judge) {
    super(handler);
    this.judge = judge;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    request.addHttpStreamWrapper(stream -> new Recording(stream, request, judge));
    return super.handle(request, response, callback);
  }

  private static final class Recording extends HttpStream.Wrapper {
    private final HttpFields sent;
    private final String method;
    private final String target;
    private final ExchangeJudge judge;
    private final Body requestBody = new Body();
    private final Body answerBody = new Body();
    private @Nullable HttpFields answered;
    private int status;

    Recording(HttpStream stream, Request request, ExchangeJudge judge) {
      super(stream);
      this.sent = copy(request.getHeaders());
      this.method = request.getMethod();
      // As it was sent: OPTIONS * goes on as /.
      this.target = Request.unWrap(request).getHttpURI().getPathQuery();
      this.judge = judge;
    }

    @Override
    public Content.Chunk read() {
      Content.Chunk chunk = super.read();
      if (chunk != null && !Content.Chunk.isFailure(chunk)) {
        requestBody.add(chunk.getByteBuffer(), chunk.isLast());
      }
      return chunk;
    }

    @Override
    public void send(
        MetaData.Request request,
        MetaData.@Nullable Response response,
        boolean last,
        @Nullable ByteBuffer content,
        Callback callback) {
      if (response != null) {
        status = response.getStatus();
        answered = copy(response.getHttpFields());
      }
      boolean interim = status < 200;
      if (!interim) {
        // Jetty drops what is said to HEAD only behind us.
        answerBody.add(method.equals("HEAD") ? null : content, last);
      }
      super.send(request, response, last, content, callback);
    }

    @Override
    public void succeeded() {
      super.succeeded();
      end();
    }

    @Override
    public void failed(Throwable failure) {
      super.failed(failure);
      end();
    }

    private void end() {
      if (answered != null) {
        judge.judge(
            new Exchange(
                new Exchange.Message(sent, requestBody.whole()),
                method,
                target,
                new Exchange.Message(answered, answerBody.whole()),
                status));
      }
    }

    /** Jetty uses them again for the next exchange. */
    private static HttpFields copy(HttpFields headers) {
      return HttpFields.build(headers).asImmutable();
    }
  }

  /** A body, as long as it is not too large. */
  private static final class Body {
    private static final int MAX_BYTES = 1 << 20;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean ended;
    private boolean cut;

    void add(@Nullable ByteBuffer more, boolean last) {
      ended |= last;
      int length = more == null ? 0 : more.remaining();
      cut |= bytes.size() + length > MAX_BYTES;
      if (more != null && !cut) {
        byte[] copy = new byte[length];
        more.duplicate().get(copy);
        bytes.writeBytes(copy);
      }
    }

    Optional<ByteBuffer> whole() {
      return ended && !cut ? Optional.of(ByteBuffer.wrap(bytes.toByteArray())) : Optional.empty();
    }
  }
}
