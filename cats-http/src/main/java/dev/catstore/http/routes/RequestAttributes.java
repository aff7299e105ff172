package dev.catstore.http.routes;

import jakarta.servlet.ServletRequest;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.util.Attributes;

/**
 * What the layers of a server tell each other about a request. An attribute set on a servlet
 * request can be read from its Jetty request, and the other way round.
 */
public final class RequestAttributes {
  /** The identifier of the request, named in every problem. */
  public static final Key<String> REQUEST_ID = new Key<>("requestId", String.class);

  /** The name of the token that the client presented. */
  public static final Key<String> CLIENT = new Key<>("client", String.class);

  /** Whose token that is, for keys of its own: never shown. */
  public static final Key<String> CLIENT_ID = new Key<>("clientId", String.class);

  /** The route as Spark writes it, for example {@code /cats/:id}. */
  public static final Key<String> ROUTE = new Key<>("route", String.class);

  /**
   * What precedes each path where the client asks for it, for example {@code /shop}: links have it.
   */
  public static final Key<String> PREFIX = new Key<>("prefix", String.class);

  /** Set when the request exports or imports cats: it may last as long as bytes flow. */
  public static final Key<Boolean> STREAMING = new Key<>("streaming", Boolean.class);

  /** How the request is timed out. */
  public static final Key<Timeout> TIMEOUT = new Key<>("timeout", Timeout.class);

  private RequestAttributes() {}

  /** A request that can be answered with a timeout while a thread is still handling it. */
  public interface Timeout {
    /** Whether the thread waits for more of the body. */
    boolean awaitsBody();

    /** Whether the thread has read from the body since this {@link System#nanoTime()}. */
    boolean hasReadSince(long nanoTime);

    /** Lets whatever the thread reads of the body from now on fail. */
    void failBody(TimeoutException reason);

    /** Answers the request, unless its response has begun. */
    void expire();
  }

  /** The key of one attribute. */
  public static final class Key<T> {
    private final String name;
    private final Class<T> type;

    private Key(String name, Class<T> type) {
      this.name = "dev.catstore.http." + name;
      this.type = type;
    }

    public Optional<T> get(ServletRequest request) {
      return Optional.ofNullable(type.cast(request.getAttribute(name)));
    }

    public Optional<T> get(Attributes request) {
      return Optional.ofNullable(type.cast(request.getAttribute(name)));
    }

    public void set(ServletRequest request, T value) {
      request.setAttribute(name, value);
    }

    public void set(Attributes request, T value) {
      request.setAttribute(name, value);
    }
  }
}
