package dev.catstore.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.catstore.domain.NewCat;
import dev.catstore.domain.OutcomeUnknownException;
import dev.catstore.http.wire.InvalidCatFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading the cats of a file once and again. */
class CatSourceTest {
  private static final String TEXT = "name,price,breed\nTom,1,manx\nMia,2,manx\n";

  @TempDir private Path folder;

  @Test
  void iterator_asOftenAsItIsAsked_readsTheFileFromItsBeginning() throws Exception {
    try (CatSource<NewCat> source = open(TEXT)) {
      assertThat(source.isRepeatable()).isTrue();
      assertThat(source.size()).isEqualTo(TEXT.length());
      source.iterator().next();
      for (int i = 0; i < 2; i++) {
        assertThat(source)
            .containsExactly(new NewCat("Tom", 1, "manx"), new NewCat("Mia", 2, "manx"));
        assertThat(source.position()).isEqualTo(TEXT.length());
      }
    }
  }

  @Test
  void iterator_ofAFileThatIsGoneBeforeItsEndWasRead_saysThatItCannotBeRead() throws Exception {
    try (CatSource<NewCat> source = open(TEXT)) {
      source.iterator().next();
      Files.delete(file());
      assertThatThrownBy(source::iterator).isInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void iterator_ofAFileThatIsGoneAfterItWasRead_saysThatTheOutcomeIsUnknown() throws Exception {
    try (CatSource<NewCat> source = open(TEXT)) {
      assertThat(source).hasSize(2);
      Files.delete(file());
      assertThatThrownBy(source::iterator)
          .isInstanceOf(OutcomeUnknownException.class)
          .hasMessageContaining("cannot be read again");
    }
  }

  @Test
  void iterator_ofAFileThatIsWrongAfterItWasRead_saysThatTheOutcomeIsUnknown() throws Exception {
    try (CatSource<NewCat> source = open(TEXT)) {
      assertThat(source).hasSize(2);
      Files.writeString(file(), "name,price,breed\nTom,-1,manx\n");
      Iterator<NewCat> again = source.iterator();
      assertThatThrownBy(again::hasNext).isInstanceOf(OutcomeUnknownException.class);
    }
  }

  @Test
  void open_ofAWrongHeaderLine_isRefused() {
    assertThatThrownBy(() -> open("colour\n")).isInstanceOf(InvalidCatFileException.class);
  }

  private Path file() {
    return folder.resolve("cats.csv");
  }

  private CatSource<NewCat> open(String text) throws IOException {
    Files.writeString(file(), text);
    return CatSource.open(CatFile.of(file().toString(), Optional.empty()), ImportMode.ADD);
  }
}
