package dev.catstore.tests;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summarizingInt;

import dev.catstore.domain.BreedSummary;
import dev.catstore.domain.BreedVisitor;
import dev.catstore.domain.BulkCounts;
import dev.catstore.domain.BulkDigest;
import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.BulkPut;
import dev.catstore.domain.BulkRefusedException;
import dev.catstore.domain.BulkRefusedException.Reason;
import dev.catstore.domain.BulkRefusedException.Refusal;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatSort;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.CatVisitor;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.KeyReusedException;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.NoSuchCatException;
import dev.catstore.domain.Page;
import dev.catstore.domain.PageRequest;
import dev.catstore.domain.StaleRevisionException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A store in memory, for tests: it forgets its cats with itself, and keeps its keys as long. It is
 * never unavailable. Threads may share it.
 */
public final class InMemoryCatStore implements CatStore {
  /** Guards everything below, and is never held while an iterator or a visitor is at work. */
  private final Object lock = new Object();

  private final TreeMap<Long, Cat> cats = new TreeMap<>();
  private final Map<IdempotencyKey, Cat> answers = new HashMap<>();
  private final Map<IdempotencyKey, BulkAnswer> bulkAnswers = new HashMap<>();
  private long lastId;

  /** What a call with many cats was given, and what it did. */
  private record BulkAnswer(String digest, BulkCounts counts) {}

  @Override
  public Cat add(NewCat cat) {
    requireNonNull(cat);
    synchronized (lock) {
      return insert(cat);
    }
  }

  @Override
  public Cat add(NewCat cat, IdempotencyKey key) {
    requireNonNull(cat);
    requireNonNull(key);
    synchronized (lock) {
      if (bulkAnswers.containsKey(key)) {
        throw new KeyReusedException(key);
      }
      Cat answer = answers.computeIfAbsent(key, first -> insert(cat));
      if (!cat.withId(answer.id()).equals(answer)) {
        throw new KeyReusedException(key);
      }
      return answer;
    }
  }

  @Override
  public BulkCounts addAll(Iterator<NewCat> cats, BulkOptions options) {
    return once(
        cats,
        options,
        BulkDigest::adds,
        all -> {
          if (!options.dryRun()) {
            all.forEach(this::insert);
          }
          return new BulkCounts(all.size(), 0, 0);
        });
  }

  @Override
  public BulkCounts putAll(Iterator<BulkPut> puts, BulkOptions options) {
    return once(
        puts,
        options,
        BulkDigest::puts,
        all -> {
          var check = new Refusals();
          all.forEach(put -> check.look(put.which(), put.position(), false));
          check.throwIfAny();
          Map<Long, Cat> changed = new HashMap<>();
          long added = 0;
          for (BulkPut put : all) {
            long id = put.which().id();
            Cat before = cats.get(id);
            if (before == null) {
              added++;
              changed.put(id, put.cat().withId(id, put.which().revision().orElse(1)));
            } else if (!before.equals(put.cat().withId(id, before.revision()))) {
              changed.put(id, before.edited(CatEdit.replacement(put.cat())));
            }
          }
          if (!options.dryRun()) {
            cats.putAll(changed);
            lastId = cats.isEmpty() ? lastId : Math.max(lastId, cats.lastKey());
          }
          return new BulkCounts(added, changed.size() - added, all.size() - changed.size());
        });
  }

  @Override
  public BulkCounts editAll(Iterator<BulkEdit> edits, BulkOptions options) {
    return once(
        edits,
        options,
        BulkDigest::edits,
        all -> {
          var check = new Refusals();
          all.forEach(edit -> check.look(edit.which(), edit.position(), true));
          check.throwIfAny();
          if (!options.dryRun()) {
            all.forEach(
                it -> cats.computeIfPresent(it.which().id(), (id, cat) -> cat.edited(it.edit())));
          }
          return new BulkCounts(0, all.size(), 0);
        });
  }

  @Override
  public Optional<Cat> find(long id) {
    synchronized (lock) {
      return Optional.ofNullable(cats.get(id));
    }
  }

  @Override
  public Page page(PageRequest request) {
    List<Cat> found =
        snapshot(request.filter())
            .filter(cat -> request.after().map(after -> after.isBefore(cat)).orElse(true))
            .sorted(request.sort().comparator())
            .toList();
    return Page.of(found, request);
  }

