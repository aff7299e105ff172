package dev.catstore.http.routes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.catstore.domain.CatEdit;
import dev.catstore.domain.InvalidValueException;
import dev.catstore.domain.NewCat;
import dev.catstore.http.problem.Problem;
import dev.catstore.http.problem.Problem.FieldError;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.problem.ProblemType;
import dev.catstore.http.wire.CatFields;
import dev.catstore.http.wire.CatFields.Dialect;
import dev.catstore.http.wire.CatJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.function.Function;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads bodies with one cat, within the limits. Each method throws a {@link ProblemException} if
 * the body is too large, is not a JSON object, or has wrong values.
 */
final class CatRequestReader {
  private final int maxBytes;
  private final JsonFactory json;
  private final BodyMemory memory;

  CatRequestReader(RouteLimits limits) {
    this.maxBytes = limits.bodyBytes();
    this.memory = BodyMemory.ofHeap(maxBytes);
    this.json = CatJson.limitedFactory(limits.jsonDepth());
  }

  NewCat newCat(Exchange exchange) throws IOException {
    return read(exchange, Dialect.STRICT, CatFields::newCat);
  }

  /** Reads a body that may have been looked at. */
  NewCat newCat(LimitedRequestBody body) throws IOException {
    return read(body.limitTo(maxBytes), Dialect.STRICT, CatFields::newCat);
  }

  CatEdit edit(Exchange exchange) throws IOException {
    return read(exchange, Dialect.STRICT, CatFields::edit);
  }

  NewCat tutorialCat(Exchange exchange) throws IOException {
    return read(exchange, Dialect.TUTORIAL_ADD, CatFields::newCat);
  }

  CatEdit tutorialEdit(Exchange exchange) throws IOException {
    return read(exchange, Dialect.TUTORIAL_EDIT, CatFields::priceEdit);
  }

  private <T> T read(Exchange exchange, Dialect dialect, Function<CatFields, T> reading)
      throws IOException {
    return read(LimitedRequestBody.of(exchange.request(), maxBytes), dialect, reading);
  }

  private <T> T read(LimitedRequestBody body, Dialect dialect, Function<CatFields, T> reading)
      throws IOException {
    int bufferSize = body.bufferSize(BodyMemory.SMALL);
    return memory.read(body, bufferSize, bytes -> parse(bytes, dialect, reading));
  }

  private <T> T parse(byte[] bytes, Dialect dialect, Function<CatFields, T> reading) {
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      boolean marked = dialect != Dialect.STRICT && text.startsWith("\uFEFF");
      CatFields fields = CatFields.parse(marked ? text.substring(1) : text, json, dialect);
      return reading.apply(fields);
    } catch (CharacterCodingException e) {
      throw malformed("is not valid UTF-8");
    } catch (CatFields.MalformedException e) {
      throw malformed(e.rule());
    } catch (InvalidValueException e) {
      throw new ProblemException(
          Problem.ofErrors(
              ProblemType.INVALID_VALUES,
              e.violations().stream()
                  .map(it -> FieldError.ofBody(it.field(), it.rule()))
                  .toList()));
    }
  }

  private static ProblemException malformed(String rule) {
    return new ProblemException(ProblemType.MALFORMED_REQUEST, "The body " + rule + ".");
  }
}
