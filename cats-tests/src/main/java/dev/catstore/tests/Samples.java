package dev.catstore.tests;

import dev.catstore.domain.BreedSummary;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatSort;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.Cursor;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.Page;
import dev.catstore.domain.PageRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Cats to try a store with, and ways to look at what it holds. */
final class Samples {
  static final NewCat TOM = new NewCat("Tom", 500, "siamese");
  static final NewCat KITTY = new NewCat("Kitty", 70, "bengal");

  static final IdempotencyKey KEY = new IdempotencyKey("3f0c1f6e-6d0a-4f0e-9f57-0d8f8f1c7a11");

  /** U+1F638: above {@link #REPLACEMENT} by code point, below it by UTF-16 unit. */
  static final String GRIN = "\uD83D\uDE38";

  static final String REPLACEMENT = "\uFFFD";

  /** An e with an acute accent, in one code point and in two. */
  static final String E_COMPOSED = "\u00E9";

  static final String E_DECOMPOSED = "e\u0301";

  /** 100 code points in 200 UTF-16 units and 400 bytes of UTF-8. */
  static final String LONGEST = GRIN.repeat(100);

  /** Texts that mean something to SQL, COPY, LIKE, CSV, JSON, URLs, HTTP, or a careless reader. */
  static final List<String> TEXTS =
      List.of(
          LONGEST,
          "x".repeat(100),
          E_COMPOSED,
          E_DECOMPOSED,
          GRIN,
          REPLACEMENT,
          "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67",
          "no\u00A0break",
          "byte\uFEFForder\uFEFFmark",
          "line\u2028separator",
          "\u202Eright to left",
          "\u200B|",
          "\uFFFF",
          "\uDBFF\uDFFF",
          "\uE000",
          "\u0130I\u0131i",
          "stra\u00DFe",
          "\\",
          "\\\\",
          "\\N",
          "\\.",
          "\\n",
          "\\u0041",
          "\\x41",
          "a\\",
          "'",
          "''",
          "'; drop table cats; --",
          "\"",
          "\"\"",
          "\"a,b\"",
          "a,b",
          ",",
          ";",
          "%",
          "%%",
          "_",
          "!",
          "!%",
          "!!",
          "?",
          ":name",
          "$1",
          "${name}",
          "{name}",
          "[1]",
          "a  b",
          "a+b",
          "a%20b",
          "%C3%A9",
          "a&b=c#d",
          "/../x",
          "<b>&amp;</b>",
          "=1+1",
          "NULL",
          "null",
          "true",
          "0",
          "-1",
          "007",
          "1e3",
          "A",
          "a",
          "Z",
          "~");

  static final List<CatSort> SORTS =
      Arrays.stream(CatSort.Field.values())
          .flatMap(field -> Stream.of(CatSort.ascending(field), CatSort.descending(field)))
          .toList();

  private Samples() {}

  /** The cat with this number: no other number makes an equal one. */
  static NewCat cat(int number) {
    return new NewCat("cat " + number, number, "breed " + number % 10);
  }

  /** The first so many of {@link #cat}, made as they are pulled. */
  static Iterator<NewCat> cats(int count) {
    return IntStream.range(0, count).mapToObj(Samples::cat).iterator();
  }

  /** A cat for each of {@link #TEXTS}, which is its name and its breed. */
  static List<NewCat> catsOfTexts() {
    return TEXTS.stream().map(text -> new NewCat(text, text.length(), text)).toList();
  }

  /** Every cat, in the order of the ids. */
  static List<Cat> all(CatStore store) {
    return each(store, CatFilter.ALL);
  }

  static List<Cat> each(CatStore store, CatFilter filter) {
    var cats = new ArrayList<Cat>();
    store.each(filter, cats::add);
    return cats;
  }

  static List<BreedSummary> breeds(CatStore store) {
    var breeds = new ArrayList<BreedSummary>();
    store.eachBreed(breeds::add);
    return breeds;
  }

  /** The cats on all pages from this one on. */
  static List<Cat> walk(CatStore store, PageRequest first) {
    return walk(store, first, cursor -> cursor);
  }

  /** The same, with something done between one page and the next. */
  static List<Cat> walk(CatStore store, PageRequest first, UnaryOperator<Cursor> between) {
    var cats = new ArrayList<Cat>();
    Page page = store.page(first);
    cats.addAll(page.cats());
    for (Optional<Cursor> next = page.next(); next.isPresent(); next = page.next()) {
      page = store.page(first.withAfter(between.apply(next.get())));
      cats.addAll(page.cats());
    }
    return cats;
  }

  /** What a store was given, whatever ids and revisions it gave. */
  static NewCat withoutId(Cat cat) {
    return new NewCat(cat.name(), cat.price(), cat.breed());
  }
}
