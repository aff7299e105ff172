package dev.catstore.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.catstore.domain.NewCat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cats read from CSV. */
class CsvCatReaderTest extends CatReaderTestCase {
  static Stream<Arguments> csvOfTomAndTim() {
    return Stream.of(
            "name,price,breed\nTom,100,manx\nTim,7,bengal\n",
            "name,price,breed\nTom,100,manx\nTim,7,bengal",
            "name,price,breed\r\nTom,100,manx\r\nTim,7,bengal\r\n",
            "name,price,breed\rTom,100,manx\rTim,7,bengal\r",
            "\uFEFFname,price,breed\nTom,100,manx\nTim,7,bengal\n",
            "\uFEFF\"name\",\"price\",\"breed\"\n\"Tom\",\"100\",\"manx\"\n\"Tim\",\"7\",\"bengal\"",
            "breed,name,price\nmanx,Tom,100\nbengal,Tim,7\n",
            "id,name,price,breed,revision\n9,Tom,100,manx,3\nx,Tim,7,bengal,\n",
            "name,price,breed\n\n \nTom,100,manx\n\r\nTim,7,bengal\n\n\t\n",
            "name,price,breed\n Tom ,1e2,manx\u3000\n\"\nTim\n\",7.0,\"bengal\"\n")
        .map(Arguments::arguments);
  }

