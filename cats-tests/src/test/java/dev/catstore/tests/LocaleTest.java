package dev.catstore.tests;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Format;
import java.time.format.DateTimeFormatter;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nothing that a program reads, and no message, depends on the default locale, which for some has
 * other digits, and for some another lower case of I.
 */
class LocaleTest {
  private static final Pattern FORMATTED_NUMBER =
      Pattern.compile("%[-#+ 0,(]*[0-9]*([.][0-9]+)?[dfeEgGtT]");

  /** The calls that use the default locale where they are not given one. */
  private static final Map<String, Set<String>> CALLS =
      Map.of(
          String.class.getName(),
          Set.of("toLowerCase", "toUpperCase", "format"),
          "java.io.PrintStream",
          Set.of("printf", "format"),
          "java.io.PrintWriter",
          Set.of("printf", "format"),
          Formatter.class.getName(),
          Set.of("<init>"),
          DateTimeFormatter.class.getName(),
          Set.of("ofPattern"),
          "java.time.format.DateTimeFormatterBuilder",
          Set.of("toFormatter"),
          Locale.class.getName(),
          Set.of("getDefault"));

  /** These always format for people of one locale. */
  private static final DescribedPredicate<JavaClass> FORMATS =
      JavaClass.Predicates.assignableTo(Format.class);

  @Test
  void call_thatHasALocale_isGivenIt() {
    noClasses()
        .should()
        .callCodeUnitWhere(
            target(
                DescribedPredicate.<CodeUnitCallTarget>describe(
                    "use the default locale", LocaleTest::usesTheDefault)))
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.catstore"));
  }

  private static boolean usesTheDefault(CodeUnitCallTarget call) {
    return FORMATS.test(call.getOwner())
        || (CALLS.getOrDefault(call.getOwner().getName(), Set.of()).contains(call.getName())
            && call.getRawParameterTypes().stream()
                .noneMatch(it -> it.isEquivalentTo(Locale.class)));
  }

  /** With {@code %s} a number has the digits 0 to 9 under every locale, with {@code %d} not. */
  @ParameterizedTest
  @MethodSource("sources")
  void number_inAFormattedText_hasTheSameDigitsEverywhere(Path module) throws IOException {
    try (Stream<Path> files = Files.walk(module)) {
      List<Path> sources = files.filter(it -> it.toString().endsWith(".java")).toList();
      assertThat(sources).isNotEmpty();
      for (Path source : sources) {
        String text = Files.readString(source);
        assertThat(FORMATTED_NUMBER.matcher(text).results())
            .as(source.toString())
            .allMatch(it -> statementBefore(text, it).contains("Locale.ROOT"));
      }
    }
  }

  private static String statementBefore(String text, MatchResult found) {
    return text.substring(text.lastIndexOf(';', found.start()) + 1, found.start());
  }

  static List<Path> sources() {
    return Stream.of("cats-domain", "cats-persistence-jooq", "cats-http")
        .map(it -> Path.of("..", it, "src/main/java"))
        .toList();
  }
}
