package dev.catstore.tests;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summarizingInt;

import dev.catstore.domain.BreedSummary;
import dev.catstore.domain.BreedVisitor;
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
import java.util.TreeMap;
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
  private long lastId;

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
      Cat answer = answers.computeIfAbsent(key, first -> insert(cat));
      if (!cat.withId(answer.id()).equals(answer)) {
        throw new KeyReusedException(key);
      }
      return answer;
    }
  }

  @Override
  public long addAll(Iterator<NewCat> cats) {
    var added = new ArrayList<NewCat>();
    cats.forEachRemaining(cat -> added.add(requireNonNull(cat)));
    synchronized (lock) {
      added.forEach(this::insert);
    }
    return added.size();
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
  public <X extends Exception> void each(CatFilter filter, CatVisitor<X> visitor) throws X {
    requireNonNull(visitor);
    for (Cat cat : snapshot(filter).toList()) {
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