  @ParameterizedTest
  @MethodSource("csvOfTomAndTim")
  void csv_inAllItsForms_isRead(String text) {
    assertThat(csv(text)).containsExactly(TOM, TIM);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a \"\"quoted\"\" name",
        "comma, and another,",
        "=1+1",
        "'",
        "\uD83D\uDC31 astral \uD83C\uDFF4",
        "e\u0301 combining",
        "a\uFEFFb",
        "a\u2028b",
        "null"
      })
  void csv_ofValuesInQuotes_isReadToTheLetter(String quoted) {
    assertThat(csv(HEADER + "\"" + quoted + "\",1,\"" + quoted + "\""))
        .containsExactly(new NewCat(quoted.replace("\"\"", "\""), 1, quoted.replace("\"\"", "\"")));
  }

  @Test
  void csv_withAQuoteInABareField_takesItAsItStands() {
    assertThat(csv(HEADER + "Tom \"T\",100,6\" long\n"))
        .containsExactly(new NewCat("Tom \"T\"", 100, "6\" long"));
  }

  static Stream<Arguments> malformedCsv() {
    return Stream.of(
        arguments("", 1),
        arguments("\uFEFF", 1),
        arguments("\n" + HEADER + "Tom,100,manx\n", 1),
        arguments("Tom,100,manx\n", 1),
        arguments("name,price\nTom,100\n", 1),
        arguments("name,price,breed,name\nTom,100,manx,Tom\n", 1),
        arguments("name,price,breed,id,id\nTom,100,manx,1,1\n", 1),
        arguments("name,price,breed,colour\nTom,100,manx,red\n", 1),
        arguments("name,price,breed,,\nTom,100,manx,,\n", 1),
        arguments(",name,price,breed\n,Tom,100,manx\n", 1),
        arguments("name|price|breed\nTom|100|manx\n", 1),
        arguments("\"name;price\",breed\nTom,100\n", 1),
        arguments("sep=|\nname|price|breed\n", 1),
        arguments("sep=;", 2),
        arguments("sep=;\nname,price,breed\nTom,100,manx\n", 2),
        arguments("sep=;\n\nname;price;breed\n", 2),
        arguments("sep=;\nname;price;breed\nTom;100\n", 3),
        arguments("\"".repeat(9000), 1),
        arguments("name;price;breed\nTom,100,manx\n", 2),
        arguments(HEADER + "Tom,100,manx,,\n", 2),
        arguments("name,price,breed,\nTom,100,manx,x\n", 2),
        arguments("\"name,price,breed\nTom,100,manx\n", 1),
        arguments(HEADER + "Tom,100\n", 2),
        arguments(HEADER + "\n\"\"\n", 3),
        arguments(HEADER + "\" \"\n", 2),
        arguments(HEADER + "Tom,100,manx\nTim\n", 3),
        arguments(HEADER + "\n\nTim,7,bengal,1\n", 4),
        arguments("name,price,breed\r\nTom,100,manx\r\n\r\nTim,7\r\n", 4),
        arguments("name,price,breed\rTom,100,manx\r\rTim,7\r", 4),
        arguments(HEADER + "Tom,100,manx\n\"Tim,7,bengal\nTom,100,manx\n", 3),
        arguments(HEADER + "Tom,100,\"manx", 2),
        arguments(HEADER + "\"Tom\"x,100,manx\n", 2),
        arguments(HEADER + "Tom,100,manx\n" + "x,".repeat(100_000) + "\n", 3),
        arguments(HEADER + "x".repeat(3 << 20) + "\n", 2),
        arguments(HEADER + "\"" + "\n".repeat(3 << 20) + "\",100,manx\n", 2),
        arguments("x".repeat(3 << 20), 1),
        arguments("x".repeat(900_000) + ",price,breed,name\n", 1));
  }

  /** What spreadsheets make of the same two cats. */
  static Stream<Arguments> csvOfSpreadsheets() {
    return Stream.of(
            "name;price;breed\r\nTom;100;manx\r\nTim;7;bengal\r\n",
            "name\tprice\tbreed\nTom\t100\tmanx\nTim\t7\tbengal\n",
            "\"name\";\"price\";\"breed\"\nTom;100;manx\n\"Tim\";7;bengal\n",
            "sep=;\r\nname;price;breed\r\nTom;100;manx\r\nTim;7;bengal\r\n",
            "\uFEFFSEP=\t\nname\tprice\tbreed\nTom\t100\tmanx\nTim\t7\tbengal",
            "sep=,\rname,price,breed\rTom,100,manx\rTim,7,bengal\r",
            "Name,\" PRICE\",breed \nTom, 100 ,manx\nTim,\u20037e0\t,bengal\n",
            "name,price,breed,\nTom,100,manx,\nTim,7,bengal,\n",
            "name,price,breed, \nTom,100,manx\nTim,7,bengal,\"\"\n",
            "name,price,breed\nTom,100,manx,\nTim,7,bengal\n",
            "name;price;breed\n;;\nTom;100;manx\n;;;;;\n ; ;\t\nTim;7;bengal\n;;;\n",
            "ID,Name,Price,Breed,Revision,\n,Tom,100,manx,,\n,Tim,7,bengal,,\n,,,,,\n")
        .map(Arguments::arguments);
  }

  @ParameterizedTest
  @MethodSource("csvOfSpreadsheets")
  void csv_asSpreadsheetsWriteIt_isRead(String text) {
    assertThat(csv(text)).containsExactly(TOM, TIM);
  }

  @Test
  void csv_withOneSeparator_hasTheOthersInItsValues() {
    assertThat(csv("name;price;breed\nTom, the cat;1;a b,c\n"))
        .containsExactly(new NewCat("Tom, the cat", 1, "a b,c"));
    assertThat(csv(HEADER + "Tom; the cat,1,a;b\n"))
        .containsExactly(new NewCat("Tom; the cat", 1, "a;b"));
  }

  static Stream<Arguments> headers() {
    return Stream.of(
        arguments(
            "name,price,Colour",
            "names 'colour' in field 3, which is not a column of a cat; the columns are id, name,"
                + " price, breed, revision"),
        arguments(
            "",
            "must be a header line that names the columns; the columns are id, name, price, breed,"
                + " revision"),
        arguments("name,,price", "names '' in field 2, which is not a column of a cat"),
        arguments("\u001B[1m\u202Ex,price", "names '\\u001b[1m\\u202ex' in field 1,"),
        arguments("x".repeat(41), "names '" + "x".repeat(40) + "...' in field 1,"),
        arguments("name,price", "lacks the column breed"),
        arguments("name,price,breed,NAME", "has the column name twice"));
  }

  @ParameterizedTest
  @MethodSource("headers")
  void header_thatIsWrong_isToldHow(String header, String rule) {
    assertThat(invalid(() -> csv(header + "\n")))
        .message()
        .startsWith("line 1: the record " + rule);
  }

  @ParameterizedTest
  @ValueSource(strings = {"name,price,breed", "\"Name\", price,breed", "name,price,breed,"})
  void csv_withASecondHeader_isNamedAsTwoFiles(String second) {
    assertThat(invalid(() -> csv(HEADER + "Tom,100,manx\n" + second + "\nTim,7,bengal\n")))
        .message()
        .isEqualTo(
            "line 3: the record looks like the header line of a second file: import files one by"
                + " one");
  }

  @ParameterizedTest
  @ValueSource(strings = {"name,price,breed\n", "\"name\",price\n", "Tim,7,bengal\n", "\n", ""})
  void csv_withAByteOrderMarkAtALaterRecord_isNamedAsTwoFiles(String second) {
    assertThat(invalid(() -> csv(HEADER + "Tom,100,manx\n\uFEFF" + second)))
        .message()
        .isEqualTo(
            "line 3: the record begins with a byte order mark, as a second file does: import files"
                + " one by one");
  }

  @ParameterizedTest
  @MethodSource("malformedCsv")
  void csv_thatCannotBeRead_isMalformedOnItsLine(String text, long line) {
    assertMalformed(line, () -> csv(text));
  }

  @Test
  void csv_malformedAfterARecordOfManyLines_isMalformedOnItsLine() {
    assertMalformed(
        List.of("2#/name", "7#"), () -> csv(HEADER + "\"T\r\no\n\r\nm\",100,manx\n\nTim,7\n"));
  }

  static Stream<Arguments> wrongCsv() {
    return Stream.of(
        arguments(HEADER + "\"\",,\n", List.of("2#/name", "2#/price", "2#/breed")),
        arguments(HEADER + "Tom,-1,manx\n", List.of("2#/price")),
        arguments(HEADER + "Tom,5.5,manx\nTim,x,bengal\n", List.of("2#/price", "3#/price")),
        arguments(HEADER + "\"T\nom\",1,manx\n\nTim,,b\n", List.of("2#/name", "5#/price")),
        arguments(
            "name,price,breed\r\n\"T\r\nom\",1,manx\r\n\r\nTim,,b\r\n",
            List.of("2#/name", "5#/price")),
        arguments("breed,name,price\n" + "x".repeat(101) + ",a,1\n", List.of("2#/breed")));
  }

  @ParameterizedTest
  @MethodSource("wrongCsv")
  void csv_ofWrongValues_namesEachWithItsLine(String text, List<String> wrong) {
    assertWrong(wrong, () -> csv(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5e3", "5000.0", "5000.000", " 5000\t", "\" 5000\"", "5.0E+03"})
  void price_thatIsWhole_isRead(String price) {
    assertThat(csv(HEADER + "Tom," + price + ",manx"))
        .containsExactly(new NewCat("Tom", 5000, "manx"));
  }

  /** To some people 5.000 is five thousand. */
  @ParameterizedTest
  @ValueSource(
      strings = {"5.000", "500.000", "\"5,000\"", "\"5.000,0\"", "007", "5 EUR", "$5", "5.", "+5"})
  void price_thatMayMeanSomethingElse_isWrong(String price) {
    assertWrong(List.of("2#/price"), () -> csv(HEADER + "Tom," + price + ",manx"));
  }

  @Test
  void csv_withoutRecords_isNoCats() {
    assertThat(csv("name,price,breed")).isEmpty();
    assertThat(csv("breed,price,name\r\n\r\n")).isEmpty();
  }
}
