package dev.catstore.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.http.wire.CatFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which format a file's name stands for. */
class CatFileTest {
  @ParameterizedTest
  @CsvSource({
    "cats.csv, CSV, false",
    "a/b.d/cats.CSV, CSV, false",
    "cats.csv.gz, CSV, true",
    "cats.ndjson, NDJSON, false",
    "cats.ndjson.GZ, NDJSON, true",
    "cats.jsonl, NDJSON, false",
    ".jsonl.gz, NDJSON, true",
    "cats.json, JSON, false",
    "cats.JSON.gz, JSON, true"
  })
  void of_aKnownExtension_givesTheFormat(String name, CatFormat format, boolean compressed) {
    CatFile file = CatFile.of(name, Optional.empty());
    assertThat(file.path()).hasValueSatisfying(path -> assertThat(path).hasToString(name));
    assertThat(file.format()).isEqualTo(format);
    assertThat(file.compressed()).isEqualTo(compressed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"cats", "cats.txt", "cats.csv.zip", "cats.gz", "csv", "cats.csv.gz.gz", ""})
  void of_anUnknownExtension_isRefusedUnlessAFormatIsGiven(String name) {
    assertThatThrownBy(() -> CatFile.of(name, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--format");
    assertThat(CatFile.of(name, Optional.of(CatFormat.CSV)).format()).isEqualTo(CatFormat.CSV);
  }

  @Test
  void of_aKnownExtension_isOverruledByAGivenFormat() {
    CatFile file = CatFile.of("cats.csv.gz", Optional.of(CatFormat.NDJSON));
    assertThat(file.format()).isEqualTo(CatFormat.NDJSON);
    assertThat(file.compressed()).isTrue();
  }

  @Test
  void of_aHyphen_isTheStandardStream() {
    assertThat(CatFile.of("-", Optional.of(CatFormat.CSV)))
        .isEqualTo(new CatFile(Optional.empty(), CatFormat.CSV, false));
    assertThatThrownBy(() -> CatFile.of("-", Optional.empty())).hasMessageContaining("--format");
  }
}
