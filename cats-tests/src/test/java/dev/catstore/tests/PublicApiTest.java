package dev.catstore.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The types in docs/public-api.md are the promise to importers; this keeps the list true. */
class PublicApiTest {
  private static final Pattern LINE =
      Pattern.compile("(?m)^(?:## .*`(dev[a-z.]+)`|\\| `([a-z.]*[A-Z]\\w+)` \\| .+ \\|)$");

  /** They have no neighbours to be public for. */
  private static final List<String> ALL_PUBLIC =
      List.of("dev.catstore.domain", "dev.catstore.persistence.jooq", "dev.catstore.tests");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.catstore");

  private static final Set<String> listed = new TreeSet<>();

  @BeforeAll
  static void readList() throws IOException {
    Matcher line = LINE.matcher(Files.readString(Path.of("../docs/public-api.md")));
    String module = "";
    while (line.find()) {
      if (line.group(1) != null) {
        module = line.group(1);
      } else {
        assertThat(listed.add(module + "." + line.group(2))).as(line.group()).isTrue();
      }
    }
  }

  @Test
  void listedTypes_arePublic() {
    assertThat(listed).isNotEmpty().allMatch(it -> isPublic(CLASSES.get(it)));
  }

  @Test
  void packagesWithoutNeighbours_haveNoPublicTypeThatIsNotListed() {
    assertThat(CLASSES.stream())
        .filteredOn(it -> ALL_PUBLIC.contains(it.getPackageName()) && isPublic(it))
        .allMatch(PublicApiTest::isListed);
  }

  @Test
  void listedTypes_showOnlyListedTypes() {
    Set<String> shown = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      if (isListed(type) && isPublic(type)) {
        Stream.of(
                Stream.concat(type.getRawSuperclass().stream(), type.getRawInterfaces().stream()),
                type.getCodeUnits().stream()
                    .filter(PublicApiTest::isShown)
                    .flatMap(it -> types(it)),
                type.getFields().stream()
                    .filter(it -> it.getModifiers().contains(JavaModifier.PUBLIC))
                    .flatMap(it -> it.getType().getAllInvolvedRawTypes().stream()))
            .flatMap(it -> it)
            .filter(it -> it.getPackageName().startsWith("dev.catstore") && !isListed(it))
            .forEach(it -> shown.add(type.getName() + " shows " + it.getName()));
      }
    }
    assertThat(shown).isEmpty();
  }

  private static Stream<JavaClass> types(JavaCodeUnit method) {
    Stream<JavaType> types =
        Stream.concat(Stream.of(method.getReturnType()), method.getParameterTypes().stream());
    return Stream.concat(
        types.flatMap(it -> it.getAllInvolvedRawTypes().stream()),
        method.getExceptionTypes().stream());
  }

  private static boolean isShown(JavaCodeUnit method) {
    return method.getModifiers().contains(JavaModifier.PUBLIC)
        || method.getModifiers().contains(JavaModifier.PROTECTED);
  }

  private static boolean isPublic(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(PublicApiTest::isPublic).orElse(true);
  }

  /** A nested type belongs to the type around it. */
  private static boolean isListed(JavaClass type) {
    return listed.contains(type.getName().replaceFirst("\\$.*", ""));
  }
}