  @Override
  public <X extends Exception> void each(CatFilter filter, CatSort sort, CatVisitor<X> visitor)
      throws X {
    requireNonNull(visitor);
    for (Cat cat : snapshot(filter).sorted(sort.comparator()).toList()) {
      visitor.visit(cat);
    }
  }

  @Override
  public Cat edit(CatRef which, CatEdit edit) {
    requireNonNull(edit);
    synchronized (lock) {
      Cat edited =
          expected(which).orElseThrow(() -> new NoSuchCatException(which.id())).edited(edit);
      cats.put(edited.id(), edited);
      return edited;
    }
  }

  @Override
  public boolean remove(CatRef which) {
    synchronized (lock) {
      Optional<Cat> removed = expected(which);
      removed.ifPresent(cat -> cats.remove(cat.id()));
      return removed.isPresent();
    }
  }

  @Override
  public long count(CatFilter filter) {
    return snapshot(filter).count();
  }

  @Override
  public <X extends Exception> void eachBreed(BreedVisitor<X> visitor) throws X {
    requireNonNull(visitor);
    var breeds =
        snapshot(CatFilter.ALL)
            .collect(
                groupingBy(
                    Cat::breed,
                    () -> new TreeMap<>(CatSort::compareCodePoints),
                    summarizingInt(Cat::price)));
    for (var breed : breeds.entrySet()) {
      var all = breed.getValue();
      visitor.visit(
          BreedSummary.of(
              breed.getKey(), all.getCount(), all.getMin(), all.getSum(), all.getMax()));
    }
  }

  /** Pulls all items and does the work, unless it has been done under its key. */
  private <T> BulkCounts once(
      Iterator<T> items,
      BulkOptions options,
      BiFunction<BulkDigest, Iterator<T>, Iterator<T>> noting,
      Function<List<T>, BulkCounts> work) {
    var digest = new BulkDigest();
    var all = new ArrayList<T>();
    noting.apply(digest, items).forEachRemaining(it -> all.add(requireNonNull(it)));
    synchronized (lock) {
      if (options.key().isEmpty()) {
        return work.apply(all);
      }
      IdempotencyKey key = options.key().get();
      String given = digest.value();
      BulkAnswer first = bulkAnswers.get(key);
      if (answers.containsKey(key) || (first != null && !first.digest().equals(given))) {
        throw new KeyReusedException(key);
      }
      if (first != null) {
        return first.counts();
      }
      BulkCounts counts = work.apply(all);
      if (!options.dryRun()) {
        bulkAnswers.put(key, new BulkAnswer(given, counts));
      }
      return counts;
    }
  }

  /** Which of many cats cannot be put or edited. */
  private final class Refusals {
    private final Map<Long, Long> positions = new HashMap<>();
    private final List<Refusal> repeated = new ArrayList<>();
    private final List<Refusal> others = new ArrayList<>();

    void look(CatRef which, long position, boolean mustBeThere) {
      long id = which.id();
      Long first = positions.putIfAbsent(id, position);
      Cat cat = cats.get(id);
      if (first != null) {
        repeated.add(new Refusal(position, id, Reason.REPEATED, OptionalLong.of(first)));
      } else if (cat == null && mustBeThere) {
        others.add(new Refusal(position, id, Reason.NO_SUCH_CAT, OptionalLong.empty()));
      } else if (cat != null && !which.accepts(cat.revision())) {
        others.add(new Refusal(position, id, Reason.STALE, OptionalLong.empty()));
      }
    }

    void throwIfAny() {
      List<Refusal> all = repeated.isEmpty() ? others : repeated;
      if (!all.isEmpty()) {
        int named = Math.min(all.size(), BulkRefusedException.MAX_REFUSALS);
        throw new BulkRefusedException(all.subList(0, named), all.size() - named);
      }
    }
  }

  private Cat insert(NewCat cat) {
    Cat inserted = cat.withId(++lastId);
    cats.put(lastId, inserted);
    return inserted;
  }

  /** The cat that is meant, if it is there, at the revision that is expected of it. */
  private Optional<Cat> expected(CatRef which) {
    Optional<Cat> cat = Optional.ofNullable(cats.get(which.id()));
    if (cat.isPresent() && !which.accepts(cat.get().revision())) {
      throw new StaleRevisionException(which);
    }
    return cat;
  }

  /** The cats that are there now, in the order of their ids. */
  private Stream<Cat> snapshot(CatFilter filter) {
    requireNonNull(filter);
    synchronized (lock) {
      return List.copyOf(cats.values()).stream().filter(filter::accepts);
    }
  }
}
