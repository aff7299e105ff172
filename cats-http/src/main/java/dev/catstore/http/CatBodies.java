package dev.catstore.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads the JSON of single cats, within the limits. */
final class CatBodies {
  private final Limits limits;
  private final JsonFactory json;

  CatBodies(Limits limits) {
    this.limits = limits;
    this.json = Json.reader(limits.jsonDepth());
  }

  /**
   * Reads the body of a request.
   *
   * @throws ProblemException if it is too large, or no JSON object
   */
  CatBody read(HttpServletRequest request, CatBody.Dialect dialect) throws IOException {
    byte[] bytes = RequestBody.of(request, limits.bodyBytes()).readAllBytes();
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      boolean marked = dialect != CatBody.Dialect.STRICT && text.startsWith("\uFEFF");
      return parse(marked ? text.substring(1) : text, dialect);
    } catch (CharacterCodingException e) {
      throw malformed("is not UTF-8");
    } catch (CatBody.MalformedException e) {
      throw malformed(e.rule());
    }
  }

  /** Reads a text. */
  CatBody parse(String text, CatBody.Dialect dialect) throws CatBody.MalformedException {
    try (JsonParser parser = json.createParser(ObjectReadContext.empty(), text)) {
      return CatBody.of(parser, dialect);
    }
  }

  private static ProblemException malformed(String rule) {
    return new ProblemException(ProblemType.MALFORMED_REQUEST, "The body " + rule + ".");
  }
}
