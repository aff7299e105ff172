package dev.catstore.http.routes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.wire.CatFields;
import dev.catstore.http.wire.CatJson;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads the JSON of single cats, within the limits. */
public final class CatRequestReader {
  private final RouteLimits limits;
  private final JsonFactory json;

  public CatRequestReader(RouteLimits limits) {
    this.limits = limits;
    this.json = CatJson.reader(limits.jsonDepth());
  }

  /**
   * Reads the body of a request.
   *
   * @throws ProblemException if it is too large, or no JSON object
   */
  CatFields read(HttpServletRequest request, CatFields.Dialect dialect) throws IOException {
    byte[] bytes = LimitedRequestBody.of(request, limits.bodyBytes()).readAllBytes();
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      boolean marked = dialect != CatFields.Dialect.STRICT && text.startsWith("\uFEFF");
      return parse(marked ? text.substring(1) : text, dialect);
    } catch (CharacterCodingException e) {
      throw malformed("is not UTF-8");
    } catch (CatFields.MalformedException e) {
      throw malformed(e.rule());
    }
  }

  /** Reads a text. */
  public CatFields parse(String text, CatFields.Dialect dialect)
      throws CatFields.MalformedException {
    try (JsonParser parser = json.createParser(ObjectReadContext.empty(), text)) {
      return CatFields.of(parser, dialect);
    }
  }

  private static ProblemException malformed(String rule) {
    return new ProblemException(ProblemType.MALFORMED_REQUEST, "The body " + rule + ".");
  }
}
