package dev.catstore.http.server.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.catstore.http.problem.Problem;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.routes.RequestAttributes;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import spark.Request;
import spark.Response;
import spark.Service;

/**
 * What the server says about itself: the OpenAPI document, a page that shows it and tries it out,
 * and a page for each type of problem. All of it never changes, and is kept in memory once.
 */
public final class DocumentationRoutes {
  private static final String HTML = "text/html;charset=utf-8";
  private static final String CSS = "text/css;charset=utf-8";
  private static final String JAVASCRIPT = "text/javascript;charset=utf-8";
  private static final String OURS = "/dev/catstore/http/server/web/docs/";

  /** May change with the next version of the server. */
  private static final String ASK_AGAIN = "no-cache";

  /** Large, and changes with the version of Swagger UI alone. */
  private static final String KEEP_A_DAY = "max-age=86400";

  /**
   * Scripts, styles and requests of the server's own, and nothing else. Swagger UI has its pictures
   * in its style sheet, as data.
   */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** The type of a problem in the OpenAPI document, but not the path of its page. */
  private static final Pattern TYPE = Pattern.compile("([\"`])(/problems/[a-z])");

  private static final String SERVER = "\"servers\": [{ \"url\": \"/\"";
  private static final Document OPEN_API = ours("openapi.json", "application/json");
  private static final Document INDEX = ours("index.html", HTML);
  private static final Map<String, Document> FILES =
      Map.of(
          "start.js", ours("start.js", JAVASCRIPT),
          "problem.css", ours("problem.css", CSS),
          "swagger-ui-bundle.js", swaggerUi("swagger-ui-bundle.js", JAVASCRIPT),
          "swagger-ui.css", swaggerUi("swagger-ui.css", CSS));

  private DocumentationRoutes() {}

  /** Mounts the routes in the server's service. */
  public static void mount(Service http) {
    http.get("/openapi.json", (request, response) -> openApi(request, response));
    http.get("/docs", (request, response) -> send(INDEX, response));
    http.get("/docs/:file", DocumentationRoutes::file);
    http.get("/problems/:name", DocumentationRoutes::problem);
  }

  private static final class Document {
    private final String mediaType;
    private final String cacheControl;
    private final byte[] bytes;

    Document(String mediaType, String cacheControl, byte[] bytes) {
      this.mediaType = mediaType;
      this.cacheControl = cacheControl;
      this.bytes = bytes;
    }
  }

  /** Its servers and the types of its problems are those that this client sees. */
  private static Object openApi(Request request, Response response) throws IOException {
    String prefix = prefix(request);
    if (prefix.isEmpty()) {
      return send(OPEN_API, response);
    }
    String text =
        TYPE.matcher(new String(OPEN_API.bytes, UTF_8))
            .replaceAll("$1" + prefix + "$2")
            .replace(SERVER, SERVER.replace("/", prefix));
    return send(new Document(OPEN_API.mediaType, ASK_AGAIN, text.getBytes(UTF_8)), response);
  }

  /** What precedes each path where the client asks for it. */
  private static String prefix(Request request) {
    return RequestAttributes.PREFIX.get(request.raw()).orElse("");
  }

  private static Object file(Request request, Response response) throws IOException {
    Document file = FILES.get(request.params(":file"));
    if (file == null) {
      throw notFound();
    }
    return send(file, response);
  }

  private static Object problem(Request request, Response response) throws IOException {
    String uri = "/problems/" + request.params(":name");
    ProblemType type =
        Arrays.stream(ProblemType.values())
            .filter(it -> it.uri().equals(uri))
            .findFirst()
            .orElseThrow(DocumentationRoutes::notFound);
    return send(
        new Document(HTML, ASK_AGAIN, ProblemPage.of(type, prefix(request)).getBytes(UTF_8)),
        response);
  }

  private static ProblemException notFound() {
    return new ProblemException(Problem.ofStatus(404));
  }

  /** Commits the response, so that Spark adds nothing to it. */
  private static Object send(Document document, Response response) throws IOException {
    HttpServletResponse raw = response.raw();
    raw.setContentType(document.mediaType);
    raw.setContentLength(document.bytes.length);
    raw.setHeader("Cache-Control", document.cacheControl);
    raw.setHeader("Content-Security-Policy", POLICY);
    raw.getOutputStream().write(document.bytes);
    raw.flushBuffer();
    return "";
  }

  private static Document ours(String name, String mediaType) {
    return new Document(mediaType, ASK_AGAIN, read(OURS + name));
  }

  private static Document swaggerUi(String name, String mediaType) {
    var webjar = new Properties();
    try (InputStream in = open("/META-INF/maven/org.webjars/swagger-ui/pom.properties")) {
      webjar.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String folder = "/META-INF/resources/webjars/swagger-ui/" + webjar.getProperty("version");
    return new Document(mediaType, KEEP_A_DAY, read(folder + "/" + name));
  }

  private static byte[] read(String resource) {
    try (InputStream in = open(resource)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String resource) {
    return requireNonNull(DocumentationRoutes.class.getResourceAsStream(resource), resource);
  }
}
