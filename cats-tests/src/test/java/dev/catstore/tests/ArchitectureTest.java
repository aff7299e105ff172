package dev.catstore.tests;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static java.util.Objects.requireNonNull;
import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The arrows between the packages. Those of ours are drawn in CONTRIBUTING.md, from which this test
 * reads them; the libraries are listed here. What is not listed is refused, and what is listed must
 * be used, so no rule can hold for nothing.
 */
class ArchitectureTest {
  private static final String ROOT = "dev.catstore.";
  private static final Pattern ARROWS =
      Pattern.compile("(?m)^    ([a-z.]+)(?: +-> +([a-z., ]+))?$");

  private static final String JACKSON = "tools.jackson..";
  private static final String JACKSON_ANNOTATIONS = "com.fasterxml.jackson.annotation..";
  private static final String JDBC = "java.sql..";
  private static final String JETTY = "org.eclipse.jetty..";
  private static final String SERVLET = "jakarta.servlet..";
  private static final String SLF4J = "org.slf4j..";
  private static final String SPARK = "spark..";

  private static final Map<String, Set<String>> LIBRARIES =
      Map.ofEntries(
          entry("domain", Set.of()),
          entry(
              "persistence.jooq",
              Set.of(JDBC, "javax.sql..", "org.jooq..", "org.flywaydb..", "org.postgresql..")),
          entry("http.problem", Set.of()),
          entry("http.wire", Set.of(JACKSON, JACKSON_ANNOTATIONS, "de.siegmar.fastcsv..")),
          entry("http.routes", Set.of(JACKSON, JETTY, SERVLET, SLF4J, SPARK)),
          entry("http.client", Set.of(JACKSON, SLF4J)),
          // To parse the addresses of proxies as Jetty will.
          entry("http.server.config", Set.of(SLF4J, "org.eclipse.jetty.util..")),
          entry(
              "http.server.database",
              Set.of(JDBC, SLF4J, "com.zaxxer.hikari..", "org.apache.commons.compress..")),
          entry("http.server.jetty", Set.of(JETTY, SERVLET, SLF4J, SPARK)),
          entry("http.server.auth", Set.of(JETTY, SLF4J)),
          entry(
              "http.server.observability",
              Set.of(
                  JACKSON,
                  JETTY,
                  SERVLET,
                  SLF4J,
                  SPARK,
                  "ch.qos.logback..",
                  "io.micrometer..",
                  "io.prometheus..")),
          entry("http.server.web", Set.of(SERVLET, SPARK)),
          entry(
              "http.server",
              Set.of(
                  JETTY,
                  SERVLET,
                  SLF4J,
                  SPARK,
                  "me.tongfei.progressbar..",
                  "org.apache.commons.compress..",
                  "org.jline..",
                  "picocli..")),
          entry("tests", Set.of("org.junit.jupiter..", "org.assertj.core..")));

  /** The JDK, but for JDBC, and the annotations that say where null may be. */
  private static final DescribedPredicate<JavaClass> ANYBODY =
      resideInAnyPackage("java..", "javax.net.ssl..", "org.jspecify.annotations..")
          .and(not(resideInAPackage(JDBC)));

  /** One of the exceptions that the test kit throws at a store. */
  private static final DescribedPredicate<JavaClass> THROWN_ON_PURPOSE = type(SQLException.class);

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT.substring(0, ROOT.length() - 1));

  private static final Map<String, Set<String>> ROOMS = drawnRooms();

  @Test
  void everyClass_isInADrawnRoom() {
    assertThat(CLASSES.stream().filter(it -> ROOMS.keySet().stream().noneMatch(in(it)))).isEmpty();
    assertThat(LIBRARIES.keySet()).isEqualTo(ROOMS.keySet());
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void room_dependsOnlyOnWhatIsDrawnAndListed(String room) {
    DescribedPredicate<JavaClass> allowed = ANYBODY.or(isIn(room));
    for (String other : requireNonNull(ROOMS.get(room))) {
      allowed = allowed.or(isIn(other));
    }
    for (String library : requireNonNull(LIBRARIES.get(room))) {
      allowed = allowed.or(resideInAPackage(library));
    }
    if (room.equals("tests")) {
      allowed = allowed.or(THROWN_ON_PURPOSE);
    }
    check(classes().that(isIn(room)).should().onlyDependOnClassesThat(allowed));
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void room_usesAllThatIsDrawnAndListed(String room) {
    assertThat(ROOMS.get(room)).allMatch(other -> depends(room, isIn(other)));
    assertThat(LIBRARIES.get(room)).allMatch(it -> depends(room, resideInAPackage(it)));
  }

  @Test
  void rooms_haveNoCycles() {
    slices()
        .matching(ROOT + "(**)")
        .should()
        .beFreeOfCycles()
        .check(CLASSES.that(not(resideInAPackage("..generated.."))));
  }

  /** Whoever replaces one of these libraries does so in one package. */
  @ParameterizedTest
  @MethodSource("ownedLibraries")
  void library_hasOneOwner(String library) {
    assertThat(LIBRARIES.entrySet().stream().filter(it -> it.getValue().contains(library)))
        .hasSize(1);
  }

  static List<String> ownedLibraries() {
    return List.of(
        "ch.qos.logback..",
        "com.zaxxer.hikari..",
        "de.siegmar.fastcsv..",
        "io.micrometer..",
        "io.prometheus..",
        "me.tongfei.progressbar..",
        "org.flywaydb..",
        "org.jline..",
        "org.jooq..",
        "org.postgresql..",
        "picocli..");
  }

  /** They change without notice from one release of Jetty to the next. */
  @Test
  void internalsOfJetty_areUsedInOneClassOnly() {
    check(
        noClasses()
            .that(
                not(
                    DescribedPredicate.<JavaClass>describe(
                        "belong to StrictConnectionFactory",
                        it -> it.getName().contains("StrictConnectionFactory"))))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.eclipse.jetty..internal.."));
  }

  static Set<String> rooms() {
    return ROOMS.keySet();
  }

  private static Map<String, Set<String>> drawnRooms() {
    try {
      return ARROWS
          .matcher(Files.readString(Path.of("../CONTRIBUTING.md")))
          .results()
          .collect(
              Collectors.toMap(
                  it -> it.group(1), ArchitectureTest::arrows, (a, b) -> a, TreeMap::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> arrows(MatchResult drawn) {
    return Stream.ofNullable(drawn.group(2))
        .flatMap(it -> Arrays.stream(it.split(",")))
        .map(String::strip)
        .filter(not(String::isEmpty))
        .collect(Collectors.toSet());
  }

  /** Without what is below it. */
  private static DescribedPredicate<JavaClass> isIn(String room) {
    String generated = room.equals("persistence.jooq") ? ".." : "";
    return resideInAPackage(ROOT + room + generated);
  }

  private static java.util.function.Predicate<String> in(JavaClass candidate) {
    return room -> isIn(room).test(candidate);
  }

  private static boolean depends(String room, DescribedPredicate<JavaClass> used) {
    return CLASSES.that(isIn(room)).stream()
        .flatMap(it -> it.getDirectDependenciesFromSelf().stream())
        .map(Dependency::getTargetClass)
        .anyMatch(used);
  }

  /** Fails also where a rule is about no class at all. */
  private static void check(ArchRule rule) {
    rule.allowEmptyShould(false).check(CLASSES);
  }
}
