package dev.catstore.support;

import dev.catstore.domain.BreedVisitor;
import dev.catstore.domain.BulkCounts;
import dev.catstore.domain.BulkEdit;
import dev.catstore.domain.BulkOptions;
import dev.catstore.domain.BulkPut;
import dev.catstore.domain.Cat;
import dev.catstore.domain.CatEdit;
import dev.catstore.domain.CatFilter;
import dev.catstore.domain.CatRef;
import dev.catstore.domain.CatSort;
import dev.catstore.domain.CatStore;
import dev.catstore.domain.CatVisitor;
import dev.catstore.domain.IdempotencyKey;
import dev.catstore.domain.NewCat;
import dev.catstore.domain.Page;
import dev.catstore.domain.PageRequest;
import java.util.Iterator;
import java.util.Optional;

/** A store that forwards every call to another one; a test overrides what should differ. */
public class ForwardingCatStore implements CatStore {
  private final CatStore delegate;

  public ForwardingCatStore(CatStore delegate) {
    this.delegate = delegate;
  }

  /** The store that a call is forwarded to; asked for once by every call. */
  protected CatStore delegate() {
    return delegate;
  }

  @Override
  public Cat add(NewCat cat) {
    return delegate().add(cat);
  }

  @Override
  public Cat add(NewCat cat, IdempotencyKey key) {
    return delegate().add(cat, key);
  }

  @Override
  public BulkCounts addAll(Iterator<NewCat> cats, BulkOptions options) {
    return delegate().addAll(cats, options);
  }

  @Override
  public BulkCounts putAll(Iterator<BulkPut> puts, BulkOptions options) {
    return delegate().putAll(puts, options);
  }

  @Override
  public BulkCounts editAll(Iterator<BulkEdit> edits, BulkOptions options) {
    return delegate().editAll(edits, options);
  }

  @Override
  public Optional<Cat> find(long id) {
    return delegate().find(id);
  }

  @Override
  public Page page(PageRequest request) {
    return delegate().page(request);
  }

  @Override
  public <X extends Exception> void each(CatFilter filter, CatSort sort, CatVisitor<X> visitor)
      throws X {
    delegate().each(filter, sort, visitor);
  }

  @Override
  public Cat edit(CatRef which, CatEdit edit) {
    return delegate().edit(which, edit);
  }

  @Override
  public boolean remove(CatRef which) {
    return delegate().remove(which);
  }

  @Override
  public long count(CatFilter filter) {
    return delegate().count(filter);
  }

  @Override
  public long estimateCount(CatFilter filter) {
    return delegate().estimateCount(filter);
  }

  @Override
  public <X extends Exception> void eachBreed(BreedVisitor<X> visitor) throws X {
    delegate().eachBreed(visitor);
  }
}
