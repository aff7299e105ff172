package dev.catstore.http.routes;

import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatSort;
import dev.catstore.domain.Cursor;
import dev.catstore.domain.InvalidValueException;
import dev.catstore.domain.PageRequest;
import dev.catstore.domain.Violation;
import dev.catstore.domain.Violations;
import dev.catstore.http.problem.Problem.FieldError;
import dev.catstore.http.problem.ProblemException;
import dev.catstore.http.wire.CatFormat;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The query of GET /cats; everything that is wrong with it is reported at once. */
final class CatQuery {
  /** The fields of a filter, and their parameters. */
  private static final Map<String, String> FILTERS =
      Map.of(
          "breed", "breed", "namePart", "name", "minPrice", "price_min", "maxPrice", "price_max");

  private static final Set<String> OF_PAGE = withFilters("limit", "after", "sort", "count");
  private static final Set<String> OF_EXPORT = withFilters("sort", "format", "bom");
  private static final String WHOLE_NUMBER = "0|[1-9][0-9]{0,9}";

  private final QueryParameters parameters;
  private final List<FieldError> errors = new ArrayList<>();

  private CatQuery(QueryParameters parameters) {
    this.parameters = parameters;
  }

  /** The query of this request, which {@link #page} or {@link #export} checks. */
  static CatQuery of(HttpServletRequest request) {
    return new CatQuery(QueryParameters.of(request));
  }

  private static Set<String> withFilters(String... others) {
    var names = new HashSet<>(FILTERS.values());
    Collections.addAll(names, others);
    return names;
  }

  /** Whether to count all matching cats. */
  enum Count {
    NONE,
    EXACT,
    ESTIMATED
  }

  /**
   * The query of an export.
   *
   * @param bom whether CSV begins with a byte order mark
   */
  record OfExport(CatFilter filter, CatSort sort, CatFormat format, boolean bom) {}

  /** The query of a page. */
  record OfPage(PageRequest request, Count count, QueryParameters parameters) {
    /** The query of the next page, which begins at this position. */
    String next(Cursor position) {
      return parameters.with("after", position.toString());
    }
  }

  /**
   * Reads the query of a page.
   *
   * @throws ProblemException naming every parameter that is wrong
   */
  OfPage page() {
    parameters.check(OF_PAGE, errors);
    CatFilter filter = filter();
    CatSort sort = sort();
    Optional<Cursor> after = after();
    int limit = number("limit", 1, PageRequest.MAX_LIMIT).orElse(PageRequest.DEFAULT_LIMIT);
    Count count = count();
    if (after.isPresent() && !after.get().sort().equals(sort)) {
      refuse("after", "must be a position in the same sort");
    }
    QueryParameters.throwIfAny(errors);
    return new OfPage(new PageRequest(filter, sort, after, limit), count, parameters);
  }

  /** Whether the query itself asks for a format. */
  boolean hasFormat() {
    return parameters.has("format");
  }

  /**
   * Reads the query of an export.
   *
   * @param accepted the format, unless the query has one
   * @throws ProblemException naming every parameter that is wrong
   */
  OfExport export(CatFormat accepted) {
    parameters.check(OF_EXPORT, errors);
    CatFilter filter = filter();
    CatSort sort = sort();
    CatFormat format = format(accepted);
    boolean bom = flag("bom");
    if (bom && format != CatFormat.CSV) {
      refuse("bom", "must be false, or with CSV");
    }
    QueryParameters.throwIfAny(errors);
    return new OfExport(filter, sort, format, bom);
  }

  /**
   * Reads the query of a request with many cats, or one.
   *
   * @return whether it is a dry run
   * @throws ProblemException naming every parameter that is wrong
   */
  static boolean dryRun(HttpServletRequest request) {
    CatQuery query = of(request);
    query.parameters.check(Set.of("dry_run"), query.errors);
    boolean dryRun = query.flag("dry_run");
    QueryParameters.throwIfAny(query.errors);
    return dryRun;
  }

  private CatFilter filter() {
    OptionalInt minPrice = number("price_min", 0, Violations.MAX_PRICE);
    OptionalInt maxPrice = number("price_max", 0, Violations.MAX_PRICE);
    try {
      return new CatFilter(parameters.get("breed"), parameters.get("name"), minPrice, maxPrice);
    } catch (InvalidValueException e) {
      for (Violation violation : e.violations()) {
        String field = violation.field().orElse("");
        refuse(FILTERS.getOrDefault(field, field), violation.rule());
      }
      return CatFilter.ALL;
    }
  }

  private CatSort sort() {
    Optional<String> text = parameters.get("sort");
    Optional<CatSort> sort = text.flatMap(CatSort::parse);
    if (text.isPresent() && sort.isEmpty()) {
      refuse("sort", "must be id, name, price or breed, or one of these after a minus sign");
    }
    return sort.orElse(CatSort.BY_ID);
  }

  private Optional<Cursor> after() {
    Optional<String> text = parameters.get("after");
    Optional<Cursor> position = text.flatMap(Cursor::parse);
    if (text.isPresent() && position.isEmpty()) {
      refuse("after", "must be a position from the link to a next page");
    }
    return position;
  }

  private Count count() {
    String text = parameters.get("count").orElse("false");
    return switch (text) {
      case "false" -> Count.NONE;
      case "true" -> Count.EXACT;
      case "estimated" -> Count.ESTIMATED;
      default -> {
        refuse("count", "must be true, false or estimated");
        yield Count.NONE;
      }
    };
  }

  private CatFormat format(CatFormat accepted) {
    Optional<String> text = parameters.get("format");
    Optional<CatFormat> format = text.flatMap(CatFormat::ofExtension);
    if (text.isPresent() && format.isEmpty()) {
      refuse("format", "must be csv, ndjson or json");
    }
    return format.orElse(accepted);
  }

  private boolean flag(String name) {
    String text = parameters.get(name).orElse("false");
    if (!text.equals("true") && !text.equals("false")) {
      refuse(name, "must be true or false");
    }
    return text.equals("true");
  }

  private OptionalInt number(String name, int min, int max) {
    Optional<String> text = parameters.get(name);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    long number = text.get().matches(WHOLE_NUMBER) ? Long.parseLong(text.get()) : -1;
    if (number < min || number > max) {
      refuse(name, "must be a whole number from " + min + " to " + max);
      return OptionalInt.empty();
    }
    return OptionalInt.of((int) number);
  }

  private void refuse(String parameter, String rule) {
    errors.add(FieldError.ofParameter(parameter, rule));
  }
}
