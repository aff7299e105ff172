package dev.catstore.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkPut;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.NewCat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Puts and edits read from files: records with ids. */
class IdentifiedCatReaderTest extends CatReaderTestCase {
  private static final String PUT_HEADER = "id,name,price,breed,revision\n";

  private static final String TOM_9 =
      "{\"id\":9,\"name\":\"Tom\",\"price\":100,\"breed\":\"manx\",\"revision\":3}";

  @Test
  void puts_haveTheirIdsRevisionsAndPositions() {
    assertThat(puts(CatFormat.CSV, PUT_HEADER + "9,Tom,100,manx,3\n\n8,Tim,7,bengal,\n"))
        .containsExactly(new BulkPut(CatRef.of(9, 3), TOM, 2), new BulkPut(CatRef.of(8), TIM, 4));
    String cheap = TOM_9.replace("9", "8").replace("3", "null").replace("100", "7");
    var cheapTom = new NewCat("Tom", 7, "manx");
    assertThat(puts(CatFormat.NDJSON, TOM_9 + "\n\n" + cheap))
        .containsExactly(
            new BulkPut(CatRef.of(9, 3), TOM, 1), new BulkPut(CatRef.of(8), cheapTom, 3));
    assertThat(puts(CatFormat.JSON, "[" + TOM_9 + ",\n\n" + cheap + "]"))
        .containsExactly(
            new BulkPut(CatRef.of(9, 3), TOM, 0), new BulkPut(CatRef.of(8), cheapTom, 1));
  }

  @Test
  void edits_ofCsv_areOfTheColumnsInTheHeader() {
    assertThat(edits(CatFormat.CSV, "price,id\n70,9\n80,8\n"))
        .containsExactly(
            new BulkEdit(CatRef.of(9), CatEdit.price(70), 2),
            new BulkEdit(CatRef.of(8), CatEdit.price(80), 3));
    assertThat(edits(CatFormat.CSV, "id,name,breed,revision\n9,Tom,manx,2\n"))
        .containsExactly(
            new BulkEdit(
                CatRef.of(9, 2),
                new CatEdit(Optional.of("Tom"), OptionalInt.empty(), Optional.of("manx")),
                2));
  }

  @Test
  void edits_ofJson_areOfTheFieldsOfEachObject() {
    String price = "{\"price\":70,\"id\":9}";
    String name = "{\"id\":8,\"revision\":2,\"name\":\"Tom\"}";
    assertThat(edits(CatFormat.NDJSON, price + "\n" + name))
        .containsExactly(
            new BulkEdit(CatRef.of(9), CatEdit.price(70), 1),
            new BulkEdit(CatRef.of(8, 2), CatEdit.name("Tom"), 2));
    assertThat(edits(CatFormat.JSON, "[" + price + "," + name + "]"))
        .containsExactly(
            new BulkEdit(CatRef.of(9), CatEdit.price(70), 0),
            new BulkEdit(CatRef.of(8, 2), CatEdit.name("Tom"), 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"9", "9.0"})
  void ids_asProgramsWriteThem_areRead(String id) {
    BulkPut tom = new BulkPut(CatRef.of(9, 9), TOM, 2);
    assertThat(puts(CatFormat.CSV, PUT_HEADER + " " + id + " ,Tom,100,manx," + id + "\n"))
        .containsExactly(tom);
    String json = TOM_9.replace(":9", ":" + id).replace(":3", ":" + id);
    assertThat(puts(CatFormat.JSON, "[" + json + "]"))
        .extracting(BulkPut::which)
        .containsExactly(tom.which());
  }

  /** A spreadsheet that shows 1.23457E+12 has forgotten which cat it was. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "1e3",
        "1.5",
        "9.000",
        "9007199254740992",
        "9223372036854775808",
        "1e999999999"
      })
  void ids_thatAreNone_areWrong(String id) {
    assertWrong(
        List.of("2#/id", "2#/revision"),
        () -> puts(CatFormat.CSV, PUT_HEADER + id + ",Tom,100,manx," + id + "\n"));
    String json = TOM_9.replace(":9", ":" + id).replace(":3", ":" + id);
    assertWrong(List.of("1#/id", "1#/revision"), () -> puts(CatFormat.NDJSON, json));
  }

  @Test
  void ids_ofEdits_areThoseOfAStore() {
    assertThat(edits(CatFormat.CSV, "id,price\n9223372036854775807,1\n"))
        .containsExactly(new BulkEdit(CatRef.of(Long.MAX_VALUE), CatEdit.price(1), 2));
  }

  static Stream<Arguments> wrongPuts() {
    return Stream.of(
        arguments(
            CatFormat.CSV,
            PUT_HEADER + "x,,y,,z\n,Tom,1,manx,\n",
            List.of("2#/id", "2#/name", "2#/price", "2#/breed", "2#/revision", "3#/id")),
        arguments(CatFormat.NDJSON, "{}", List.of("1#/id", "1#/name", "1#/price", "1#/breed")),
        arguments(
            CatFormat.JSON,
            "[{\"id\":null,\"revision\":\"3\",\"x\":0,\"breed\":\"\"}]",
            List.of("0#/id", "0#/revision", "0#/x", "0#/breed", "0#/name", "0#/price")));
  }

  @ParameterizedTest
  @MethodSource("wrongPuts")
  void puts_ofWrongValues_nameEach(CatFormat format, String text, List<String> wrong) {
    assertWrong(wrong, () -> puts(format, text));
  }

  static Stream<Arguments> wrongEdits() {
    return Stream.of(
        arguments(CatFormat.CSV, "id,price,name\n,,\n1,,\n", List.of("3#/price", "3#/name")),
        arguments(CatFormat.NDJSON, "{\"id\":1}\n{\"price\":1}", List.of("1#", "2#/id")),
        arguments(CatFormat.JSON, "[{\"revision\":1}]", List.of("0#/id", "0#")),
        arguments(CatFormat.JSON, "[{\"id\":1,\"price\":null}]", List.of("0#/price")));
  }

  @ParameterizedTest
  @MethodSource("wrongEdits")
  void edits_ofWrongValues_nameEach(CatFormat format, String text, List<String> wrong) {
    assertWrong(wrong, () -> edits(format, text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"name,price,breed\n", "id,price,breed\n", "id\n"})
  void puts_withoutTheColumnsOfACat_areMalformed(String header) {
    assertMalformed(1, () -> puts(CatFormat.CSV, header));
  }

  @ParameterizedTest
  @ValueSource(strings = {"name,price,breed\n", "id\n", "id,revision\n"})
  void edits_withoutAnIdOrAnythingToChange_areMalformed(String header) {
    assertMalformed(1, () -> edits(CatFormat.CSV, header));
  }

  private static List<BulkPut> puts(CatFormat format, String text) {
    return all(format.readPuts(in(text)));
  }

  private static List<BulkEdit> edits(CatFormat format, String text) {
    return all(format.readEdits(in(text)));
  }
}
