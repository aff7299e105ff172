package dev.catstore.tests;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** The arrows between the modules; there are no others. */
class ArchitectureTest {
  private static final String DOMAIN = "dev.catstore.domain..";
  private static final String JOOQ = "dev.catstore.persistence.jooq..";
  private static final String HTTP = "dev.catstore.http";
  private static final String SERVER = "dev.catstore.http.server..";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.catstore");

  @Test
  void domain_dependsOnNothingButTheJdk() {
    check(
        classes()
            .that()
            .resideInAPackage(DOMAIN)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(DOMAIN, "java..", "org.jspecify.annotations.."));
  }

  @Test
  void domain_knowsNoSql() {
    check(
        noClasses()
            .that()
            .resideInAPackage(DOMAIN)
            .should()
            .accessClassesThat()
            .resideInAPackage("java.sql.."));
  }

  @Test
  void persistence_knowsOfOursTheDomainAlone() {
    check(
        noClasses()
            .that()
            .resideInAPackage(JOOQ)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.catstore.http..", "dev.catstore.tests.."));
  }

  @Test
  void routes_knowNeitherTheStoreNorTheServer() {
    check(
        noClasses()
            .that()
            .resideInAPackage(HTTP)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                JOOQ, SERVER, "dev.catstore.tests..", "java.sql..", "org.jooq..", "com.zaxxer.."));
  }

  @Test
  void jooq_staysInItsModule() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(JOOQ)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.jooq..", "org.flywaydb..", "org.postgresql.."));
  }

  @Test
  void contract_knowsNoStoreButItsOwn() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.catstore.tests..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(JOOQ, "dev.catstore.http.."));
  }

  /** Fails also where a rule is about no class at all: then a package has been renamed. */
  private static void check(ArchRule rule) {
    rule.allowEmptyShould(false).check(CLASSES);
  }
}
