package dev.catstore.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.NewCat;
import dev.catstore.persistence.jooq.CatSchema;
import dev.catstore.persistence.jooq.JooqCatStore;
import dev.catstore.support.CommandProcess;
import dev.catstore.support.ExternalDatabase;
import dev.catstore.support.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.io.TempDir;

/** A database, and commands of the packaged jar on it. */
abstract class CommandLineTestCase {
  static final List<NewCat> CATS =
      List.of(
          new NewCat("Tom", 0, "manx"),
          new NewCat("a \"quoted\", name", Integer.MAX_VALUE, "\uD83D\uDC31 \u20AC"),
          new NewCat("tomcat", 7, "manx"));

  static final String HEADER = "name,price,breed\n";

  static final String EXPORT_HEADER = "id,name,price,breed,revision\r\n";

  @TempDir Path folder;

  final DataSource postgres = TestPostgres.newDatabase();

  /** An address of this machine where nobody listens. */
  static String nobody() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "http://127.0.0.1:" + socket.getLocalPort();
    }
  }

  CommandProcess.End run(DataSource database, String... arguments) throws Exception {
    return CommandProcess.run(
        List.of(arguments).contains("--url") ? Map.of() : ExternalDatabase.settings(database),
        folder,
        arguments);
  }

  static CatStore store(DataSource database) {
    CatSchema.migrate(database);
    return JooqCatStore.on(database);
  }

  static List<NewCat> cats(CatStore store) {
    List<NewCat> cats = new ArrayList<>();
    store.each(CatFilter.ALL, cat -> cats.add(new NewCat(cat.name(), cat.price(), cat.breed())));
    return cats;
  }

  static void assertDone(CommandProcess.End end, String says) {
    assertThat(end.errors()).startsWith(says).hasLineCount(1);
    assertThat(end.output()).isEmpty();
    assertThat(end.exitCode()).isZero();
  }

  /** It ends with this code, and says why in one line, without a secret. */
  static void assertRefused(int exitCode, CommandProcess.End end, String says) {
    assertThat(end.errors())
        .startsWith("cats: ")
        .contains(says)
        .hasLineCount(1)
        .doesNotContain("the-secret", "the secret", "cats_");
    assertThat(end.exitCode()).isEqualTo(exitCode);
  }
}
