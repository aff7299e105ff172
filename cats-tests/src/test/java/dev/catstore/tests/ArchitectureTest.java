package dev.catstore.tests;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The arrows between the parts; there are no others. What a part may depend on is a list, and what
 * is not on it is refused: so a rule cannot be about nothing.
 */
class ArchitectureTest {
  private static final DescribedPredicate<JavaClass> DOMAIN =
      resideInAPackage("dev.catstore.domain..");
  private static final DescribedPredicate<JavaClass> PERSISTENCE =
      resideInAPackage("dev.catstore.persistence.jooq..");
  private static final DescribedPredicate<JavaClass> SERVER =
      resideInAPackage("dev.catstore.http.server..");
  private static final DescribedPredicate<JavaClass> ROUTES =
      resideInAPackage("dev.catstore.http..").and(not(SERVER));
  private static final DescribedPredicate<JavaClass> TEST_KIT =
      resideInAPackage("dev.catstore.tests..");

  /** What anybody may use: of the JDK all but JDBC, and the annotations that say where null is. */
  private static final DescribedPredicate<JavaClass> JDK =
      resideInAnyPackage("java..", "javax.net.ssl..", "org.jspecify.annotations..")
          .and(not(resideInAPackage("java.sql..")));

  private static final DescribedPredicate<JavaClass> JDBC =
      resideInAnyPackage("java.sql..", "javax.sql..");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.catstore");

  @Test
  void everyClass_isInAPartThatHasARule() {
    assertThat(CLASSES.that(not(DOMAIN.or(PERSISTENCE).or(ROUTES).or(SERVER).or(TEST_KIT))))
        .isEmpty();
  }

  @Test
  void domain_dependsOnTheJdkAlone() {
    check(classes().that(DOMAIN).should().onlyDependOnClassesThat(DOMAIN.or(JDK)));
  }

  @Test
  void persistence_dependsOnTheDomainAndSqlAlone() {
    check(
        classes()
            .that(PERSISTENCE)
            .should()
            .onlyDependOnClassesThat(
                PERSISTENCE
                    .or(DOMAIN)
                    .or(JDK)
                    .or(JDBC)
                    .or(resideInAnyPackage("org.jooq..", "org.flywaydb..", "org.postgresql.."))));
  }

  @Test
  void routes_dependOnTheDomainAndHttpAlone() {
    check(
        classes()
            .that(ROUTES)
            .should()
            .onlyDependOnClassesThat(
                ROUTES
                    .or(DOMAIN)
                    .or(JDK)
                    .or(
                        resideInAnyPackage(
                            "spark..",
                            "jakarta.servlet..",
                            "org.eclipse.jetty..",
                            "tools.jackson.core..",
                            "de.siegmar.fastcsv..",
                            "org.slf4j.."))));
  }

  @Test
  void testKit_dependsOnTheDomainAndTestingAlone() {
    check(
        classes()
            .that(TEST_KIT)
            .should()
            .onlyDependOnClassesThat(
                TEST_KIT
                    .or(DOMAIN)
                    .or(JDK)
                    .or(type(SQLException.class)) // one of the failures that it throws at a store
                    .or(resideInAnyPackage("org.junit.jupiter..", "org.assertj.core.."))));
  }

  @Test
  void server_knowsNothingOfTheTestKit() {
    check(noClasses().that(SERVER).should().dependOnClassesThat(TEST_KIT));
  }

  @ParameterizedTest
  @ValueSource(strings = {"org.jooq..", "org.flywaydb..", "org.postgresql.."})
  void server_leavesSqlToPersistence(String sql) {
    check(noClasses().that(SERVER).should().dependOnClassesThat().resideInAPackage(sql));
    assertThat(CLASSES.that(PERSISTENCE).stream())
        .as("what persistence itself uses, by this name")
        .anyMatch(using -> dependsOn(using, resideInAPackage(sql)));
  }

  private static boolean dependsOn(JavaClass using, DescribedPredicate<JavaClass> used) {
    return using.getDirectDependenciesFromSelf().stream()
        .map(Dependency::getTargetClass)
        .anyMatch(used);
  }

  /** Fails also where a rule is about no class at all: then a package has been renamed. */
  private static void check(ArchRule rule) {
    rule.allowEmptyShould(false).check(CLASSES);
  }
}
